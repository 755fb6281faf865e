import type { EpochMillis } from "@barkeep/market-data"
import { barProgress } from "./bar-progress.ts"
import { byColumn } from "./by-column.ts"
import { type MarketColumn, marketColumns } from "./market-columns.ts"

/** How many decimals the integers of a column stand for. */
export interface FixedScale {
  readonly priceDecimals: number
  readonly volumeDecimals: number
  readonly quoteDecimals: number
}

const summedColumns = ["volume", "quoteVolume", "trades", "takerVolume", "takerQuoteVolume"] as const

/**
 * Bars as scaled integers: a price of 30000.01 with two decimals is 3000001, so that aggregating them in any order gives the
 * same. Ascending by open time.
 */
export type FixedBars = {
  readonly kind: "fixed"
  readonly scale: FixedScale
  readonly openTime: Float64Array
} & { readonly [column in MarketColumn]: Float64Array }

/** Collects rows; rows of the same bin that follow each other become one bar. */
export interface FixedBarsBuilder {
  /** Adds the rows `[start, end)` of `source`, at least one, to the bar that opens at `bin`. */
  readonly add: (source: FixedBars, start: number, end: number, bin: EpochMillis) => void
  readonly build: () => FixedBars
}

/** Bars whose values are still to be filled in, in one piece of memory. */
export const allocateFixedBars = (scale: FixedScale, count: number): FixedBars => {
  const memory = new Float64Array((marketColumns.length + 1) * count)
  const part = (index: number): Float64Array => memory.subarray(index * count, (index + 1) * count)
  return {
    kind: "fixed",
    scale,
    openTime: part(marketColumns.length),
    ...byColumn(marketColumns, (column) => part(marketColumns.indexOf(column))),
  }
}

/** The first `count` rows; shares memory. */
const firstRows = (bars: FixedBars, count: number): FixedBars => ({
  ...bars,
  openTime: bars.openTime.subarray(0, count),
  ...byColumn(marketColumns, (column) => bars[column].subarray(0, count)),
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
      for (const column of marketColumns) bars[column][count] = source[column][start] as number
      bars.openTime[count] = bin
      if (end > start + 1) extendBar(bars, count, source, start + 1, end)
      count += 1
    },
    build: () => firstRows(bars, count),
  }
}

/** One bar as it looks after `fraction` of its time. */
export const unfinishedFixedBar = (bars: FixedBars, row: number, fraction: number): FixedBars => {
  const at = (column: MarketColumn): number => bars[column][row] as number
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
  // One pass over columns looked up once: whole histories go through here minute by minute.
  const { high, low, volume, quoteVolume, trades, takerVolume, takerQuoteVolume } = source
  let highest = bars.high[bar] as number
  let lowest = bars.low[bar] as number
  let volumeSum = bars.volume[bar] as number
  let quoteSum = bars.quoteVolume[bar] as number
  let tradeSum = bars.trades[bar] as number
  let takerSum = bars.takerVolume[bar] as number
  let takerQuoteSum = bars.takerQuoteVolume[bar] as number
  for (let row = start; row < end; row += 1) {
    const top = high[row] as number
    const bottom = low[row] as number
    if (top > highest) highest = top
    if (bottom < lowest) lowest = bottom
    volumeSum += volume[row] as number
    quoteSum += quoteVolume[row] as number
    tradeSum += trades[row] as number
    takerSum += takerVolume[row] as number
    takerQuoteSum += takerQuoteVolume[row] as number
  }
  bars.high[bar] = highest
  bars.low[bar] = lowest
  bars.close[bar] = source.close[end - 1] as number
  bars.volume[bar] = volumeSum
  bars.quoteVolume[bar] = quoteSum
  bars.trades[bar] = tradeSum
  bars.takerVolume[bar] = takerSum
  bars.takerQuoteVolume[bar] = takerQuoteSum
}
