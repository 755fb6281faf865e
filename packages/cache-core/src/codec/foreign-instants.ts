import { type Bars, columns, instantsOfLocal, takeRows, zoneOffsets } from "@barkeep/market-data"
import { DamagedBytes } from "./damaged-bytes.ts"
import { type ForeignRows, timeKinds } from "./foreign-rows.ts"
import type { TextStyle } from "./types.ts"
import { toInstants, wallClock, zonedTimes } from "./wall-clock.ts"

/** Rows whose open times are instants, still in the order of the file. */
export interface InstantRows {
  readonly bars: Bars
  readonly lines: Int32Array
  /** True when every time in the file is a date. */
  readonly dateOnly: boolean
  /** True when the file has the newest row first and the rows were turned around. */
  readonly reversed: boolean
  readonly notes: ReadonlyArray<string>
}

const dayMillis = 86_400_000
const [dateKind, wallKind, instantKind] = timeKinds.map((_, index) => index) as [number, number, number]

/**
 * Turns what the time cells say into instants. Without an offset they are wall-clock times of
 * `style.timeZone`; a time that clocks showed twice is resolved by the order of the rows when both passes are
 * there.
 * @throws {DamagedBytes} kind `time` when the instant of a row cannot be told
 */
export const resolveInstants = (rows: ForeignRows, style: TextStyle): InstantRows => {
  const ordered = newestLast(rows)
  const { bars, kinds, lines } = ordered
  const reversed = ordered !== rows
  if (kinds.length === 0) return { bars, lines, dateOnly: style.dateOnly, reversed, notes: [] }
  const notes: Array<string> = []
  const mixed = kinds.findIndex((kind) => (kind === instantKind) !== (kinds[0] === instantKind))
  if (mixed >= 0)
    throw refusal(
      ordered,
      mixed,
      "this row's time names an instant, others are wall-clock times, or the reverse",
    )
  if (kinds[0] === instantKind) {
    notes.push("times carry an offset or are epoch numbers")
    if (style.dateOnly) checkDayStarts(ordered, style)
    return { bars, lines, dateOnly: false, reversed, notes }
  }
  const dateOnly = !kinds.includes(wallKind)
  if (!dateOnly && kinds.includes(dateKind)) notes.push("dates and date-times are mixed")
  if (style.timeZone === "UTC") return { bars, lines, dateOnly, reversed, notes }
  return { bars: withInstants(ordered, style, notes), lines, dateOnly, reversed, notes }
}

const refusal = (rows: ForeignRows, row: number, issue: string): DamagedBytes =>
  new DamagedBytes({
    kind: "time",
    issue,
    line: rows.lines[row] as number,
    column: rows.columns.names[rows.columns.openTime] as string,
  })

/**
 * A file with the newest row first is turned around, so that "first pass, second pass" means the same in
 * both.
 */
const newestLast = (rows: ForeignRows): ForeignRows => {
  const { openTime } = rows.bars
  if (!((openTime[0] as number) > (openTime.at(-1) as number))) return rows
  const indices = Array.from(openTime, (_, index) => openTime.length - 1 - index)
  return {
    ...rows,
    bars: takeRows(rows.bars, indices),
    kinds: rows.kinds.toReversed(),
    lines: rows.lines.toReversed(),
  }
}

const checkDayStarts = (rows: ForeignRows, style: TextStyle): void => {
  const { openTime } = rows.bars
  checkZonedTimes(rows, style)
  for (const [row, time] of openTime.entries()) {
    const clock = wallClock(style, time, time)
    const wall = clock.find((span) => time + span.offset >= span.from && time + span.offset < span.to)
    const offset = clock.length === 0 ? 0 : wall?.offset
    if (offset === undefined || (time + offset) % dayMillis !== 0)
      throw refusal(
        rows,
        row,
        `the instant is not the start of a day in ${style.timeZone}: which date is meant cannot be told`,
      )
  }
}

const checkZonedTimes = (rows: ForeignRows, style: TextStyle): void => {
  if (style.timeZone === "UTC") return
  const outside = rows.bars.openTime.findIndex((time) => !(time >= zonedTimes.from && time < zonedTimes.to))
  if (outside >= 0) throw refusal(rows, outside, `the time zone ${style.timeZone} is not known for this year`)
}

const withInstants = (rows: ForeignRows, style: TextStyle, notes: Array<string>): Bars => {
  checkZonedTimes(rows, style)
  const wall = rows.bars.openTime
  const allDates = wall.every((time) => time % dayMillis === 0)
  const clock = wallClock(
    // Midnights of a daily file are dates, however they are written.
    { timeZone: style.timeZone, dateOnly: style.dateOnly && allDates },
    wall.reduce((least, time) => Math.min(least, time), Number.POSITIVE_INFINITY),
    wall.reduce((most, time) => Math.max(most, time), Number.NEGATIVE_INFINITY),
  )
  const openTime = wall.slice()
  let row = toInstants(clock, openTime, 0, openTime.length)
  let passes = 0
  while (row < openTime.length) {
    let end = row + 1
    while (end < openTime.length && toInstants(clock, openTime.slice(end, end + 1), 0, 1) === 0) end += 1
    resolvePasses(rows, style, row, end, openTime)
    passes += 1
    row = toInstants(clock, openTime, end, openTime.length)
  }
  if (passes > 0) notes.push(`times shown twice when clocks were set back are told apart by their order`)
  return { ...rows.bars, openTime }
}

/**
 * Gives instants to rows `[start, end)`, none of which has exactly one: two ascending passes, or a refusal.
 */
const resolvePasses = (
  rows: ForeignRows,
  style: TextStyle,
  start: number,
  end: number,
  openTime: Float64Array,
): void => {
  const wall = rows.bars.openTime
  const first = wall[start] as number
  const zone = zoneOffsets(style.timeZone, { from: first - 3 * dayMillis, to: first + 3 * dayMillis })
  let second = start + 1
  while (second < end && (wall[second] as number) > (wall[second - 1] as number)) second += 1
  for (let row = start; row < end; row += 1) {
    const instants = instantsOfLocal(zone, wall[row] as number)
    if (instants.length === 0)
      throw refusal(
        rows,
        row,
        `clocks in ${style.timeZone} were set forward over this time: it does not exist`,
      )
    const descends = row > second && !((wall[row] as number) > (wall[row - 1] as number))
    if (instants.length !== 2 || second === end || descends || samePasses(rows.bars, start, second, end))
      throw refusal(
        rows,
        row,
        `clocks in ${style.timeZone} showed this time twice: which one is meant cannot be told`,
      )
    openTime[row] = instants[row < second ? 0 : 1] as number
  }
}

/** True when the second pass only repeats the first: then it may as well be the same rows written twice. */
const samePasses = (bars: Bars, start: number, second: number, end: number): boolean =>
  end - second === second - start &&
  columns.every((name) => {
    const column = bars[name]
    for (let row = start; row < second; row += 1)
      if (!Object.is(column[row], column[row - start + second])) return false
    return true
  })
