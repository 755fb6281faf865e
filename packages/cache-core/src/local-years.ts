import {
  type Bars,
  barCount,
  daysOfDate,
  type EpochMillis,
  firstRowAtOrAfter,
  instantsOfLocal,
  InvalidInput,
  sliceRows,
  type TimeRange,
  zoneOffsets,
} from "@barkeep/market-data"

const millisPerDay = 86_400_000
const averageYear = 31_556_952_000
const firstYear = 1000
const lastYear = 9998

/** The instants of one calendar year of a time zone, half-open. */
export const yearRange = (year: number, timeZone: string): TimeRange => ({
  from: startOfYear(year, timeZone),
  to: startOfYear(year + 1, timeZone),
})

/**
 * The calendar year of an instant in a time zone.
 * @throws {InvalidInput} when it is not a year of four digits
 */
export const yearOf = (time: EpochMillis, timeZone: string): number => {
  let year = 1970 + Math.floor(time / averageYear)
  if (!(year > firstYear && year < lastYear))
    throw new InvalidInput({ field: "openTime", value: time, expected: "a time in a year of four digits" })
  while (time < startOfYear(year, timeZone)) year -= 1
  while (time >= startOfYear(year + 1, timeZone)) year += 1
  return year
}

/** All years that a range touches, ascending; none for an empty range. */
export const yearsOf = (range: TimeRange, timeZone: string): ReadonlyArray<number> => {
  if (range.to <= range.from) return []
  const first = yearOf(range.from, timeZone)
  const last = yearOf(range.to - 1, timeZone)
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

/** The bars of each calendar year, ascending, as views. */
export const splitByYear = (
  bars: Bars,
  timeZone: string,
): ReadonlyArray<{ readonly year: number; readonly bars: Bars }> => {
  const parts: Array<{ readonly year: number; readonly bars: Bars }> = []
  let start = 0
  while (start < barCount(bars)) {
    const year = yearOf(bars.openTime[start] as number, timeZone)
    const end = firstRowAtOrAfter(bars.openTime, startOfYear(year + 1, timeZone))
    parts.push({ year, bars: sliceRows(bars, start, end) })
    start = end
  }
  return parts
}

const known = new Map<string, Map<number, EpochMillis>>()

const startOfYear = (year: number, timeZone: string): EpochMillis => {
  if (timeZone === "UTC") return startOfYearUtc(year)
  let starts = known.get(timeZone)
  if (starts === undefined) known.set(timeZone, (starts = new Map<number, EpochMillis>()))
  let start = starts.get(year)
  if (start === undefined) starts.set(year, (start = findStartOfYear(year, timeZone)))
  return start
}

const startOfYearUtc = (year: number): EpochMillis => daysOfDate(year, 1, 1) * millisPerDay

const findStartOfYear = (year: number, timeZone: string): EpochMillis => {
  const midnight = startOfYearUtc(year)
  const zone = zoneOffsets(timeZone, { from: midnight - 2 * millisPerDay, to: midnight + 2 * millisPerDay })
  const [first] = instantsOfLocal(zone, midnight)
  if (first !== undefined) return first
  // Clocks were set forward over midnight: the year starts with the jump.
  const jump = zone.offset.findIndex((offset, index) => (zone.start[index] as number) + offset >= midnight)
  return zone.start[jump] as number
}
