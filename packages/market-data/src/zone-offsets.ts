import { Temporal } from "temporal-polyfill"
import { InvalidInput } from "./errors.ts"
import type { EpochMillis, TimeRange } from "./time-range.ts"

/**
 * UTC offsets of one time zone over a range, looked up once so that per-row loops are plain arithmetic.
 * `offset[i]` (milliseconds, east positive) holds from `start[i]` until `start[i + 1]`.
 */
export interface ZoneOffsets {
  readonly timeZone: string
  readonly start: ReadonlyArray<EpochMillis>
  readonly offset: ReadonlyArray<number>
}

/** @throws {InvalidInput} when the name is no IANA time zone */
export const checkTimeZone = (timeZone: string): string => {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(timeZone)
    return timeZone
  } catch {
    throw new InvalidInput({ field: "timeZone", value: timeZone, expected: "an IANA time zone name" })
  }
}

const utc: ZoneOffsets = { timeZone: "UTC", start: [Number.NEGATIVE_INFINITY], offset: [0] }
const nanosecondsPerMillisecond = 1_000_000

/**
 * The offsets of `timeZone` that are in force anywhere in `range`.
 * @throws {InvalidInput} when the name is no IANA time zone
 */
export const zoneOffsets = (timeZone: string, range: TimeRange): ZoneOffsets => {
  if (timeZone === "UTC") return utc
  checkTimeZone(timeZone)
  let moment = Temporal.Instant.fromEpochMilliseconds(range.from).toZonedDateTimeISO(timeZone)
  const start: Array<EpochMillis> = [Number.NEGATIVE_INFINITY]
  const offset = [moment.offsetNanoseconds / nanosecondsPerMillisecond]
  for (;;) {
    const next = moment.getTimeZoneTransition("next")
    if (next === null || next.epochMilliseconds >= range.to) return { timeZone, start, offset }
    start.push(next.epochMilliseconds)
    offset.push(next.offsetNanoseconds / nanosecondsPerMillisecond)
    moment = next
  }
}

/** Wall-clock time of an instant as if it were UTC: `1704067200000` in New York is `1704049200000`. */
export const toLocalMillis = (zone: ZoneOffsets, time: EpochMillis): number => time + offsetAt(zone, time)

const offsetAt = (zone: ZoneOffsets, time: EpochMillis): number => {
  let index = zone.start.length - 1
  while (index > 0 && (zone.start[index] as number) > time) index -= 1
  return zone.offset[index] as number
}

/**
 * The instants that show this wall-clock time, ascending: one as a rule, two when clocks were set back over it,
 * none when they were set forward over it.
 */
export const instantsOfLocal = (zone: ZoneOffsets, localMillis: number): ReadonlyArray<EpochMillis> => {
  const result: Array<EpochMillis> = []
  for (const [index, offset] of zone.offset.entries()) {
    const time = localMillis - offset
    const end = zone.start[index + 1] ?? Number.POSITIVE_INFINITY
    if (time >= (zone.start[index] as number) && time < end) result.push(time)
  }
  return result
}
