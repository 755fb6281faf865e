import {
  type Anchor,
  barEnd,
  type EpochMillis,
  type Instrument,
  intersectRanges,
  isIntraday,
  openTimeAtOrAfter,
  openTimeOf,
  type Timeframe,
  type TimeRange,
} from "@barkeep/market-data"
import { markets, tradingCalendar } from "@barkeep/trading-calendar"

/**
 * The wanted range on the grid: from the first open time in it to the open time of the bar that is still running at
 * `now`, or to the range's own end. Empty (`from === to`) when no closed bar lies in it.
 */
export const closedRange = (
  instrument: Instrument,
  timeframe: Timeframe,
  range: TimeRange,
  now: EpochMillis,
): TimeRange => {
  const from = openTimeAtOrAfter(timeframe, range.from, instrument.timeZone)
  const end = openTimeAtOrAfter(timeframe, range.to, instrument.timeZone)
  const running = openTimeOf(timeframe, now, instrument.timeZone)
  return { from, to: Math.max(from, Math.min(end, running)) }
}

/** The parts of the ranges that lie at or after the instrument's first bar. */
export const sinceListing = (
  ranges: ReadonlyArray<TimeRange>,
  firstOpenTime: EpochMillis,
): ReadonlyArray<TimeRange> => {
  const listed = { from: firstOpenTime, to: Number.POSITIVE_INFINITY }
  return ranges.flatMap((range) => intersectRanges(range, listed) ?? [])
}

/**
 * The ranges without what is closed at their ends, and without those in which the market never opened. A market whose
 * sessions are not known, and years its calendar does not reach, stay as they are.
 */
export const withoutClosedTimes = (
  ranges: ReadonlyArray<TimeRange>,
  instrument: Instrument,
  timeframe: Timeframe,
  anchor: Anchor | undefined,
): ReadonlyArray<TimeRange> => {
  const market = markets.find((known) => known === instrument.market)
  if (market === undefined || market === "24/7") return ranges
  const calendar = tradingCalendar(market)
  return ranges.flatMap((range) => {
    if (range.from < calendar.range.from || range.to > calendar.range.to) return [range]
    const open = calendar.expectedOpenTimes(timeframe, range, anchor === undefined ? {} : { anchor })
    const first = open[0]
    const last = open.at(-1)
    if (first === undefined || last === undefined) return []
    const end = isIntraday(timeframe) ? barEnd(timeframe, last) : barEnd(timeframe, last, instrument.timeZone)
    return [{ from: first, to: Math.min(range.to, end) }]
  })
}
