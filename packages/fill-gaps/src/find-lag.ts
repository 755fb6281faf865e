import { type Bars, nominalMillis, type Timeframe } from "@barkeep/market-data"
import type { CommonRows } from "./common-rows.ts"
import { median, typicalSize } from "./statistics.ts"
import { thresholds } from "./thresholds.ts"

const hour = 3_600_000

/** Shifts that vendors are known for: other ends of the bar, clock changes, time zones a whole hour off, dates. */
const shiftsOf = (timeframe: Timeframe): ReadonlyArray<number> => {
  const bar = nominalMillis(timeframe)
  const few = [1, 2, 3].map((count) => count * bar)
  const hours = [1, 4, 5, 24].map((count) => count * hour).filter((shift) => shift % bar === 0)
  return [...new Set([...few, ...hours])].flatMap((shift) => [shift, -shift])
}

/**
 * By how many bars the donor's times are late: the shift under which its closes fit clearly better than unshifted, 0
 * when there is none.
 */
export const findLag = (common: CommonRows, donor: Bars, timeframe: Timeframe): number => {
  const closeAt = new Map<number, number>()
  for (const [row, time] of donor.openTime.entries())
    if ((donor.close[row] as number) > 0) closeAt.set(time, Math.log(donor.close[row] as number))
  const misfit = (shift: number): number => {
    const differences = common.time.flatMap((time, index) => {
      const close = closeAt.get(time + shift)
      return close === undefined ? [] : [close - (common.own[index] as number)]
    })
    if (differences.length < Math.max(thresholds.leastOverlap / 2, common.time.length / 2)) return Number.NaN
    const scale = median(differences)
    return typicalSize(differences.map((difference) => difference - scale))
  }
  const unshifted = misfit(0)
  let best = { shift: 0, misfit: unshifted * thresholds.lagGain }
  for (const shift of shiftsOf(timeframe)) {
    const found = misfit(shift)
    if (found < best.misfit) best = { shift, misfit: found }
  }
  return best.shift / nominalMillis(timeframe)
}
