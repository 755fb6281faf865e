import { isIntraday, nominalMillis, type Timeframe, timeframes } from "@barkeep/market-data"
import { dayMillis, lengthText } from "./civil.ts"

/**
 * Why rows cannot be bars of the timeframe their folder names, `undefined` when they can: they stand closer together, or
 * all of them so far apart that they are bars of another one. The original stored days as 4h, and hours as days.
 * @param times as written, in any order
 */
export const findWrongStep = (times: Float64Array, timeframe: Timeframe): string | undefined => {
  if (times.length < 4) return undefined
  const sorted = times.toSorted()
  const counts = new Map<number, number>()
  let steps = 0
  for (let row = 1; row < sorted.length; row += 1) {
    const step = (sorted[row] as number) - (sorted[row - 1] as number)
    if (step === 0) continue
    counts.set(step, (counts.get(step) ?? 0) + 1)
    steps += 1
  }
  const [step, count] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), [0, 0])
  const reason = `rows are ${lengthText(step)} apart: they are no ${timeframe} bars`
  if (isIntraday(timeframe) && sorted.every((time) => time % dayMillis === 0)) return reason
  if (count * 2 > steps && step < shortest(timeframe)) return reason
  const isOther = timeframes.some(
    (other) => other !== timeframe && other !== "1mo" && nominalMillis(other) === step,
  )
  return count * 5 > steps * 4 && step > nominalMillis(timeframe) && isOther ? reason : undefined
}

/** The shortest step that bars of the timeframe can have: months differ, and days that clocks are set forward. */
const shortest = (timeframe: Timeframe): number =>
  timeframe === "1mo" ? 28 * dayMillis : timeframe === "1d" ? dayMillis - 3_600_000 : nominalMillis(timeframe)
