import {
  type GapReason,
  type ReportTable,
  type StoreReport,
  storeScore,
  toFindingTable,
  toGapTable,
  toTable,
} from "@barkeep/validation"
import type { ReportSummary } from "./summary-text.ts"

export const toSummary = (report: StoreReport): ReportSummary => ({
  table: toTable(report),
  entries: report.entries.length,
  rows: report.entries.reduce((sum, entry) => sum + entry.rows, 0),
  score: storeScore(report),
  lowestScore: report.entries.reduce((lowest, { score }) => Math.min(lowest, score.value), 1),
})

/** The lists that are shown on request. */
export const detailTables = (
  report: StoreReport,
  { reasons, details }: { readonly reasons: ReadonlyArray<GapReason> | undefined; readonly details: boolean },
): ReadonlyArray<ReportTable> => [
  ...(details ? [toFindingTable(report)] : []),
  ...(details || reasons !== undefined ? [toGapTable(report, reasons && { reasons })] : []),
]
