import { allocateBars, type Bars, barCount, sliceRows } from "./bars.ts"
import type { EpochMillis } from "./time-range.ts"

/**
 * Coarser bars: first open, highest high, lowest low, last close, summed volume (NaN as soon as one part has none).
 * A bin with no row gives no bar.
 * @param binOf open time of the coarse bar that a row belongs to; must not descend. `openTimeOf` for markets that
 *   never close, a trading calendar's anchor for session markets
 * @param minRows bins with fewer rows are left out, so that no half bar is taken for a whole one
 */
export const resampleBars = (
  bars: Bars,
  binOf: (openTime: EpochMillis) => EpochMillis,
  minRows = 1,
): Bars => {
  const result = allocateBars(barCount(bars))
  let count = 0
  let start = 0
  while (start < barCount(bars)) {
    const bin = binOf(bars.openTime[start] as number)
    let end = start + 1
    while (end < barCount(bars) && binOf(bars.openTime[end] as number) === bin) end += 1
    if (end - start >= minRows) {
      result.openTime[count] = bin
      aggregate(bars, start, end, result, count)
      count += 1
    }
    start = end
  }
  return sliceRows(result, 0, count)
}

const aggregate = (bars: Bars, start: number, end: number, result: Bars, row: number): void => {
  let high = bars.high[start] as number
  let low = bars.low[start] as number
  let volume = 0
  for (let index = start; index < end; index += 1) {
    high = Math.max(high, bars.high[index] as number)
    low = Math.min(low, bars.low[index] as number)
    volume += bars.volume[index] as number
  }
  result.open[row] = bars.open[start] as number
  result.high[row] = high
  result.low[row] = low
  result.close[row] = bars.close[end - 1] as number
  result.volume[row] = volume
}
