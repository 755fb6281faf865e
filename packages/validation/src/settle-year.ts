import { intersectRanges, type TimeRange } from "@barkeep/market-data"
import type { Gap } from "./gap.ts"
import { type Tally, toScore } from "./score.ts"
import { settleTally } from "./settle-tally.ts"
import type { Status, YearReport } from "./store-report.ts"

/** A year's report with the score and status it has once its gaps are explained. */
export const settleYear = (
  report: YearReport,
  gaps: ReadonlyArray<Gap>,
  {
    range,
    expectedIn,
  }: { readonly range: TimeRange; readonly expectedIn: (part: TimeRange) => Float64Array },
): { readonly report: YearReport; readonly tally: Tally } => {
  const parts = gaps.flatMap((gap): ReadonlyArray<Gap> => {
    const part = intersectRanges({ from: gap.start, to: gap.end }, range)
    if (part === undefined) return []
    if (part.from === gap.start && part.to === gap.end) return [gap]
    return [{ ...gap, missingBars: expectedIn(part).length }]
  })
  const tally = settleTally(report.tally, parts)
  const hasHoles = parts.some((gap) => gap.reason === "unknown" && gap.missingBars > 0)
  return { report: { ...report, status: yearStatus(report, hasHoles), score: toScore(tally) }, tally }
}

/** @param hasHoles a gap worth filling reaches into the year */
export const yearStatus = (report: YearReport, hasHoles: boolean): Status => {
  if (report.status === "error") return "error"
  if (report.path === undefined) return hasHoles ? "missing" : "valid"
  return hasHoles || report.findings.some((found) => found.severity === "error") ? "invalid" : "valid"
}
