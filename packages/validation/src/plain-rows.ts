import type { Bars } from "@barkeep/market-data"

/**
 * How many rows from `row` on are as they should be: at the next expected time, sound, moving a little, with volume
 * (or all without, where there is none). Nearly all are.
 */
export const countPlainRows = (
  bars: Bars,
  expected: Float64Array,
  row: number,
  slot: number,
  closeBefore: number,
  up: number,
  down: number,
): number => {
  const { high, volume } = bars
  if (!Number.isNaN(volume[row])) return countRows(bars, volume, expected, row, slot, closeBefore, up, down)
  // Without volume another column that is positive and finite in sound rows stands in for it.
  const sound = countRows(bars, high, expected, row, slot, closeBefore, up, down)
  let count = 0
  while (count < sound && Number.isNaN(volume[row + count])) count += 1
  return count
}

/** The loop that a scan consists of; everything else happens now and then. */
const countRows = (
  { openTime, open, high, low, close }: Bars,
  volume: Float64Array,
  expected: Float64Array,
  row: number,
  slot: number,
  closeBefore: number,
  up: number,
  down: number,
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
        volumeOfRow > 0 &&
        volumeOfRow < Number.POSITIVE_INFINITY &&
        highOfRow <= previousClose * up &&
        lowOfRow >= previousClose * down
      )
    )
      return count
    previousClose = closeOfRow
  }
  return limit
}
