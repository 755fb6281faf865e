import {
  type EpochMillis,
  instantsOfLocal,
  parseIsoTime,
  type TimeRange,
  toLocalMillis,
  type ZoneOffsets,
  zoneOffsets,
} from "@barkeep/market-data"
import { tradingCalendar } from "@barkeep/trading-calendar"
import type { SessionKind } from "./session-listing.ts"

/** One day of trading, as its vendor dates it. */
export interface TradingDay {
  /** The date, as days since 1970-01-01. */
  readonly date: number
  /** First instant of the date in the zone of dates. */
  readonly midnight: EpochMillis
  /** What a vendor stamps the day's bar with: the session's open, the midnight where trading never stops. */
  readonly stamp: EpochMillis
  readonly open: EpochMillis
  readonly close: EpochMillis
  /** One, or two around a lunch break. */
  readonly stretches: ReadonlyArray<TimeRange>
  /** It closes earlier than usual. */
  readonly isShort: boolean
}

/** The days of one market, worked out a year at a time when first asked for. */
export interface TradingDays {
  /** In which dates count. */
  readonly timeZone: string
  /** True where one day follows another without a pause. */
  readonly isContinuous: boolean
  /** The days whose trading overlaps the half-open range, ascending. */
  readonly between: (range: TimeRange) => ReadonlyArray<TradingDay>
  /** The last day that has begun by then; `undefined` before the first. */
  readonly latest: (time: EpochMillis) => TradingDay | undefined
  /** The first day that begins at or after that; `undefined` beyond the calendar. */
  readonly firstFrom: (time: EpochMillis) => TradingDay | undefined
  /** First instant of a date. */
  readonly midnightOf: (date: number) => EpochMillis
  /** The date on which an instant falls. */
  readonly dateOf: (time: EpochMillis) => number
  /** The day with this date, where there is one. */
  readonly findDate: (date: number) => TradingDay | undefined
}

const hour = 3_600_000
const day = 24 * hour
const newYork = "America/New_York"
const firstYear = 2000
const lastYear = 2050

const known = new Map<string, TradingDays>()

/**
 * The days of a market: its sessions, for currencies the weekdays of London (from Sunday to Friday 17:00 New York), for
 * futures the dates of the market from 18:00 to 17:00 New York, for coins the days of UTC. From 2000 to 2050.
 */
export const tradingDays = (kind: SessionKind, market: string): TradingDays => {
  const key = kind === "future" || kind === "fx" || kind === "crypto" ? `${kind} ${market}` : market
  let found = known.get(key)
  if (found === undefined) {
    found = createTradingDays(kind, market)
    known.set(key, found)
  }
  return found
}

type MakeYear = (year: number, zone: ZoneOffsets) => ReadonlyArray<TradingDay>

const createTradingDays = (kind: SessionKind, market: string): TradingDays => {
  const [timeZone, isContinuous, makeYear] = ((): readonly [string, boolean, MakeYear] => {
    if (market === "24/7") return ["UTC", true, alwaysOpenYear]
    if (market === "24/5") return ["Europe/London", true, currencyYear]
    if (kind === "future") return [newYork, true, (year, zone) => futureYear(market, year, zone)]
    return [tradingCalendar(market).timeZone, false, (year, zone) => sessionYear(market, year, zone)]
  })()
  let offsets: ZoneOffsets | undefined
  // Looked up when first needed: a simulator has more zones than most tests ask for.
  const zone = (): ZoneOffsets =>
    (offsets ??= zoneOffsets(timeZone, { from: startOfYear(firstYear - 40), to: startOfYear(lastYear + 2) }))
  const years = new Map<number, ReadonlyArray<TradingDay>>()
  const ofYear = (year: number): ReadonlyArray<TradingDay> => {
    if (year < firstYear || year > lastYear) return []
    let days = years.get(year)
    if (days === undefined) {
      days = makeYear(year, zone())
      years.set(year, days)
    }
    return days
  }
  const between = ({ from, to }: TimeRange): ReadonlyArray<TradingDay> => {
    const days: Array<TradingDay> = []
    if (to <= from) return days
    for (let year = yearOf(from - 2 * day); year <= yearOf(to + 2 * day); year += 1) {
      const all = ofYear(year)
      for (let index = firstAfter(all, from); index < all.length; index += 1) {
        const candidate = all[index] as TradingDay
        if (Math.min(candidate.open, candidate.midnight) >= to) break
        days.push(candidate)
      }
    }
    return days
  }
  const latest = (time: EpochMillis): TradingDay | undefined =>
    between({ from: time - 20 * day, to: time + 1 }).findLast(({ open }) => open <= time)
  return {
    timeZone,
    isContinuous,
    between,
    latest,
    firstFrom: (time) => between({ from: time, to: time + 20 * day }).find(({ open }) => open >= time),
    midnightOf: (date) => midnightIn(zone(), date),
    dateOf: (time) => Math.floor(toLocalMillis(zone(), time) / day),
    findDate: (date) =>
      between({ from: date * day - day, to: date * day + 2 * day }).find((one) => one.date === date),
  }
}

