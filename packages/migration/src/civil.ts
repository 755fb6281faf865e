import {
  dateOfDays,
  daysOfDate,
  type EpochMillis,
  instantsOfLocal,
  type ZoneOffsets,
} from "@barkeep/market-data"

export const dayMillis = 86_400_000

/** Midnight UTC of the first of January. */
export const startOfYearUtc = (year: number): EpochMillis => daysOfDate(year, 1, 1) * dayMillis

/** The calendar year of a wall-clock time given as if it were UTC. */
export const yearOfLocal = (localMillis: number): number =>
  dateOfDays(Math.floor(localMillis / dayMillis)).year

/** The first instant of a date in a zone, `undefined` when clocks skipped its midnight. */
export const midnightOf = (zone: ZoneOffsets, dateMillis: number): EpochMillis | undefined =>
  instantsOfLocal(zone, dateMillis)[0]

const pad = (value: number, length: number): string => String(value).padStart(length, "0")

/** `HH:MM:SS` of a wall-clock time. */
export const clockText = (localMillis: number): string => {
  const seconds = Math.floor((((localMillis % dayMillis) + dayMillis) % dayMillis) / 1000)
  return `${pad(Math.floor(seconds / 3600), 2)}:${pad(Math.floor(seconds / 60) % 60, 2)}:${pad(seconds % 60, 2)}`
}

/** A length of time in the unit that divides it: `4h`, `1d`. */
export const lengthText = (millis: number): string => {
  for (const [unit, length] of [
    ["d", dayMillis],
    ["h", 3_600_000],
    ["m", 60_000],
    ["s", 1000],
  ] as const)
    if (millis % length === 0) return `${millis / length}${unit}`
  return `${millis}ms`
}
