import { InvalidInput } from "./errors.ts"
import type { EpochMillis, TimeRange } from "./time-range.ts"

/**
 * OHLCV bars as columns of one length. `openTime` is epoch milliseconds UTC, strictly ascending; a bar covers
 * `[openTime, openTime + timeframe)`. `volume` is NaN where the vendor has none. The arrays may be views of larger
 * buffers and must not be written to.
 */
export interface Bars {
  readonly openTime: Float64Array
  readonly open: Float64Array
  readonly high: Float64Array
  readonly low: Float64Array
  readonly close: Float64Array
  readonly volume: Float64Array
}

/** One row of `Bars`, for people; hot paths stay with the columns. */
export interface Bar {
  readonly openTime: EpochMillis
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
}

/** The columns in the order in which files and APIs list them. */
export const columns = ["openTime", "open", "high", "low", "close", "volume"] as const
export const valueColumns = ["open", "high", "low", "close", "volume"] as const

const makeBars = (column: (name: (typeof columns)[number]) => Float64Array): Bars => ({
  openTime: column("openTime"),
  open: column("open"),
  high: column("high"),
  low: column("low"),
  close: column("close"),
  volume: column("volume"),
})

/** Columns of `rows` zeros, to be filled by the code that made them before anyone else sees them. */
export const allocateBars = (rows: number): Bars => makeBars(() => new Float64Array(rows))

export const emptyBars: Bars = allocateBars(0)

export const barCount = (bars: Bars): number => bars.openTime.length

/** Row `index` as an object. @throws {InvalidInput} when there is no such row */
export const barAt = (bars: Bars, index: number): Bar => {
  if (!(index >= 0 && index < barCount(bars)))
    throw new InvalidInput({ field: "index", value: index, expected: `a row below ${barCount(bars)}` })
  return {
    openTime: bars.openTime[index] as number,
    open: bars.open[index] as number,
    high: bars.high[index] as number,
    low: bars.low[index] as number,
    close: bars.close[index] as number,
    volume: bars.volume[index] as number,
  }
}

/** Columns from row objects, in the given order. */
export const barsFromRows = (rows: ReadonlyArray<Bar>): Bars =>
  makeBars((name) => Float64Array.from(rows, (row) => row[name]))

/** The rows as objects, one at a time. */
export function* barRows(bars: Bars): Generator<Bar> {
  for (let index = 0; index < barCount(bars); index += 1) yield barAt(bars, index)
}

/** Index of the first row with `openTime >= time`; the row count when there is none. */
export const firstRowAtOrAfter = (openTime: Float64Array, time: EpochMillis): number => {
  let low = 0
  let high = openTime.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((openTime[middle] as number) < time) low = middle + 1
    else high = middle
  }
  return low
}

/** Rows `[start, end)` as views, no copy. */
export const sliceRows = (bars: Bars, start: number, end: number): Bars =>
  start === 0 && end === barCount(bars) ? bars : makeBars((name) => bars[name].subarray(start, end))

/** The rows that open inside the half-open range, as views, no copy. */
export const sliceBars = (bars: Bars, range: TimeRange): Bars =>
  sliceRows(bars, firstRowAtOrAfter(bars.openTime, range.from), firstRowAtOrAfter(bars.openTime, range.to))

/** All rows of the parts, in their order, in new columns (or the one non-empty part itself). */
export const concatBars = (parts: ReadonlyArray<Bars>): Bars => {
  const filled = parts.filter((part) => barCount(part) > 0)
  if (filled.length <= 1) return filled[0] ?? emptyBars
  const rows = filled.reduce((sum, part) => sum + barCount(part), 0)
  return makeBars((name) => {
    const column = new Float64Array(rows)
    let offset = 0
    for (const part of filled) {
      column.set(part[name], offset)
      offset += part[name].length
    }
    return column
  })
}

/** The rows at `indices`, in that order, in new columns. */
export const takeRows = (bars: Bars, indices: ArrayLike<number>): Bars =>
  makeBars((name) => {
    const source = bars[name]
    return Float64Array.from(indices, (index) => source[index] as number)
  })

/** True when both hold the same rows bit for bit; NaN equals NaN, -0 differs from 0. */
export const equalBars = (a: Bars, b: Bars): boolean =>
  columns.every((name) => {
    const left = a[name]
    const right = b[name]
    return left.length === right.length && left.every((value, index) => Object.is(value, right[index]))
  })

/** True when row `i` of `a` and row `j` of `b` have the same values besides the open time; NaN equals NaN. */
export const equalRow = (a: Bars, i: number, b: Bars, j: number): boolean =>
  Object.is(a.open[i], b.open[j]) &&
  Object.is(a.high[i], b.high[j]) &&
  Object.is(a.low[i], b.low[j]) &&
  Object.is(a.close[i], b.close[j]) &&
  Object.is(a.volume[i], b.volume[j])
