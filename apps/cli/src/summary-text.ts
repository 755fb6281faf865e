import { type ReportTable, scoreText } from "@barkeep/validation"
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
