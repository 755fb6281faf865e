import {
  type Anchor,
  type Bars,
  type EpochMillis,
  firstRowAtOrAfter,
  hasSessions,
  type Instrument,
  intersectRanges,
  isIntraday,
  type Timeframe,
  type TimeRange,
} from "@barkeep/market-data"
import {
  type CalendarAdditions,
  type Halt,
  type TradingCalendar,
  tradingCalendar,
  UnknownMarket,
} from "@barkeep/trading-calendar"

/** Closures and early closes that the calendars do not know, by market: what `parseCalendarAdditions` gives. */
export type AdditionsByMarket = { readonly [market: string]: CalendarAdditions }

/** What one entry's bars are held against. */
export interface ExpectedTimes {
  /** Why there is no calendar; absent bars and stray rows cannot be told then. */
  readonly notJudged: string | undefined
  readonly in: (range: TimeRange) => Float64Array
  /** Like `in`, with the rows' own open times where the calendar knows nothing: they count as expected. */
  readonly withRowsOf: (range: TimeRange, bars: Pick<Bars, "openTime">) => Float64Array
  readonly halts: (range: TimeRange) => ReadonlyArray<Halt>
}

/** The open times that an instrument's calendar asks for. Never fails: what it does not know is not expected. */
export const expectedTimes = (
  instrument: Instrument,
  timeframe: Timeframe,
  anchor: Anchor,
  additions?: AdditionsByMarket,
): ExpectedTimes => {
  const calendar = findCalendar(instrument.market, additions)
  if (calendar === undefined)
    return {
      notJudged: `there is no trading calendar for ${instrument.market}`,
      in: () => none,
      withRowsOf: (range, { openTime }) => ownTimes(openTime, range),
      halts: () => [],
    }
  const known = (range: TimeRange): Float64Array => {
    const inside = intersectRanges(range, calendar.range)
    return inside === undefined ? none : calendar.expectedOpenTimes(timeframe, inside, { anchor })
  }
  return {
    notJudged: undefined,
    in: known,
    withRowsOf: (range, { openTime }) => {
      if (range.from >= calendar.range.from) return known(range)
      const before = ownTimes(openTime, { from: range.from, to: Math.min(range.to, calendar.range.from) })
      const after = known(range)
      const all = new Float64Array(before.length + after.length)
      all.set(before)
      all.set(after, before.length)
      return all
    },
    halts: (range) => {
      const inside = intersectRanges(range, calendar.range)
      return inside === undefined ? [] : calendar.halts(inside)
    },
  }
}

/**
 * The anchor that more of the rows fit; `session` when they fit both alike. Files of other programs do not say
 * theirs.
 */
export const inferAnchor = (
  instrument: Instrument,
  timeframe: Timeframe,
  { openTime }: Pick<Bars, "openTime">,
  additions?: AdditionsByMarket,
): Anchor => {
  if (!hasSessions(instrument) || !isIntraday(timeframe) || openTime.length === 0) return "session"
  const sample = openTime.subarray(0, sampleRows).toSorted()
  const range = { from: sample[0] as number, to: (sample.at(-1) as number) + 1 }
  const fitting = (anchor: Anchor): number => {
    const expected = new Set(expectedTimes(instrument, timeframe, anchor, additions).in(range))
    return sample.reduce((count, time) => count + (expected.has(time) ? 1 : 0), 0)
  }
  return fitting("clock") > fitting("session") ? "clock" : "session"
}

const sampleRows = 5000
const none = new Float64Array(0)

export const findCalendar = (
  market: string,
  additions: AdditionsByMarket | undefined,
): TradingCalendar | undefined => {
  try {
    return tradingCalendar(market, additions?.[market])
  } catch (error) {
    if (error instanceof UnknownMarket) return undefined
    throw error
  }
}

const ownTimes = (openTime: Float64Array, range: TimeRange): Float64Array => {
  const sorted = new Set<EpochMillis>(openTime.toSorted())
  const times = Float64Array.from(sorted).filter(Number.isSafeInteger)
  return times.subarray(firstRowAtOrAfter(times, range.from), firstRowAtOrAfter(times, range.to))
}
