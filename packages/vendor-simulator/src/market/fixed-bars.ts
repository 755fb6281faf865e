import type { EpochMillis } from "@barkeep/market-data"
import { barProgress } from "./bar-progress.ts"
import { byColumn } from "./by-column.ts"

/** How many decimals the integers of a column stand for. */
export interface FixedScale {
  readonly priceDecimals: number
  readonly volumeDecimals: number
  readonly quoteDecimals: number
}

/** The columns besides `openTime`. Every value is an integer: aggregating them in any order gives the same. */
export const fixedColumns = [
  "open",
  "high",
  "low",
  "close",
  "volume",
  "quoteVolume",
  "trades",
  "takerVolume",
  "takerQuoteVolume",
] as const

const summedColumns = ["volume", "quoteVolume", "trades", "takerVolume", "takerQuoteVolume"] as const

type FixedColumn = (typeof fixedColumns)[number]

/** Bars as scaled integers: a price of 30000.01 with two decimals is 3000001. Ascending by open time. */
export type FixedBars = {
  readonly kind: "fixed"
  readonly scale: FixedScale
  readonly openTime: Float64Array
} & { readonly [column in FixedColumn]: Float64Array }

/** Collects rows; rows of the same bin that follow each other become one bar. */
export interface FixedBarsBuilder {
  /** Adds the rows `[start, end)` of `source`, at least one, to the bar that opens at `bin`. */
  readonly add: (source: FixedBars, start: number, end: number, bin: EpochMillis) => void
  readonly build: () => FixedBars
}

/** Bars whose values are still to be filled in, in one piece of memory. */
export const allocateFixedBars = (scale: FixedScale, count: number): FixedBars => {
  const memory = new Float64Array((fixedColumns.length + 1) * count)
  const part = (index: number): Float64Array => memory.subarray(index * count, (index + 1) * count)
  return {
    kind: "fixed",
    scale,
    openTime: part(fixedColumns.length),
    ...byColumn(fixedColumns, (column) => part(fixedColumns.indexOf(column))),
  }
}

/** The first `count` rows; shares memory. */
export const firstRows = (bars: FixedBars, count: number): FixedBars => ({
  ...bars,
  openTime: bars.openTime.subarray(0, count),
  ...byColumn(fixedColumns, (column) => bars[column].subarray(0, count)),
})

/** @param capacity how many bars there can be at most */
export const fixedBarsBuilder = (scale: FixedScale, capacity: number): FixedBarsBuilder => {
  const bars = allocateFixedBars(scale, capacity)
  let count = 0
  return {
    add: (source, start, end, bin) => {
      if (count > 0 && bars.openTime[count - 1] === bin) {
        extendBar(bars, count - 1, source, start, end)
        return
      }
      for (const column of fixedColumns) bars[column][count] = source[column][start] as number
      bars.openTime[count] = bin
      if (end > start + 1) extendBar(bars, count, source, start + 1, end)
      count += 1
    },
    build: () => firstRows(bars, count),
  }
}

/** One bar as it looks after `fraction` of its time. */
export const unfinishedFixedBar = (bars: FixedBars, row: number, fraction: number): FixedBars => {
  const at = (column: FixedColumn): number => bars[column][row] as number
  const progress = barProgress(
    { open: at("open"), high: at("high"), low: at("low"), close: at("close") },
    fraction,
  )
  const bar = allocateFixedBars(bars.scale, 1)
  bar.openTime[0] = bars.openTime[row] as number
  bar.open[0] = at("open")
  bar.high[0] = Math.round(progress.high)
  bar.low[0] = Math.round(progress.low)
  bar.close[0] = Math.round(progress.close)
  for (const column of summedColumns) bar[column][0] = Math.floor(at(column) * fraction)
  return bar
}

const extendBar = (bars: FixedBars, bar: number, source: FixedBars, start: number, end: number): void => {
  bars.high[bar] = Math.max(bars.high[bar] as number, maximum(source.high, start, end))
  bars.low[bar] = Math.min(bars.low[bar] as number, minimum(source.low, start, end))
  bars.close[bar] = source.close[end - 1] as number
  for (const column of summedColumns)
    bars[column][bar] = (bars[column][bar] as number) + sum(source[column], start, end)
}

const maximum = (values: Float64Array, start: number, end: number): number => {
  let highest = values[start] as number
  for (let index = start + 1; index < end; index += 1)
    if ((values[index] as number) > highest) highest = values[index] as number
  return highest
}

const minimum = (values: Float64Array, start: number, end: number): number => {
  let lowest = values[start] as number
  for (let index = start + 1; index < end; index += 1)
    if ((values[index] as number) < lowest) lowest = values[index] as number
  return lowest
}

const sum = (values: Float64Array, start: number, end: number): number => {
  let total = 0
  for (let index = start; index < end; index += 1) total += values[index] as number
  return total
}
