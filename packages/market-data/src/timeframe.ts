import { Temporal } from "temporal-polyfill"
import { InvalidInput } from "./errors.ts"
import type { EpochMillis } from "./time-range.ts"

/** All timeframes, finest first. The name is also the folder name in a cache. */
export const timeframes = [
  "1m",
  "3m",
  "5m",
  "15m",
  "30m",
  "1h",
  "2h",
  "4h",
  "6h",
  "8h",
  "12h",
  "1d",
  "1w",
  "1mo",
] as const

export type Timeframe = (typeof timeframes)[number]

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

const intradayMillis: Partial<Record<Timeframe, number>> = {
  "1m": minute,
  "3m": 3 * minute,
  "5m": 5 * minute,
  "15m": 15 * minute,
  "30m": 30 * minute,
  "1h": hour,
  "2h": 2 * hour,
  "4h": 4 * hour,
  "6h": 6 * hour,
  "8h": 8 * hour,
  "12h": 12 * hour,
}

export const isTimeframe = (text: string): text is Timeframe =>
  (timeframes as ReadonlyArray<string>).includes(text)

/**
 * The timeframe of that name; `1M` is accepted for `1mo`.
 * @throws {InvalidInput} for any other text
 * @example
 * parseTimeframe("1M") // => "1mo"
 */
export const parseTimeframe = (text: string): Timeframe => {
  const name = text === "1M" ? "1mo" : text
  if (isTimeframe(name)) return name
  throw new InvalidInput({ field: "timeframe", value: text, expected: `one of ${timeframes.join(" ")}` })
}

/** True for timeframes shorter than a day; `1d`, `1w` and `1mo` carry dates instead of times. */
export const isIntraday = (timeframe: Timeframe): boolean => intradayMillis[timeframe] !== undefined

/**
 * Length in milliseconds; a day is 24 h, a week 7 days, a month the longest possible (31 days). Exact for intraday
 * timeframes; for the others use `barEnd`.
 */
export const nominalMillis = (timeframe: Timeframe): number =>
  intradayMillis[timeframe] ?? (timeframe === "1d" ? day : timeframe === "1w" ? 7 * day : 31 * day)

/** 1969-12-29, the Monday before the epoch. */
const firstMonday = -3 * day

/**
 * Open time of the bar that holds `time`, on the grid of a market that never closes: intraday bins count from
 * midnight UTC, days are midnights of `timeZone`, weeks start on Monday, months on the first.
 */
export const openTimeOf = (timeframe: Timeframe, time: EpochMillis, timeZone = "UTC"): EpochMillis => {
  const length = intradayMillis[timeframe]
  if (length !== undefined) return time - modulo(time, length)
  if (timeZone === "UTC") {
    if (timeframe === "1d") return time - modulo(time, day)
    if (timeframe === "1w") return time - modulo(time - firstMonday, 7 * day)
  }
  return startOfPeriod(timeframe, dateOf(time, timeZone)).toZonedDateTime(timeZone).epochMilliseconds
}

/**
 * End (exclusive) of the bar that opens at `openTime`: the next open time of the same grid.
 * @param openTime must be an open time of that grid; days, weeks and months are those of `timeZone`
 */
export const barEnd = (timeframe: Timeframe, openTime: EpochMillis, timeZone = "UTC"): EpochMillis => {
  const length = intradayMillis[timeframe]
  if (length !== undefined) return openTime + length
  if (timeZone === "UTC" && timeframe !== "1mo") return openTime + nominalMillis(timeframe)
  const next = dateOf(openTime, timeZone).add(
    timeframe === "1d" ? { days: 1 } : timeframe === "1w" ? { weeks: 1 } : { months: 1 },
  )
  return next.toZonedDateTime(timeZone).epochMilliseconds
}

/** The first open time at or after `time`, on the grid of `openTimeOf`. */
export const openTimeAtOrAfter = (timeframe: Timeframe, time: EpochMillis, timeZone = "UTC"): EpochMillis => {
  const open = openTimeOf(timeframe, time, timeZone)
  return open === time ? time : barEnd(timeframe, open, timeZone)
}

const dateOf = (time: EpochMillis, timeZone: string): Temporal.PlainDate =>
  Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(timeZone).toPlainDate()

const startOfPeriod = (timeframe: Timeframe, date: Temporal.PlainDate): Temporal.PlainDate =>
  timeframe === "1w"
    ? date.subtract({ days: date.dayOfWeek - 1 })
    : timeframe === "1mo"
      ? date.with({ day: 1 })
      : date

const modulo = (value: number, divisor: number): number => ((value % divisor) + divisor) % divisor
