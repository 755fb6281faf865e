import {
  type Anchor,
  allocateBars,
  type Bars,
  intersectRanges,
  isIntraday,
  nominalMillis,
  type Timeframe,
} from "@barkeep/market-data"
import type { TradingCalendar } from "@barkeep/trading-calendar"

/** Coarser bars made of finer ones, and how many each was made of. */
export interface BinnedBars {
  readonly bars: Bars
  readonly parts: Uint32Array
}

/** What `binBars` needs of a calendar. */
export type BinCalendar = Pick<TradingCalendar, "expectedOpenTimes" | "barsInBin" | "range">

/**
 * Bars of a coarser timeframe, made of finer ones: those that the calendar asks for and that have a finer row. Rows
 * outside of sessions belong to no bar.
 * @param fine ascending
 */
export const binBars = (
  fine: Bars,
  timeframe: Timeframe,
  calendar: BinCalendar,
  anchor: Anchor | undefined,
): BinnedBars => {
  const bins = openTimesAround(fine.openTime, timeframe, calendar, anchor)
  // A session's last bar ends before the next one begins.
  const length = isIntraday(timeframe) ? nominalMillis(timeframe) : Number.POSITIVE_INFINITY
  const made = allocateBars(bins.length)
  const parts = new Uint32Array(bins.length)
  let [count, row] = [0, 0]
  for (let bin = 0; bin < bins.length; bin += 1) {
    const start = bins[bin] as number
    const end = Math.min(start + length, bins[bin + 1] ?? Number.POSITIVE_INFINITY)
    while (row < fine.openTime.length && (fine.openTime[row] as number) < start) row += 1
    const first = row
    row = aggregate(fine, first, end, made, count)
    if (row === first) continue
    made.openTime[count] = start
    parts[count] = row - first
    count += 1
  }
  return count === bins.length
    ? { bars: made, parts }
    : { bars: cut(made, count), parts: parts.slice(0, count) }
}

/** Puts the rows from `first` on that open before `end` together. @returns the first row that is none of them */
const aggregate = (
  { openTime, open, high, low, close, volume }: Bars,
  first: number,
  end: number,
  made: Bars,
  index: number,
): number => {
  let row = first
  let [highest, lowest, sum] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 0]
  for (; row < openTime.length && (openTime[row] as number) < end; row += 1) {
    // Not `Math.max`: that takes longer, and what is no number is a finding of its own.
    if ((high[row] as number) > highest) highest = high[row] as number
    if ((low[row] as number) < lowest) lowest = low[row] as number
    sum += volume[row] as number
  }
  if (row === first) return row
  made.open[index] = open[first] as number
  made.high[index] = highest
  made.low[index] = lowest
  made.close[index] = close[row - 1] as number
  made.volume[index] = sum
  return row
}

/** Only what the calendar knows: before and after there is nothing to hold against each other. */
const openTimesAround = (
  openTime: Float64Array,
  timeframe: Timeframe,
  calendar: BinCalendar,
  anchor: Anchor | undefined,
): Float64Array => {
  const [first] = openTime
  const last = openTime.at(-1)
  const range =
    first === undefined || last === undefined
      ? undefined
      : intersectRanges({ from: first - longest(timeframe), to: last + 1 }, calendar.range)
  return range === undefined
    ? new Float64Array(0)
    : calendar.expectedOpenTimes(timeframe, range, anchor === undefined ? {} : { anchor })
}

const longest = (timeframe: Timeframe): number =>
  isIntraday(timeframe) ? nominalMillis(timeframe) : 31 * 86_400_000 + nominalMillis(timeframe)

/** A copy, so that what is kept is no view into longer columns. */
const cut = ({ openTime, open, high, low, close, volume }: Bars, count: number): Bars => ({
  openTime: openTime.slice(0, count),
  open: open.slice(0, count),
  high: high.slice(0, count),
  low: low.slice(0, count),
  close: close.slice(0, count),
  volume: volume.slice(0, count),
})

/** Gives the memory back at once; nothing may read the bars after that. */
export const releaseBinned = ({ bars }: BinnedBars): void => {
  for (const { buffer } of Object.values(bars) as ReadonlyArray<Float64Array>)
    if (buffer instanceof ArrayBuffer && buffer.byteLength > 0) buffer.transfer(0)
}

/** True when two rows have the same values; those of bars put together differ by rounding at most in the volume. */
export const sameRow = (a: Bars, i: number, b: Bars, j: number): boolean =>
  a.close[i] === b.close[j] &&
  a.high[i] === b.high[j] &&
  a.low[i] === b.low[j] &&
  a.open[i] === b.open[j] &&
  Math.abs((a.volume[i] as number) - (b.volume[j] as number)) <= 1e-9 * (a.volume[i] as number)
