import type { EpochMillis } from "@barkeep/market-data"
import { barProgress } from "./bar-progress.ts"

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

export type FixedColumn = (typeof fixedColumns)[number]

/** Bars as scaled integers: a price of 30000.01 with two decimals is 3000001. Ascending by open time. */
export type FixedBars = {
  readonly kind: "fixed"
  readonly scale: FixedScale
  readonly openTime: Float64Array
} & { readonly [column in FixedColumn]: Float64Array }

/** Collects rows; rows of the same bin that follow each other become one bar. */
export interface FixedBarsBuilder {
  /** Adds row `row` of `source` to the bar that opens at `bin`. */
  readonly add: (source: FixedBars, row: number, bin: EpochMillis) => void
  readonly build: () => FixedBars
}

export const allocateFixedBars = (scale: FixedScale, count: number): FixedBars => ({
  kind: "fixed",
  scale,
  openTime: new Float64Array(count),
  ...(Object.fromEntries(fixedColumns.map((column) => [column, new Float64Array(count)])) as {
    [column in FixedColumn]: Float64Array
  }),
})

/** The first `count` rows; shares memory. */
export const firstRows = (bars: FixedBars, count: number): FixedBars => ({
  ...bars,
  openTime: bars.openTime.subarray(0, count),
  ...(Object.fromEntries(fixedColumns.map((column) => [column, bars[column].subarray(0, count)])) as {
    [column in FixedColumn]: Float64Array
  }),
})

/** @param capacity how many bars there can be at most */
export const fixedBarsBuilder = (scale: FixedScale, capacity: number): FixedBarsBuilder => {
  const bars = allocateFixedBars(scale, capacity)
  let count = 0
  return {
    add: (source, row, bin) => {
      const last = count - 1
      if (last >= 0 && bars.openTime[last] === bin) extend(bars, last, source, row)
      else {
        for (const column of fixedColumns) bars[column][count] = source[column][row] as number
        bars.openTime[count] = bin
        count += 1
      }
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
  for (const column of ["volume", "quoteVolume", "trades", "takerVolume", "takerQuoteVolume"] as const)
    bar[column][0] = Math.floor(at(column) * fraction)
  return bar
}

const extend = (bars: FixedBars, last: number, source: FixedBars, row: number): void => {
  const high = source.high[row] as number
  const low = source.low[row] as number
  if (high > (bars.high[last] as number)) bars.high[last] = high
  if (low < (bars.low[last] as number)) bars.low[last] = low
  bars.close[last] = source.close[row] as number
  bars.volume[last] = (bars.volume[last] as number) + (source.volume[row] as number)
  bars.quoteVolume[last] = (bars.quoteVolume[last] as number) + (source.quoteVolume[row] as number)
  bars.trades[last] = (bars.trades[last] as number) + (source.trades[row] as number)
  bars.takerVolume[last] = (bars.takerVolume[last] as number) + (source.takerVolume[row] as number)
  bars.takerQuoteVolume[last] = (bars.takerQuoteVolume[last] as number) + (source.takerQuoteVolume[row] as number)
}
