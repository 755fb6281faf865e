import type { PageFault } from "../faults.ts"
import type { Answer } from "../vendor-site.ts"
import type { SeriesFault } from "./alpha-vantage-faults.ts"
import type { SeriesTable, TableRow } from "./series-table.ts"

/** The table with the fault in it; `undefined` when it offers no room for the fault. */
export const faultyTable = (
  fault: PageFault | SeriesFault,
  table: SeriesTable,
  previous: SeriesTable | undefined,
): SeriesTable | undefined => {
  const { rows } = table
  const middle = rows.length >> 1
  const row = rows[middle]
  if (row === undefined) return undefined
  const withRows = (changed: ReadonlyArray<TableRow>): SeriesTable => ({ ...table, rows: changed })
  switch (fault.type) {
    case "empty-page":
      return withRows([])
    case "duplicated-page":
      return previous
    case "unordered-page": {
      const newer = rows[middle - 1]
      return newer && withRows(rows.with(middle, newer).with(middle - 1, row))
    }
    case "bad-row":
      return withRows(rows.with(middle, damages[fault.defect ?? "null"](row)))
    case "open-bar":
      return oddNewestRow(fault.oddity, table)
    case "placeholder-rows":
      return withRows(rows.map(({ time }) => ({ time, cells: (rows[0] as TableRow).cells })))
    // The times are made with the table, the cut in its text.
    case "end-labels":
    case "truncated-csv":
      return undefined
  }
}

/** The download without its last part; `undefined` when there is nothing to cut. */
export const truncatedCsv = (answer: Answer, cut: "row" | "line" = "row"): Answer | undefined => {
  const lines = String(answer.body).split("\r\n")
  if (!answer.headers["Content-Type"]?.includes("x-download") || lines.length < 4) return undefined
  const kept = lines.slice(0, Math.ceil(lines.length * 0.6))
  const last = kept.pop() ?? ""
  const rest = cut === "line" ? `${last}\r\n` : last.slice(0, Math.ceil(last.length / 2))
  return { ...answer, body: kept.map((line) => `${line}\r\n`).join("") + rest }
}

type Defect = NonNullable<(PageFault & { readonly type: "bad-row" })["defect"]>

/** Cells are open, high, low, close and more. */
const damages: { readonly [defect in Defect]: (row: TableRow) => TableRow } = {
  null: ({ time, cells }) => ({ time, cells: cells.with(3, null) }),
  short: ({ time, cells }) => ({ time, cells: cells.slice(0, 4) }),
  text: ({ time, cells }) => ({ time, cells: cells.with(1, "n/a") }),
  "off-grid": ({ time, cells }) => ({
    time: time.length > 10 ? `${time.slice(0, -2)}17` : `${time} 17:17:17`,
    cells,
  }),
  inconsistent: ({ time, cells }) => ({ time, cells: cells.with(3, (Number(cells[1]) * 2).toFixed(4)) }),
}

const oddNewestRow = (
  oddity: "absent" | "repeated" | "ahead" | "unsettled",
  table: SeriesTable,
): SeriesTable | undefined => {
  const { rows, isRunning, nextTime } = table
  const newest = rows[0] as TableRow
  if (oddity === "unsettled") {
    // What no running bar follows has closed long ago and is what it will stay.
    const closed = isRunning ? rows[1] : undefined
    return closed && { ...table, rows: rows.with(1, unfinished(closed, table.columns.indexOf("volume"))) }
  }
  if (oddity === "ahead") {
    const [, , , close = null, ...more] = newest.cells
    const cells = [close, close, close, close, ...more.map(() => "0")]
    return { ...table, rows: [{ time: nextTime, cells }, ...rows] }
  }
  if (!isRunning) return undefined
  return { ...table, rows: oddity === "absent" ? rows.slice(1) : [newest, ...rows] }
}

/** The row when half had been traded and the price stood where it had begun. */
const unfinished = ({ time, cells }: TableRow, volumeColumn: number): TableRow => ({
  time,
  cells: cells
    .with(3, cells[0] ?? null)
    .with(volumeColumn, String(Math.floor(Number(cells[volumeColumn]) / 2))),
})