/** Index of the first day that closes after `time`. */
const firstAfter = (days: ReadonlyArray<TradingDay>, time: EpochMillis): number => {
  let low = 0
  let high = days.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((days[middle] as TradingDay).close <= time) low = middle + 1
    else high = middle
  }
  return low
}

const sessionYear: (market: string, ...rest: Parameters<MakeYear>) => ReadonlyArray<TradingDay> = (
  market,
  year,
  zone,
) =>
  tradingCalendar(market)
    .sessions({ start: `${year}-01-01`, end: `${year}-12-31` })
    .map(({ session, open, close, breakStart, breakEnd, reason }) => {
      const date = dateNumber(session)
      const midnight = midnightIn(zone, date)
      const stretches =
        breakStart === undefined || breakEnd === undefined
          ? [{ from: open, to: close }]
          : [
              { from: open, to: breakStart },
              { from: breakEnd, to: close },
            ]
      return { date, midnight, stamp: open, open, close, stretches, isShort: reason !== undefined }
    })

const futureYear = (market: string, year: number, zone: ZoneOffsets): ReadonlyArray<TradingDay> =>
  sessionYear(market, year, zone).map(({ date, midnight }) =>
    continuous(date, midnight, midnightIn(zone, date) - 6 * hour, midnight + 17 * hour),
  )

const currencyYear: MakeYear = (year, zone) => {
  const hours = tradingCalendar("24/5").sessions({ start: `${year}-01-01`, end: `${year}-12-31` })
  return hours.map(({ session, open, close }) => {
    const date = dateNumber(session)
    const midnight = midnightIn(zone, date)
    const weekday = (((date + 3) % 7) + 7) % 7
    return continuous(
      date,
      midnight,
      weekday === 0 ? open : midnight,
      weekday === 4 ? close : midnightIn(zone, date + 1),
    )
  })
}

const alwaysOpenYear: MakeYear = (year) =>
  Array.from({ length: (startOfYear(year + 1) - startOfYear(year)) / day }, (_, index) => {
    const midnight = startOfYear(year) + index * day
    return continuous(midnight / day, midnight, midnight, midnight + day)
  })

const continuous = (
  date: number,
  midnight: EpochMillis,
  open: EpochMillis,
  close: EpochMillis,
): TradingDay => ({
  date,
  midnight,
  stamp: midnight,
  open,
  close,
  stretches: [{ from: open, to: close }],
  isShort: false,
})

const midnightIn = (zone: ZoneOffsets, date: number): EpochMillis => {
  const [first] = instantsOfLocal(zone, date * day)
  // Where clocks are set forward at midnight the day begins an hour later.
  return first ?? (instantsOfLocal(zone, date * day + hour)[0] as number)
}

const dateNumber = (text: string): number => parseIsoTime(`${text}T00:00:00Z`) / day
const startOfYear = (year: number): EpochMillis => parseIsoTime(`${year}-01-01T00:00:00Z`)
const yearOf = (time: EpochMillis): number => 1970 + Math.floor(time / (365.2425 * day))
