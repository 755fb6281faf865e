import type { Bars } from "@barkeep/market-data"

/**
 * How many rows from `row` on are as they should be: at the next expected time, sound, moving a little, with volume
 * (or all without, where there is none). Nearly all are; this loop is what a scan costs.
 */
export const countPlainRows = (
  { openTime, open, high, low, close, volume }: Bars,
  expected: Float64Array,
  row: number,
  slot: number,
  closeBefore: number,
  up: number,
  down: number,
  hasVolume: boolean,
): number => {
  const limit = Math.min(openTime.length - row, expected.length - slot)
  let previousClose = closeBefore
  for (let count = 0; count < limit; count += 1) {
    const index = row + count
    const highOfRow = high[index] as number
    const lowOfRow = low[index] as number
    const openOfRow = open[index] as number
    const closeOfRow = close[index] as number
    const volumeOfRow = volume[index] as number
    // NaN fails all of these.
    if (
      !(
        openTime[index] === expected[slot + count] &&
        highOfRow > lowOfRow &&
        highOfRow >= openOfRow &&
        highOfRow >= closeOfRow &&
        lowOfRow <= openOfRow &&
        lowOfRow <= closeOfRow &&
        lowOfRow > 0 &&
        (hasVolume ? volumeOfRow > 0 && volumeOfRow < Number.POSITIVE_INFINITY : Number.isNaN(volumeOfRow)) &&
        highOfRow <= previousClose * up &&
        lowOfRow >= previousClose * down
      )
    )
      return count
    previousClose = closeOfRow
  }
  return limit
}
