import { type Bars, barCount, valueColumns } from "./bars.ts"

/** What is wrong with one row of bars. */
export interface BarsIssue {
  /** Zero-based row; -1 when the columns as a whole are wrong. */
  readonly row: number
  readonly issue: string
}

/**
 * The first reason why these columns are no bars at all: unequal lengths, an open time that is no integer number of
 * milliseconds, or open times that do not strictly ascend. `undefined` when there is none. Says nothing of prices.
 */
export const findStructureIssue = (bars: Bars): BarsIssue | undefined => {
  const rows = barCount(bars)
  for (const name of valueColumns)
    if (bars[name].length !== rows)
      return { row: -1, issue: `column ${name} has ${bars[name].length} rows, openTime has ${rows}` }
  for (let row = 0; row < rows; row += 1) {
    const time = bars.openTime[row] as number
    if (!Number.isSafeInteger(time))
      return { row, issue: `open time ${time} is no integer number of milliseconds` }
    if (row > 0 && time <= (bars.openTime[row - 1] as number))
      return { row, issue: `open time ${time} does not come after ${bars.openTime[row - 1]}` }
  }
  return undefined
}

/**
 * The first reason why a vendor's answer cannot be true: a structure issue, a price that is not finite, a high below
 * or a low above another price, or a volume that is negative or infinite (NaN is "has none").
 */
export const findBarsIssue = (bars: Bars): BarsIssue | undefined => {
  const structure = findStructureIssue(bars)
  if (structure !== undefined) return structure
  for (let row = 0; row < barCount(bars); row += 1) {
    const open = bars.open[row] as number
    const high = bars.high[row] as number
    const low = bars.low[row] as number
    const close = bars.close[row] as number
    const volume = bars.volume[row] as number
    if (!(Number.isFinite(open) && Number.isFinite(high) && Number.isFinite(low) && Number.isFinite(close)))
      return { row, issue: "a price is not finite" }
    if (high < open || high < close || high < low)
      return { row, issue: `high ${high} is below another price` }
    if (low > open || low > close) return { row, issue: `low ${low} is above another price` }
    if (volume < 0 || volume === Number.POSITIVE_INFINITY)
      return { row, issue: `volume ${volume} is impossible` }
  }
  return undefined
}
