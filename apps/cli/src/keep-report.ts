import type { Timeframe } from "@barkeep/market-data"
import { entryKey, mergeReports, type StoreReport, toReportDocument } from "@barkeep/validation"
import { writeWhole } from "./report-file.ts"
import { reportPath } from "./report-path.ts"

/** What the file says now. */
export interface KeptReport {
  readonly report: StoreReport
  /** Of the file as it was written; absent when it was not, since it said so already or there is nothing to say. */
  readonly mark?: string
}

/**
 * Keeps a report beside the bars it is about, with what an earlier one says of entries that were not judged this time,
 * as long as these are still stored. Nothing is written when the file says so already.
 */
export const keepReport = async (
  cacheDir: string,
  report: StoreReport,
  previous: StoreReport | undefined,
  stored: ReadonlyArray<{ readonly symbol: string; readonly timeframe: Timeframe }>,
): Promise<KeptReport> => {
  const names = new Set(stored.map(entryKey))
  const merged = mergeReports(report, previous)
  const kept = { ...merged, entries: merged.entries.filter((entry) => names.has(entryKey(entry))) }
  if (isSame(kept, previous)) return { report: previous }
  if (kept.entries.length === 0) return { report: kept }
  const text = `${JSON.stringify(toReportDocument(kept), null, 2)}\n`
  return { report: kept, mark: await writeWhole(reportPath(cacheDir), text) }
}

/** The report that is on the disk already: every entry was taken over as it was. */
const isSame = (report: StoreReport, previous: StoreReport | undefined): previous is StoreReport =>
  previous !== undefined &&
  report.rulesVersion === previous.rulesVersion &&
  report.settings === previous.settings &&
  report.missing.length === 0 &&
  previous.missing.length === 0 &&
  report.entries.length === previous.entries.length &&
  report.entries.every((entry, index) => entry === previous.entries[index])
