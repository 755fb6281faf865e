import { allocateBars, type Bars, columns } from "@barkeep/market-data"

/** The rows of one source in ascending order, each open time once: of several the first in the file. */
export interface Series {
  readonly openTime: Float64Array
  /** Where each stands in the source. */
  readonly row: Int32Array
  /** Rows of the source that repeat an open time, in the order of the file. */
  readonly repeats: Int32Array
}

/** @param openTime of a source's rows in the order of the file; NaN for rows that are refused */
export const toSeries = (openTime: Float64Array): Series => {
  const order = Int32Array.from(
    Array.from(openTime.keys()).filter((row) => !Number.isNaN(openTime[row] as number)),
  )
  const isAscending = order.every(
    (row, index) =>
      index === 0 || (openTime[order[index - 1] as number] as number) < (openTime[row] as number),
  )
  if (!isAscending) order.sort((a, b) => (openTime[a] as number) - (openTime[b] as number) || a - b)
  const isRepeat = (index: number): boolean =>
    index > 0 && openTime[order[index - 1] as number] === openTime[order[index] as number]
  const row = isAscending ? order : order.filter((_, index) => !isRepeat(index))
  const repeats = isAscending ? new Int32Array(0) : order.filter((_, index) => isRepeat(index)).toSorted()
  return { openTime: Float64Array.from(row, (each) => openTime[each] as number), row, repeats }
}

/** The series with its values, as bars. */
export const seriesBars = (series: Series, source: Bars): Bars => {
  const bars = allocateBars(series.row.length)
  bars.openTime.set(series.openTime)
  for (const name of columns)
    if (name !== "openTime")
      for (let index = 0; index < series.row.length; index += 1)
        bars[name][index] = source[name][series.row[index] as number] as number
  return bars
}
