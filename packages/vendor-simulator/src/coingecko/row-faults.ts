import type { PageFault } from "../faults.ts"
import type { SessionFault } from "../yahoo/yahoo-faults.ts"

/** A candle or a point: a time and numbers. */
export type Row = ReadonlyArray<unknown>

/** What a faulty page is made from. */
export interface RowContext {
  /** The page before of the same endpoint and coin. */
  readonly previous: ReadonlyArray<Row> | undefined
  /** The same question answered in coarser rows. */
  readonly coarser: () => ReadonlyArray<Row> | undefined
  /** A row that is not over yet. */
  readonly ahead: () => Row | undefined
  /** The last row is the price of the moment. */
  readonly endsNow: boolean
}

/** The page with the fault in it; `undefined` when it offers no room for it. */
export const faultyRows = (
  fault: PageFault | SessionFault,
  rows: ReadonlyArray<Row>,
  context: RowContext,
): ReadonlyArray<Row> | undefined => {
  const middle = rows.length >> 1
  const row = rows[middle]
  const last = rows.at(-1)
  if (fault.type === "duplicated-page") return context.previous
  if (fault.type === "coarser-rows") return context.coarser()
  if (row === undefined || last === undefined) return undefined
  switch (fault.type) {
    case "empty-page":
      return []
    case "unordered-page":
      return rows.length < 2 ? undefined : rows.with(middle, rows[middle - 1] as Row).with(middle - 1, row)
    case "bad-row":
      return rows.with(middle, damages[fault.defect ?? "null"](row))
    case "null-rows": {
      const every = fault.every ?? 10
      return rows.map((each, index) => (index % every === every - 1 ? damages.null(each) : each))
    }
    case "hundredfold-row":
      return rows.with(middle, [row[0], ...row.slice(1).map((cell) => Number(cell) * 100)])
    case "open-bar": {
      if (fault.oddity === "unsettled") return undefined
      if (fault.oddity === "repeated") return [...rows, last]
      if (fault.oddity === "absent") return context.endsNow ? rows.slice(0, -1) : undefined
      const ahead = context.ahead()
      return ahead && [...rows, ahead]
    }
  }
}

const damages = {
  null: (row: Row): Row => [row[0], ...row.slice(1).map(() => null)],
  short: (row: Row): Row => row.slice(0, -1),
  text: (row: Row): Row => row.with(1, "n/a"),
  "off-grid": (row: Row): Row => row.with(0, Number(row[0]) + 14_789),
  // A close above the high; of a single price, one below zero.
  inconsistent: (row: Row): Row => [...row.slice(0, -1), row.length > 2 ? Number(row[2]) * 2 : -1],
}
