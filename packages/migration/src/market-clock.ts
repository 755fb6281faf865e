import {
  hasSessions,
  type Instrument,
  isIntraday,
  nominalMillis,
  type EpochMillis,
  type Timeframe,
  toLocalMillis,
  type ZoneOffsets,
  zoneOffsets,
  zoneOfDays,
} from "@barkeep/market-data"
import { type Session, tradingCalendar, UnknownMarket } from "@barkeep/trading-calendar"
import { dayMillis } from "./civil.ts"

/** A market's clock and sessions around some wall-clock times, looked up once for all rows of a file. */
export interface MarketClock {
  /** The zone that the new files are written in. */
  readonly timeZone: string
  readonly zone: ZoneOffsets
  /** Ascending; empty for markets that never close, and where no calendar knows these years. */
  readonly sessions: ReadonlyArray<Session>
}

/** @param times wall-clock times or instants */
export const marketClock = (
  instrument: Instrument,
  timeframe: Timeframe,
  times: Float64Array,
): MarketClock => {
  const timeZone = zoneOfDays(instrument)
  const margin = 3 * dayMillis + nominalMillis(timeframe)
  const first = times.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY) - margin
  const last = times.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY) + margin
  if (times.length === 0) return { timeZone, zone: zoneOffsets("UTC", { from: 0, to: 1 }), sessions: [] }
  const zone = zoneOffsets(timeZone, { from: Math.floor(first), to: Math.ceil(last) })
  const isAsked = hasSessions(instrument) && isIntraday(timeframe)
  return { timeZone, zone, sessions: isAsked ? sessionsOf(instrument.market, first, last) : [] }
}

const sessionsOf = (market: string, first: number, last: number): ReadonlyArray<Session> => {
  try {
    const calendar = tradingCalendar(market)
    const from = Math.max(Math.floor(first), calendar.range.from)
    const to = Math.min(Math.ceil(last), calendar.range.to)
    return from < to ? calendar.sessions({ from, to }) : []
  } catch (error) {
    if (error instanceof UnknownMarket) return []
    throw error
  }
}

/** The last session that opens at or before the time, and the one after it. */
const around = (
  sessions: ReadonlyArray<Session>,
  time: EpochMillis,
): readonly [Session | undefined, Session | undefined] => {
  let low = 0
  let high = sessions.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sessions[middle] as Session).open <= time) low = middle + 1
    else high = middle
  }
  return [sessions[low - 1], sessions[low]]
}

/** True when the bar overlaps a session. */
export const isInSession = (
  sessions: ReadonlyArray<Session>,
  from: EpochMillis,
  to: EpochMillis,
): boolean => {
  const [before, after] = around(sessions, from)
  return (before !== undefined && from < before.close) || (after !== undefined && after.open < to)
}

const beforeOpen = 5.5 * 3_600_000
const afterClose = 4 * 3_600_000

/** True when the bar opens in a session or in the hours of trading before and after one. */
export const isNearSession = (sessions: ReadonlyArray<Session>, time: EpochMillis): boolean => {
  const [before, after] = around(sessions, time)
  return (
    (before !== undefined && time < before.close + afterClose) ||
    (after !== undefined && time >= after.open - beforeOpen)
  )
}

/** Wall-clock minute of the hour at which sessions open, `undefined` when they have no common one. */
export const openingMinute = ({ sessions, zone }: MarketClock): number | undefined => {
  const minutes = new Set(sessions.map(({ open }) => Math.floor(toLocalMillis(zone, open) / 60_000) % 60))
  return minutes.size === 1 ? [...minutes][0] : undefined
}
