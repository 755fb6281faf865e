import type { EpochMillis } from "@barkeep/market-data"
import { barProgress } from "./bar-progress.ts"
import { byColumn } from "./by-column.ts"
import { type MarketColumn, marketColumns } from "./market-columns.ts"

/** Recorded bars, their numbers as the very texts of the recording: `0.00012300`. Ascending by open time. */
export type TextBars = {
  readonly kind: "text"
  readonly openTime: Float64Array
} & { readonly [column in MarketColumn]: ReadonlyArray<string> }

/** One row of `TextBars`. */
export type TextRow = { readonly openTime: EpochMillis } & { readonly [column in MarketColumn]: string }

/** Sums, where a coarser bar adds up the finer ones. */
const summed = ["volume", "quoteVolume", "trades", "takerVolume", "takerQuoteVolume"] as const

export const textBars = (rows: ReadonlyArray<TextRow>): TextBars => ({
  kind: "text",
  openTime: Float64Array.from(rows, (row) => row.openTime),
  ...byColumn(marketColumns, (column) => rows.map((row) => row[column])),
})

/** The rows `[start, end)`, one by one. */
export const textRows = (bars: TextBars, start: number, end: number): Array<TextRow> =>
  Array.from({ length: Math.max(0, end - start) }, (_, index) => ({
    openTime: bars.openTime[start + index] as number,
    ...byColumn(marketColumns, (column) => bars[column][start + index] as string),
  }))

/**
 * Coarser bars. Prices are texts of the rows they come from; sums are exact decimals.
 * @param binOf open time of the coarse bar that a row belongs to
 */
export const resampleTextBars = (bars: TextBars, binOf: (openTime: EpochMillis) => EpochMillis): TextBars => {
  const rows: Array<TextRow> = []
  let start = 0
  while (start < bars.openTime.length) {
    const openTime = binOf(bars.openTime[start] as number)
    let end = start + 1
    while (end < bars.openTime.length && binOf(bars.openTime[end] as number) === openTime) end += 1
    rows.push(aggregate(bars, start, end, openTime))
    start = end
  }
  return textBars(rows)
}

/** One bar as it looks after `fraction` of its time, on the finest price grid that its own texts show. */
export const unfinishedTextBar = (bars: TextBars, row: number, fraction: number): TextBars => {
  const [whole] = textRows(bars, row, row + 1) as [TextRow]
  const prices = [whole.open, whole.high, whole.low, whole.close]
  const decimals = Math.max(...prices.map(decimalsOf))
  const [open, high, low, close] = prices.map(Number) as [number, number, number, number]
  const progress = barProgress({ open, high, low, close }, fraction)
  return textBars([
    {
      ...whole,
      ...byColumn(summed, (column) =>
        (Number(whole[column]) * fraction).toFixed(Math.min(8, decimalsOf(whole[column]))),
      ),
      high: progress.high.toFixed(decimals),
      low: progress.low.toFixed(decimals),
      close: progress.close.toFixed(decimals),
    },
  ])
}

/** The exact sum of plain decimals, with the most decimals that one of them has. */
const sumDecimals = (texts: ReadonlyArray<string>): string => {
  const decimals = Math.max(0, ...texts.map(decimalsOf))
  const sum = texts.reduce((total, text) => total + scaled(text, decimals), 0n)
  if (decimals === 0) return String(sum)
  const digits = String(sum).padStart(decimals + 1, "0")
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}

const aggregate = (bars: TextBars, start: number, end: number, openTime: EpochMillis): TextRow => {
  let high = start
  let low = start
  for (let row = start + 1; row < end; row += 1) {
    if (Number(bars.high[row]) > Number(bars.high[high])) high = row
    if (Number(bars.low[row]) < Number(bars.low[low])) low = row
  }
  return {
    openTime,
    ...byColumn(summed, (column) => sumDecimals(bars[column].slice(start, end))),
    open: bars.open[start] as string,
    high: bars.high[high] as string,
    low: bars.low[low] as string,
    close: bars.close[end - 1] as string,
  }
}

const decimalsOf = (text: string): number => {
  const point = text.indexOf(".")
  return point < 0 ? 0 : text.length - point - 1
}

const scaled = (text: string, decimals: number): bigint => {
  const point = text.indexOf(".")
  return BigInt(text.replace(".", "") + "0".repeat(decimals - (point < 0 ? 0 : text.length - point - 1)))
}
