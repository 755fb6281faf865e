import {
  checkTimeZone,
  dateOfDays,
  daysOfDate,
  type EpochMillis,
  type ZoneOffsets,
  zoneOffsets,
} from "@barkeep/market-data"
import type { TextStyle } from "./types.ts"

/**
 * The wall-clock times of a zone that stand for exactly one instant, as ascending half-open spans in which
 * the instant is `wall - offset`. Times that clocks skipped or showed twice lie in none; `[]` stands for UTC,
 * where all are one.
 *
 * With dates instead of times a date stands for the start of that day in the zone: where clocks skip
 * midnight, the first instant after it, where they show it twice, the first.
 */
export type WallClock = ReadonlyArray<{
  readonly from: number
  readonly to: number
  readonly offset: number
}>

const dayMillis = 86_400_000
const years = { first: 1900, last: 2200 }

/** Outside these instants only UTC is written: no market had a time zone of its own. */
export const zonedTimes = {
  from: daysOfDate(years.first, 1, 1) * dayMillis,
  to: daysOfDate(years.last + 1, 1, 1) * dayMillis,
}

const known = new Map<string, WallClock>()

/**
 * The spans that cover all times from `first` to `last`, which may be instants or wall-clock times of the
 * years 1900 to 2200.
 * @throws {InvalidInput} when the name is no IANA time zone
 */
export const wallClock = (style: TextStyle, first: EpochMillis, last: EpochMillis): WallClock => {
  if (style.timeZone === "UTC") return []
  const firstYear = dateOfDays(Math.floor(first / dayMillis)).year
  const lastYear = dateOfDays(Math.floor(last / dayMillis)).year
  const key = `${style.timeZone} ${style.dateOnly} ${firstYear} ${lastYear}`
  const found = known.get(key)
  if (found !== undefined) return found
  checkTimeZone(style.timeZone)
  const spans = spansOf(
    zoneOffsets(style.timeZone, {
      from: (daysOfDate(firstYear, 1, 1) - 2) * dayMillis,
      to: (daysOfDate(lastYear + 1, 1, 1) + 2) * dayMillis,
    }),
    style.dateOnly,
  )
  if (known.size >= 1000) known.clear()
  known.set(key, spans)
  return spans
}

const spansOf = (zone: ZoneOffsets, dateOnly: boolean): WallClock => {
  const spans: Array<WallClock[number]> = []
  for (const [index, offset] of zone.offset.entries()) {
    const start = zone.start[index] as number
    const before = zone.offset[index - 1] ?? offset
    const next = zone.start[index + 1] ?? Number.POSITIVE_INFINITY
    const after = zone.offset[index + 1] ?? offset
    if (dateOnly) {
      // Clocks were set forward over midnight: the date begins at the transition itself.
      const midnight = Math.ceil((start + before) / dayMillis) * dayMillis
      if (midnight < start + offset && start + offset < midnight + dayMillis)
        spans.push({ from: midnight, to: midnight + 1, offset: midnight - start })
    }
    const from = start + Math.max(before, offset)
    const to = next + (dateOnly ? offset : Math.min(offset, after))
    if (from < to) spans.push({ from, to, offset })
  }
  return spans
}

/**
 * Turns wall-clock times into instants in place, for rows `[start, end)` of one column.
 * @returns the first row whose time does not stand for exactly one instant; `end` when there is none
 */
export const toInstants = (clock: WallClock, times: Float64Array, start: number, end: number): number => {
  if (clock.length === 0) return end
  let span = clock[0] as WallClock[number]
  for (let row = start; row < end; row += 1) {
    const time = times[row] as number
    if (!(time >= span.from && time < span.to)) {
      const found = clock.find((each) => time >= each.from && time < each.to)
      if (found === undefined) return row
      span = found
    }
    times[row] = time - span.offset
  }
  return end
}

/**
 * Writes the wall-clock time of instants `[start, end)` of one column to the start of `target`.
 * @returns the first row whose instant has no wall-clock time of its own; `end` when there is none
 */
export const toWallClock = (
  clock: WallClock,
  times: Float64Array,
  start: number,
  end: number,
  target: Float64Array,
): number => {
  if (clock.length === 0) {
    target.set(times.subarray(start, end))
    return end
  }
  let span = clock[0] as WallClock[number]
  for (let row = start; row < end; row += 1) {
    const time = times[row] as number
    if (!(time + span.offset >= span.from && time + span.offset < span.to)) {
      const found = clock.find((each) => time + each.offset >= each.from && time + each.offset < each.to)
      if (found === undefined) return row
      span = found
    }
    target[row - start] = time + span.offset
  }
  return end
}
