import {
  type Anchor,
  allocateBars,
  type Bars,
  intersectRanges,
  isIntraday,
  nominalMillis,
  sliceRows,
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
  // One loop over columns by their names: this is called for every row of a cache.
  const { openTime, open, high, low, close, volume } = fine
  const rows = openTime.length
  let [count, row] = [0, 0]
  for (let bin = 0; bin < bins.length; bin += 1) {
    const start = bins[bin] as number
    const next = bin + 1 < bins.length ? (bins[bin + 1] as number) : Number.POSITIVE_INFINITY
    const end = start + length < next ? start + length : next
    while (row < rows && (openTime[row] as number) < start) row += 1
    const first = row
    let highest = Number.NEGATIVE_INFINITY
    let lowest = Number.POSITIVE_INFINITY
    let sum = 0
    while (row < rows && (openTime[row] as number) < end) {
      const highOfRow = high[row] as number
      const lowOfRow = low[row] as number
      // Not `Math.max`: that takes longer, and what is no number is a finding of its own.
      if (highOfRow > highest) highest = highOfRow
      if (lowOfRow < lowest) lowest = lowOfRow
      sum += volume[row] as number
      row += 1
    }
    if (row === first) continue
    made.openTime[count] = start
    made.open[count] = open[first] as number
    made.high[count] = highest
    made.low[count] = lowest
    made.close[count] = close[row - 1] as number
    made.volume[count] = sum
    parts[count] = row - first
    count += 1
  }
  if (count === bins.length) return { bars: made, parts }
  const used = { bars: sliceRows(made, 0, count), parts: parts.subarray(0, count) }
  if (2 * count > bins.length) return used
  // What is kept is not to hold on to much longer columns.
  return { bars: copyOf(used.bars), parts: used.parts.slice() }
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

const copyOf = ({ openTime, open, high, low, close, volume }: Bars): Bars => ({
  openTime: openTime.slice(),
  open: open.slice(),
  high: high.slice(),
  low: low.slice(),
  close: close.slice(),
  volume: volume.slice(),
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
