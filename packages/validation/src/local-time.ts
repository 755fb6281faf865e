import {
  type EpochMillis,
  instantsOfLocal,
  InvalidInput,
  type TimeRange,
  toLocalMillis,
  type ZoneOffsets,
  zoneOffsets,
} from "@barkeep/market-data"
import { civilText, midnightOf, pad } from "./civil-time.ts"

const day = 86_400_000

/** The instants of a calendar year of a zone, half-open. @throws {InvalidInput} for a year without four digits */
export const yearRange = (year: number, timeZone: string): TimeRange => ({
  from: startOfMonth(year, 1, timeZone),
  to: startOfMonth(year + 1, 1, timeZone),
})

/** The thirteen borders of the twelve months of a year. */
export const monthBorders = (year: number, timeZone: string): ReadonlyArray<EpochMillis> =>
  Array.from({ length: 13 }, (_, month) =>
    month === 12 ? startOfMonth(year + 1, 1, timeZone) : startOfMonth(year, month + 1, timeZone),
  )

/** The calendar year of an instant. */
export const yearOf = (time: EpochMillis, timeZone: string): number => {
  const zone = zoneOffsets(timeZone, { from: time, to: time + 1 })
  return Number(civilText(toLocalMillis(zone, Math.floor(time))).slice(0, 4))
}

/** An instant as wall-clock text with its offset: `2024-07-01T09:30:00-04:00`. Readable as an instant again. */
export const localText = (time: EpochMillis, zone: ZoneOffsets): string => {
  const local = toLocalMillis(zone, time)
  return `${civilText(local)}${offsetText(local - time)}`
}

const offsetText = (offset: number): string => {
  const minutes = Math.round(Math.abs(offset) / 60_000)
  return `${offset < 0 ? "-" : "+"}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`
}

const known = new Map<string, EpochMillis>()

const startOfMonth = (year: number, month: number, timeZone: string): EpochMillis => {
  const key = `${timeZone} ${year}-${month}`
  let start = known.get(key)
  if (start === undefined) known.set(key, (start = findStartOfMonth(year, month, timeZone)))
  return start
}

const findStartOfMonth = (year: number, month: number, timeZone: string): EpochMillis => {
  if (!Number.isInteger(year) || year < 1000 || year > 9999)
    throw new InvalidInput({ field: "year", value: year, expected: "a year of four digits" })
  const midnight = midnightOf(year, month, 1)
  const zone = zoneOffsets(timeZone, { from: midnight - 2 * day, to: midnight + 2 * day })
  const [first] = instantsOfLocal(zone, midnight)
  if (first !== undefined) return first
  // Clocks were set forward over midnight: the month begins with the jump.
  const jump = zone.offset.findIndex((offset, index) => (zone.start[index] as number) + offset >= midnight)
  return zone.start[jump] as number
}
