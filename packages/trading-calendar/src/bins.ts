import {
  type Anchor,
  barEnd,
  type EpochMillis,
  InvalidInput,
  isIntraday,
  isoTime,
  nominalMillis,
  openTimeOf,
  type Timeframe,
  timeframes,
} from "@barkeep/market-data"
import type { Day } from "./civil-day.ts"
import { OutsideSession } from "./errors.ts"
import {
  expectedOpenTimes,
  firstBinOf,
  periodStart,
  type Stretch,
  stretchesOf,
} from "./expected-open-times.ts"
import type { SessionRow, SessionTable } from "./session-table.ts"

/** A function that gives the open time of the bin of `timeframe` that holds an instant; fastest when asked in order. */
export const binOf = (
  table: SessionTable,
  timeframe: Timeframe,
  anchor: Anchor,
  checkTime: (time: EpochMillis) => void,
): ((time: EpochMillis) => EpochMillis) => {
  if (table.rules.continuous) return (time) => openTimeOf(timeframe, time)
  const dayOfTime = rememberDay(table, checkTime)
  const outside = (time: EpochMillis): OutsideSession =>
    new OutsideSession({ market: table.rules.market, time, timeframe })
  if (!isIntraday(timeframe)) {
    return (time) => {
      const { row, day } = dayOfTime(time)
      if (row === undefined) throw outside(time)
      return timeframe === "1d" ? row.midnight : table.midnightOf(periodStart(timeframe, day))
    }
  }
  const length = nominalMillis(timeframe)
  return (time) => {
    const { row, stretches } = dayOfTime(time)
    for (const stretch of row === undefined ? [] : stretches) {
      const first = firstBinOf(table, row as SessionRow, stretch, length, anchor)
      if (time >= first && time < stretch.to) return first + Math.floor((time - first) / length) * length
    }
    throw outside(time)
  }
}

/**
 * How many bars of `finer` make up the bar of `timeframe` at `openTime` when none is missing.
 * @throws {InvalidInput} when `finer` does not tile `timeframe`, or no bar of it opens at `openTime`
 */
export const barsInBin = (
  table: SessionTable,
  timeframe: Timeframe,
  openTime: EpochMillis,
  finer: Timeframe,
  anchor: Anchor,
): number => {
  checkTiles(timeframe, finer)
  const { market, timeZone } = table.rules
  const bin = expectedOpenTimes(table, timeframe, { from: openTime, to: openTime + 1 }, anchor)
  if (bin.length === 0)
    throw new InvalidInput({
      field: "openTime",
      value: isoTime(openTime),
      expected: `the open time of a ${timeframe} bar of ${market}`,
    })
  const end = isIntraday(timeframe)
    ? Math.min(openTime + nominalMillis(timeframe), sessionBinEnd(table, openTime, anchor))
    : barEnd(timeframe, openTime, timeZone)
  return expectedOpenTimes(table, finer, { from: openTime, to: end }, anchor).length
}

/** @throws {InvalidInput} when bars of `finer` do not tile those of `timeframe` */
export const checkTiles = (timeframe: Timeframe, finer: Timeframe): void => {
  const isFiner = timeframes.indexOf(finer) < timeframes.indexOf(timeframe)
  const tiles = isIntraday(timeframe) ? nominalMillis(timeframe) % nominalMillis(finer) === 0 : finer !== "1w"
  if (!isFiner || !tiles)
    throw new InvalidInput({ field: "finer", value: finer, expected: `a timeframe that tiles ${timeframe}` })
}

/** Bins that start at the open end with their stretch: a four-hour bin does not reach over lunch. */
const sessionBinEnd = (table: SessionTable, openTime: EpochMillis, anchor: Anchor): EpochMillis => {
  if (anchor === "clock" || table.rules.continuous) return Number.POSITIVE_INFINITY
  const day = table.dayAt(openTime)
  const stretches = table.between(day, day).flatMap(stretchesOf)
  return stretches.find((stretch) => openTime < stretch.to)?.to ?? openTime
}

interface KnownDay {
  readonly day: Day
  readonly from: EpochMillis
  readonly to: EpochMillis
  readonly row: SessionRow | undefined
  readonly stretches: ReadonlyArray<Stretch>
}

/** The market's day that holds an instant, looked up again only when the day changes. */
const rememberDay = (
  table: SessionTable,
  checkTime: (time: EpochMillis) => void,
): ((time: EpochMillis) => KnownDay) => {
  let known: KnownDay | undefined
  return (time) => {
    if (known !== undefined && time >= known.from && time < known.to) return known
    checkTime(time)
    const day = table.dayAt(time)
    const row = table.between(day, day)[0]
    known = {
      day,
      from: table.midnightOf(day),
      to: table.midnightOf(day + 1),
      row,
      stretches: row === undefined ? [] : stretchesOf(row),
    }
    return known
  }
}
