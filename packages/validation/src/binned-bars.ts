import { type Bars, barCount, type EpochMillis, firstRowAtOrAfter, resampleBars } from "@barkeep/market-data"

/** Coarser bars made of finer ones, and how many each was made of. */
export interface BinnedBars {
  readonly bars: Bars
  readonly parts: Uint32Array
}

/** @param fine ascending; @param binOf a trading calendar's, which throws for times outside of sessions */
export const binBars = (fine: Bars, binOf: (time: EpochMillis) => EpochMillis): BinnedBars => {
  const made = resampleBars(fine, binOf)
  const parts = new Uint32Array(barCount(made))
  let start = 0
  for (let bin = 0; bin < parts.length; bin += 1) {
    // Bins are ascending and each row lies in the last one that has begun, except before the first: a bin of the clock
    // may begin before its session opens.
    const next = made.openTime[bin + 1]
    const end = next === undefined ? barCount(fine) : firstOf(fine.openTime, start, next)
    parts[bin] = end - start
    start = end
  }
  // Copies, so that what is kept is no view into columns as long as the finer ones.
  return { bars: compact(made), parts }
}

const firstOf = (times: Float64Array, start: number, time: EpochMillis): number =>
  start + firstRowAtOrAfter(times.subarray(start), time)

const compact = ({ openTime, open, high, low, close, volume }: Bars): Bars => ({
  openTime: openTime.slice(),
  open: open.slice(),
  high: high.slice(),
  low: low.slice(),
  close: close.slice(),
  volume: volume.slice(),
})
