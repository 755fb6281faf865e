import type { GapReason, ReportTable, StoreReport } from "@barkeep/validation"
import { scoreText, storeScore, toFindingTable, toGapTable, toTable } from "@barkeep/validation"
import { type Paint, paintFor } from "./colour.ts"
import { formatCount, formatTable } from "./table.ts"

/** What people see of a report at first: small enough to be kept beside it. */
export interface ReportSummary {
  readonly table: ReportTable
  readonly entries: number
  readonly rows: number
  readonly score: number
  /** The lowest score of an entry; 1 without any. */
  readonly lowestScore: number
}

export const toSummary = (report: StoreReport): ReportSummary => ({
  table: toTable(report),
  entries: report.entries.length,
  rows: report.entries.reduce((sum, entry) => sum + entry.rows, 0),
  score: storeScore(report),
  lowestScore: Math.min(1, ...report.entries.map((entry) => entry.score.value)),
})

/** The table of entries, what is wanted besides, and a last line that says where the rest is. */
export const summaryText = (
  { table, entries, rows, score }: ReportSummary,
  path: string,
  besides: ReadonlyArray<ReportTable> = [],
  paint: Paint = paintFor(false),
): string =>
  [
    [table, ...besides].map((each) => tableText(each, paint)).join("\n"),
    `${formatCount(entries)} entries, ${formatCount(rows)} rows, score ${scoreText(score)}; details in ${path}\n`,
  ].join("")

/** The lists that are shown on request. */
export const detailTables = (
  report: StoreReport,
  { reasons, details }: { readonly reasons: ReadonlyArray<GapReason> | undefined; readonly details: boolean },
): ReadonlyArray<ReportTable> => [
  ...(details ? [toFindingTable(report)] : []),
  ...(details || reasons !== undefined ? [toGapTable(report, reasons && { reasons })] : []),
]

/** A table of the report as text; what is not valid is red where there are colours. */
export const tableText = ({ columns, rows }: ReportTable, paint: Paint = paintFor(false)): string =>
  formatTable(
    columns.map(({ name, align }, index) => ({
      heading: name,
      align,
      cell: (row: ReadonlyArray<string>) => row[index] ?? "",
      ...(name === "status"
        ? {
            paint: (row: ReadonlyArray<string>, { green, red }: Paint) =>
              row[index] === "valid" ? green : red,
          }
        : {}),
    })),
    rows,
    paint,
  )
