import {
  type Anchor,
  barEnd,
  type EpochMillis,
  InvalidInput,
  isIntraday,
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

/** How many bars of `finer` make up the bar of `timeframe` at `openTime` when none is missing. */
export const barsInBin = (
  table: SessionTable,
  timeframe: Timeframe,
  openTime: EpochMillis,
  finer: Timeframe,
  anchor: Anchor,
): number => {
  checkTiles(timeframe, finer)
  const end = isIntraday(timeframe)
    ? openTime + nominalMillis(timeframe)
    : barEnd(timeframe, openTime, table.rules.timeZone)
  if (anchor === "clock" || table.rules.continuous || !isIntraday(timeframe))
    return expectedOpenTimes(table, finer, { from: openTime, to: end }, anchor).length
  const stretch = stretchAt(table, openTime)
  return stretch === undefined ? 0 : Math.ceil((Math.min(end, stretch.to) - openTime) / nominalMillis(finer))
}

/** @throws {InvalidInput} when bars of `finer` do not tile those of `timeframe` */
export const checkTiles = (timeframe: Timeframe, finer: Timeframe): void => {
  const isFiner = timeframes.indexOf(finer) < timeframes.indexOf(timeframe)
  const tiles = isIntraday(timeframe) ? nominalMillis(timeframe) % nominalMillis(finer) === 0 : finer !== "1w"
  if (!isFiner || !tiles)
    throw new InvalidInput({ field: "finer", value: finer, expected: `a timeframe that tiles ${timeframe}` })
}

const stretchAt = (table: SessionTable, time: EpochMillis): Stretch | undefined => {
  const day = table.dayAt(time)
  return table
    .between(day, day)
    .flatMap(stretchesOf)
    .find((stretch) => time >= stretch.from && time < stretch.to)
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
