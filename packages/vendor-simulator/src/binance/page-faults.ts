import { barEnd, type EpochMillis, openTimeOf, type Timeframe } from "@barkeep/market-data"
import type { PageFault } from "../faults.ts"

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
 * earlier page, no open bar).
 */
export const faultyPage = (
  fault: PageFault,
  rows: ReadonlyArray<KlineRow>,
  context: PageContext,
): ReadonlyArray<KlineRow> | undefined => {
  if (fault.type === "duplicated-page") return context.previous
  if (fault.type === "unordered-page") return swapMiddle(rows)
  if (fault.type === "open-bar")
    return fault.oddity === "unsettled" ? unsettle(rows, context) : oddOpenBar(rows, fault.oddity, context)
  const middle = rows[rows.length >> 1]
  if (middle === undefined) return undefined
  return fault.type === "empty-page"
    ? []
    : rows.with(rows.length >> 1, damages[fault.defect ?? "null"](middle))
}

type Defect = NonNullable<(PageFault & { readonly type: "bad-row" })["defect"]>

const damages: { readonly [defect in Defect]: (row: KlineRow) => KlineRow } = {
  null: (row) => row.with(4, null),
  short: (row) => row.slice(0, 5),
  text: (row) => row.with(2, "n/a"),
  "off-grid": (row) => row.with(0, Number(row[0]) + 14_789),
  // A close above the high.
  inconsistent: (row) => row.with(4, String(Number(row[2]) * 2)),
}

const swapMiddle = (rows: ReadonlyArray<KlineRow>): ReadonlyArray<KlineRow> | undefined => {
  const index = rows.length >> 1
  return rows.length < 2
    ? undefined
    : rows.with(index, rows[index - 1] as KlineRow).with(index - 1, rows[index] as KlineRow)
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
  const openTime = barEnd(timeframe, last[0])
  const close = last[4]
  const none = "0.00000000"
  return [
    ...rows,
    [openTime, close, close, close, close, none, barEnd(timeframe, openTime) - 1, none, 0, none, none, "0"],
  ]
}

/** Binance does not correct bars: a server of it can only be so far behind. */
const longestLagMillis = 2_400_000

/** The page of a server that has seen half of the last closed bar, and nothing after it. */
const unsettle = (
  rows: ReadonlyArray<KlineRow>,
  { timeframe, now, halfDone }: PageContext,
): ReadonlyArray<KlineRow> | undefined => {
  const index = rows.findLastIndex((row) => barEnd(timeframe, Number(row[0])) <= now)
  const openTime = Number(rows[index]?.[0])
  if (index < 0 || now - barEnd(timeframe, openTime) > longestLagMillis) return undefined
  const unfinished = halfDone(openTime)
  return unfinished === undefined ? undefined : [...rows.slice(0, index), unfinished]
}
