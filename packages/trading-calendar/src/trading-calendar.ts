import type { Anchor, EpochMillis, Timeframe, TimeRange } from "@barkeep/market-data"
import { alwaysOpen } from "./always-open.ts"
import { extendedRules } from "./apply-additions.ts"
import { type CalendarAdditions, checkForm, isEmptyAdditions } from "./calendar-additions.ts"
import { checkMarket, type Market, marketRules } from "./market-list.ts"
import type { Closure, DateRange, Halt, Session } from "./session.ts"
import { sessionCalendar } from "./session-calendar.ts"

export interface AnchorOption {
  /**
   * Where intraday bins of session markets start: at the open (and again after a lunch break), or on the grid of full
   * hours of the exchange's clock. Without meaning for `24/7` and `24/5`, whose bars lie on the UTC grid.
   * @default "session"
   */
  readonly anchor?: Anchor
}

/** When one market trades. Instants are epoch milliseconds; ranges of instants are half-open, of dates inclusive. */
export interface TradingCalendar {
  readonly market: Market
  readonly name: string
  /** IANA name of the zone in which sessions have their dates and daily bars their midnights. */
  readonly timeZone: string
  /** What the calendar knows; a question beyond it fails with `OutsideCalendar`. Intersect with it when in doubt. */
  readonly range: TimeRange
  readonly firstDate: string
  readonly lastDate: string
  /** The last date whose holidays were announced when this version was made; what follows is `projected`. */
  readonly announcedUntil: string
  /**
   * The sessions that overlap a range of instants, or have their dates in a range of dates, ascending and disjoint.
   * @throws {OutsideCalendar | InvalidInput}
   */
  readonly sessions: (range: TimeRange | DateRange) => ReadonlyArray<Session>
  /**
   * True inside a session; false in a lunch break.
   * @throws {OutsideCalendar}
   */
  readonly isOpen: (time: EpochMillis) => boolean
  /**
   * The open times inside the range that bars must have when nothing is missing, ascending. `1d`: midnight of each
   * session date; `1w`: midnight of the Monday of each week with a session; `1mo`: midnight of the first of each month
   * with a session; all in `timeZone`. Intraday: every bin that overlaps trading; the last one of a stretch may be
   * short.
   * @throws {OutsideCalendar | InvalidInput}
   */
  readonly expectedOpenTimes: (
    timeframe: Timeframe,
    range: TimeRange | DateRange,
    options?: AnchorOption,
  ) => Float64Array
  /**
   * A function from the open time of a finer bar to the open time of its bar of `timeframe`, for `resampleBars`. It
   * throws `OutsideSession` for a time in no bin, and never gives a descending result for ascending times. `24/7` and
   * `24/5` have a bin for every instant.
   */
  readonly binOf: (timeframe: Timeframe, options?: AnchorOption) => (openTime: EpochMillis) => EpochMillis
  /**
   * How many bars of `finer` the bar of `timeframe` that opens at `openTime` has when none is missing: 240 minutes for
   * the first 4h bin of a New York session, 150 for the second.
   * @throws {OutsideCalendar}
   * @throws {InvalidInput} when `finer` does not tile `timeframe`, or no bar of it opens at `openTime`
   */
  readonly barsInBin: (
    timeframe: Timeframe,
    openTime: EpochMillis,
    finer: Timeframe,
    options?: AnchorOption,
  ) => number
  /**
   * Every date of the range without a session, ascending, with the reason.
   * @throws {OutsideCalendar | InvalidInput}
   */
  readonly closures: (range: TimeRange | DateRange) => ReadonlyArray<Closure>
  /**
   * Known stops of the whole market inside its sessions that overlap the range, ascending by start. They do not change
   * sessions or expected open times: they explain why bars are absent.
   * @throws {OutsideCalendar | InvalidInput}
   */
  readonly halts: (range: TimeRange | DateRange) => ReadonlyArray<Halt>
}

const calendars = new Map<Market, TradingCalendar>()

/**
 * The calendar of a market, with additions of your own if there are any.
 * @throws {UnknownMarket} with suggestions
 * @throws {InvalidCalendarAdditions} when additions contradict themselves or the calendar
 * @example
 * tradingCalendar("XNYS").sessions({ start: "2024-07-03", end: "2024-07-03" })[0]?.reason // => "Day before Independence Day"
 */
export const tradingCalendar = (market: string, additions: CalendarAdditions = {}): TradingCalendar => {
  const known = checkMarket(market)
  if (!isEmptyAdditions(checkForm(additions, known)))
    return sessionCalendar(known, extendedRules(known, additions))
  let calendar = calendars.get(known)
  if (calendar === undefined) {
    calendar = known === "24/7" ? alwaysOpen() : sessionCalendar(known, marketRules(known))
    calendars.set(known, calendar)
  }
  return calendar
}
