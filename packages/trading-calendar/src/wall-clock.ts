import { type EpochMillis, toLocalMillis, type ZoneOffsets, zoneOffsets } from "@barkeep/market-data"
import { type Day, dayOf, yearOf } from "./civil-day.ts"

export const dayMillis = 86_400_000

/** Dates and wall-clock times of one time zone; offsets are looked up once a year, the rest is arithmetic. */
export interface WallClock {
  /** The date on which an instant falls. */
  readonly dayAt: (time: EpochMillis) => Day
  /**
   * The instant `millis` after midnight by the clock on the wall; may be negative or beyond the day. Of two instants
   * (clocks set back) the later, of none (clocks set forward) the one as if they had not been set yet.
   */
  readonly instantAt: (day: Day, millis: number) => EpochMillis
}

/** @throws {InvalidInput} when the name is no IANA time zone */
export const wallClock = (timeZone: string): WallClock => {
  const years = new Map<number, ZoneOffsets>()
  const offsetsOf = (year: number): ZoneOffsets => {
    let offsets = years.get(year)
    if (offsets === undefined) {
      // Two days on each side: local times of the year's days in any zone.
      offsets = zoneOffsets(timeZone, {
        from: (dayOf(year, 1, 1) - 2) * dayMillis,
        to: (dayOf(year + 1, 1, 1) + 2) * dayMillis,
      })
      years.set(year, offsets)
    }
    return offsets
  }
  return {
    dayAt: (time) => {
      const offsets = offsetsOf(yearOf(Math.floor(time / dayMillis)))
      return Math.floor(toLocalMillis(offsets, time) / dayMillis)
    },
    instantAt: (day, millis) => {
      const local = day * dayMillis + millis
      return local - offsetAtLocal(offsetsOf(yearOf(day)), local)
    },
  }
}

const offsetAtLocal = (zone: ZoneOffsets, local: number): number => {
  let index = zone.start.length - 1
  while (index > 0 && (zone.start[index] as number) + (zone.offset[index] as number) > local) index -= 1
  return zone.offset[index] as number
}
