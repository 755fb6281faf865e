import {
  type EpochMillis,
  type Instrument,
  instantsOfLocal,
  openTimeOf,
  type Timeframe,
  type TimeRange,
  toLocalMillis,
  zoneOffsets,
  zoneOfDays,
} from "@barkeep/market-data"

/** Open times of a stamp's day and of the bar that this day belongs to. */
export interface DatedOpenTimes {
  /** The date as days since 1970-01-01. */
  readonly date: number
  readonly day: EpochMillis
  /** The same as `day` for daily bars, the week's Monday or the first of the month for others. */
  readonly period: EpochMillis
}

const hour = 3_600_000
const dayMillis = 24 * hour

/**
 * Reads stamps of days, weeks and months: Yahoo stamps a day with its session's open, a week or month with its first
 * midnight, and what counts is the date that the exchange's clocks showed (never `gmtoffset`, which is today's). A stamp
 * at 22:00 or 23:00 sharp means the midnight after it: around Brazil's changes of the clock Yahoo is off by one or two
 * hours.
 * @param range holds the stamps that matter
 */
export const datedOpenTimes = (
  instrument: Instrument,
  timeframe: Timeframe,
  exchangeZone: string,
  range: TimeRange,
): ((stamp: EpochMillis) => DatedOpenTimes) => {
  const around = { from: range.from - 2 * dayMillis, to: range.to + 2 * dayMillis }
  const exchange = zoneOffsets(exchangeZone, around)
  const timeZone = zoneOfDays(instrument)
  const ours = zoneOffsets(timeZone, around)
  return (stamp) => {
    const local = toLocalMillis(exchange, stamp)
    const timeOfDay = local - Math.floor(local / dayMillis) * dayMillis
    const isLateMidnight = timeOfDay >= 22 * hour && timeOfDay % hour === 0
    const date = Math.floor((isLateMidnight ? local + 2 * hour : local) / dayMillis)
    const noon = date * dayMillis + 12 * hour
    const instant = instantsOfLocal(ours, noon)[0] ?? noon
    const day = openTimeOf("1d", instant, timeZone)
    return { date, day, period: timeframe === "1d" ? day : openTimeOf(timeframe, instant, timeZone) }
  }
}
