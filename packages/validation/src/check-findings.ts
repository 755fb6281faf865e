import type { Finding } from "./finding.ts"
import type { EntryReport, YearReport } from "./store-report.ts"

/** True for findings that come of holding two entries against each other. */
export const isCheckFinding = ({ kind }: Finding): boolean =>
  kind === "timeframe-mismatch" || kind === "provider-mismatch"

/** The report with these findings of its years, instead of any it had; the report itself when that is the same. */
export const withCheckFindings = (
  report: EntryReport,
  findings: ReadonlyMap<number, ReadonlyArray<Finding>>,
): EntryReport => {
  const years = report.years.map((year) => withFindings(year, findings.get(year.year) ?? []))
  return years.every((year, index) => year === report.years[index]) ? report : { ...report, years }
}

const withFindings = (year: YearReport, wanted: ReadonlyArray<Finding>): YearReport => {
  if (wanted.length === 0 && !year.findings.some(isCheckFinding)) return year
  return { ...year, findings: [...year.findings.filter((found) => !isCheckFinding(found)), ...wanted] }
}
