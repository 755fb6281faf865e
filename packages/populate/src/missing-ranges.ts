import {
  type Coverage,
  type EpochMillis,
  type Instrument,
  intersectRanges,
  missingRanges,
  openTimeAtOrAfter,
  openTimeOf,
  type Timeframe,
  type TimeRange,
} from "@barkeep/market-data"

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

/** What must be asked: wanted, not yet answered for good, and not before the instrument's first bar. */
export const rangesToAsk = (
  wanted: TimeRange,
  coverage: Coverage,
  firstOpenTime: EpochMillis,
): ReadonlyArray<TimeRange> => {
  const sinceListing = { from: firstOpenTime, to: Number.POSITIVE_INFINITY }
  return missingRanges(wanted, coverage).flatMap((range) => intersectRanges(range, sinceListing) ?? [])
}
