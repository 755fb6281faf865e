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
  const { openTime } = bars
  const row = firstUnordered(openTime)
  if (row === undefined) return undefined
  const time = openTime[row] as number
  return Number.isSafeInteger(time)
    ? { row, issue: `open time ${time} does not come after ${openTime[row - 1]}` }
    : { row, issue: `open time ${time} is no integer number of milliseconds` }
}

/** The first open time that is no safe integer or does not come after the one before it. */
const firstUnordered = (openTime: Float64Array): number | undefined => {
  let before = Number.MIN_SAFE_INTEGER - 1
  let row = 0
  for (; row < openTime.length; row += 1) {
    const time = openTime[row] as number
    // False for NaN as well.
    if (!(time > before && Math.floor(time) === time)) break
    before = time
  }
  // They ascend so far: one is too great only when the last one is.
  if (before > Number.MAX_SAFE_INTEGER) return openTime.findIndex((time) => time > Number.MAX_SAFE_INTEGER)
  return row === openTime.length ? undefined : row
}

/**
 * The first reason why a vendor's answer cannot be true: a structure issue, a price that is not finite, a high below
 * or a low above another price, or a volume that is negative or infinite (NaN is "has none").
 */
export const findBarsIssue = (bars: Bars): BarsIssue | undefined => {
  const structure = findStructureIssue(bars)
  if (structure !== undefined) return structure
  const row = firstImpossible(bars)
  return row === undefined ? undefined : { row, issue: impossibility(bars, row) }
}

/** The first row whose values cannot be true. One comparison more than needed costs more here than in words. */
const firstImpossible = ({ open, high, low, close, volume }: Bars): number | undefined => {
  for (let row = 0; row < high.length; row += 1) {
    const top = high[row] as number
    const bottom = low[row] as number
    const first = open[row] as number
    const last = close[row] as number
    const amount = volume[row] as number
    // With both extremes finite and the rest between them all four are finite; NaN fails every comparison.
    const isPossible =
      top >= first &&
      top >= last &&
      bottom <= first &&
      bottom <= last &&
      top < Number.POSITIVE_INFINITY &&
      bottom > Number.NEGATIVE_INFINITY &&
      !(amount < 0) &&
      amount !== Number.POSITIVE_INFINITY
    if (!isPossible) return row
  }
  return undefined
}

const impossibility = (bars: Bars, row: number): string => {
  const [open, high, low, close] = [bars.open[row], bars.high[row], bars.low[row], bars.close[row]] as [
    number,
    number,
    number,
    number,
  ]
  if (![open, high, low, close].every(Number.isFinite)) return "a price is not finite"
  if (high < open || high < close || high < low) return `high ${high} is below another price`
  if (low > open || low > close) return `low ${low} is above another price`
  return `volume ${bars.volume[row]} is impossible`
}
