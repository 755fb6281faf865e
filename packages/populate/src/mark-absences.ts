import {
  barEnd,
  type BarPage,
  emptyBars,
  type EpochMillis,
  intersectRanges,
  isIntraday,
  nominalMillis,
  normalizeRanges,
  sliceBars,
  subtractRanges,
  type TimeRange,
} from "@barkeep/market-data"
import { markets, type TradingCalendar, tradingCalendar } from "@barkeep/trading-calendar"
import type { PopulateTask } from "./populate-task.ts"

type Series = Pick<PopulateTask, "instrument" | "timeframe" | "provider">

/** A shorter part of a session may pass without a trade. */
const longestSilenceMillis = 1_800_000

/**
 * The page as pages: where the calendar has whole sessions (or half an hour of one, at the page's edge) and the answer
 * has no row in them, the absence is a page of its own, `doubtful`, since an answer that has lost its bars looks like one
 * about a time in which nothing was traded. Providers that make sure themselves, and markets without a calendar, keep
 * their pages.
 */
export const markAbsences = (page: BarPage, series: Series): ReadonlyArray<BarPage> => {
  const { provider, instrument, timeframe } = series
  if (provider.capabilities.provesAbsence === true || page.absence !== undefined) return [page]
  const market = markets.find((known) => known === instrument.market)
  if (market === undefined) return [page]
  const calendar = tradingCalendar(market)
  const known = intersectRanges(page.range, calendar.range)
  if (known === undefined) return [page]
  const times = rowTimes(page)
  const silent = silences(calendar, known, times, series)
  if (silent.length === 0) return [page]
  const zone = instrument.timeZone
  const endOf = (time: EpochMillis): EpochMillis => barEnd(timeframe, time, zone)
  const doubtful = normalizeRanges(silent.map((silence) => absenceAround(silence, times, endOf, page.range)))
  return [
    ...subtractRanges([page.range], doubtful).map((range) => partOf(page, range)),
    ...doubtful.map(toDoubtful(page)),
  ].toSorted((a, b) => a.range.from - b.range.from)
}

/** Open times that the answer has a row for, usable or not, ascending. */
const rowTimes = ({ bars, unusable = [] }: BarPage): Float64Array =>
  unusable.length === 0 ? bars.openTime : Float64Array.from([...bars.openTime, ...unusable]).toSorted()

/** Stretches in which there should have been trade and no row is. */
const silences = (
  calendar: TradingCalendar,
  range: TimeRange,
  times: Float64Array,
  { timeframe, provider, instrument }: Series,
): ReadonlyArray<TimeRange> => {
  const { anchor } = provider.capabilities
  const expected = (within: TimeRange): Float64Array =>
    calendar.expectedOpenTimes(timeframe, within, anchor === undefined ? {} : { anchor })
  if (!isIntraday(timeframe)) {
    const units = Array.from(expected(range), (from) => ({
      from,
      to: barEnd(timeframe, from, instrument.timeZone),
    }))
    return withoutRows(units, times, 0)
  }
  const parts = calendar
    .sessions(range)
    .flatMap(({ open, close }) => intersectRanges({ from: open, to: close }, range) ?? [])
    .filter(({ from, to }) => to - from >= longestSilenceMillis)
  // A bar that began before the session may reach into it: on the clock's grid the hour of 09:30 opens at 09:00.
  const silent = withoutRows(parts, times, nominalMillis(timeframe) - 1)
  // A page may begin inside of the last bar of a session, which opened before it.
  return silent.filter((part) => expected(part).length > 0)
}

/** The ranges, ascending, in which no row opens, nor so shortly before. */
const withoutRows = (
  ranges: ReadonlyArray<TimeRange>,
  times: Float64Array,
  reach: number,
): ReadonlyArray<TimeRange> => {
  let row = 0
  return ranges.filter(({ from, to }) => {
    while (row < times.length && (times[row] as number) < from - reach) row += 1
    return row >= times.length || (times[row] as number) >= to
  })
}

/** From the end of the last row before a silence to the next row after it, inside the page. */
const absenceAround = (
  { from }: TimeRange,
  times: Float64Array,
  endOf: (time: EpochMillis) => EpochMillis,
  page: TimeRange,
): TimeRange => {
  const next = times.findIndex((time) => time >= from)
  const before = next < 0 ? times.at(-1) : times[next - 1]
  return {
    from: before === undefined ? page.from : Math.max(page.from, Math.min(endOf(before), from)),
    to: next < 0 ? page.to : (times[next] as number),
  }
}

const partOf = (page: BarPage, range: TimeRange): BarPage => {
  const { unusable, ...rest } = page
  const lost = (unusable ?? []).filter((time) => time >= range.from && time < range.to)
  return { ...rest, range, bars: sliceBars(page.bars, range), ...(lost.length > 0 && { unusable: lost }) }
}

const toDoubtful =
  ({ provenance }: BarPage) =>
  (range: TimeRange): BarPage => ({
    range,
    bars: emptyBars,
    provenance: { ...provenance, settled: false },
    absence: "doubtful",
  })
