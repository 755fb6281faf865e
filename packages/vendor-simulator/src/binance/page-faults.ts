import { barEnd, type EpochMillis, openTimeOf, type Timeframe } from "@barkeep/market-data"
import type { Fault } from "../faults.ts"

/** A kline as JSON has it. */
export type KlineRow = ReadonlyArray<unknown>

/** What a faulty page is made from. */
export interface PageContext {
  readonly timeframe: Timeframe
  readonly now: EpochMillis
  /** The page answered before for the same symbol and interval. */
  readonly previous: ReadonlyArray<KlineRow> | undefined
  /** The bar that opens then, as it looked when half of its time had passed. */
  readonly halfDone: (openTime: EpochMillis) => KlineRow | undefined
}

/**
 * The page with the fault in it; `undefined` when the page offers no room for the fault (no row to damage, no
 * earlier page, no open bar) or the fault is none of a page.
 */
export const faultyPage = (
  fault: Fault,
  rows: ReadonlyArray<KlineRow>,
  context: PageContext,
): ReadonlyArray<KlineRow> | undefined => {
  switch (fault.type) {
    case "empty-page":
      return rows.length === 0 ? undefined : []
    case "duplicated-page":
      return context.previous
    case "unordered-page":
      return swapMiddle(rows)
    case "bad-row":
      return rows.length === 0 ? undefined : rows.with(rows.length >> 1, damage(rows[rows.length >> 1] as KlineRow, fault.defect))
    case "open-bar":
      return fault.oddity === "unsettled" ? unsettle(rows, context) : oddOpenBar(rows, fault.oddity, context)
    default:
      return undefined
  }
}

const swapMiddle = (rows: ReadonlyArray<KlineRow>): ReadonlyArray<KlineRow> | undefined => {
  const index = rows.length >> 1
  return rows.length < 2
    ? undefined
    : rows.with(index, rows[index - 1] as KlineRow).with(index - 1, rows[index] as KlineRow)
}

const damage = (row: KlineRow, defect: (Fault & { readonly type: "bad-row" })["defect"] = "null"): KlineRow => {
  switch (defect) {
    case "null":
      return row.with(4, null)
    case "short":
      return row.slice(0, 5)
    case "text":
      return row.with(2, "n/a")
    case "off-grid":
      return row.with(0, Number(row[0]) + 14_789)
    case "inconsistent":
      // Above the high.
      return row.with(4, String(Number(row[2]) * 2))
  }
}

const oddOpenBar = (
  rows: ReadonlyArray<KlineRow>,
  oddity: "absent" | "repeated" | "ahead",
  { timeframe, now }: PageContext,
): ReadonlyArray<KlineRow> | undefined => {
  const last = rows.at(-1)
  if (last === undefined || last[0] !== openTimeOf(timeframe, now)) return undefined
  if (oddity === "absent") return rows.slice(0, -1)
  if (oddity === "repeated") return [...rows, last]
  const openTime = barEnd(timeframe, Number(last[0]))
  const close = last[4]
  const none = "0.00000000"
  return [
    ...rows,
    [openTime, close, close, close, close, none, barEnd(timeframe, openTime) - 1, none, 0, none, none, "0"],
  ]
}

const unsettle = (
  rows: ReadonlyArray<KlineRow>,
  { timeframe, now, halfDone }: PageContext,
): ReadonlyArray<KlineRow> | undefined => {
  const index = rows.findLastIndex((row) => barEnd(timeframe, Number(row[0])) <= now)
  const unfinished = index < 0 ? undefined : halfDone(Number(rows[index]?.[0]))
  return unfinished === undefined ? undefined : rows.with(index, unfinished)
}
