import type { EpochMillis } from "@barkeep/market-data"

/** The longest time of which all spacings of ascending times are multiples; `undefined` for less than two. */
export const commonSpacing = (times: ReadonlyArray<EpochMillis>): number | undefined => {
  let common: number | undefined
  for (let index = 1; index < times.length; index += 1)
    common = greatestDivisor((times[index] as number) - (times[index - 1] as number), common ?? 0)
  return common
}

const greatestDivisor = (a: number, b: number): number => (b === 0 ? a : greatestDivisor(b, a % b))

/**
 * The spacing in the middle of all, which holes and jitter do not move; `undefined` for less than two times.
 */
export const medianSpacing = (times: ReadonlyArray<EpochMillis>): number | undefined => {
  const spacings = times
    .slice(1)
    .map((time, index) => time - (times[index] as number))
    .toSorted((a, b) => a - b)
  return spacings[Math.floor((spacings.length - 1) / 2)]
}

const minute = 60_000

/** A spacing, jitter or not, in words for messages: `4 d`, `1 h`, `5 min`. */
export const showMillis = (millis: number): string => {
  const minutes = Math.round(millis / minute)
  if (minutes < 55) return `${minutes} min`
  const hours = Math.round(minutes / 6) / 10
  return hours < 23.5 ? `${hours} h` : `${Math.round(hours / 2.4) / 10} d`
}
