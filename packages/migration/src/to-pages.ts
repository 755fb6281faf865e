import {
  barCount,
  barEnd,
  type BarPage,
  type EpochMillis,
  firstRowAtOrAfter,
  type Instrument,
  isIntraday,
  sliceRows,
  type Timeframe,
  toLocalMillis,
  zoneOffsets,
  zoneOfDays,
} from "@barkeep/market-data"
import { tradingCalendar, UnknownMarket } from "@barkeep/trading-calendar"
import { dayMillis, startOfYearUtc, yearOfLocal } from "./civil.ts"
import type { EntryPlan, SourcePlan } from "./entry-plan.ts"
import type { MergedSources } from "./merge-sources.ts"

// The original noted local time without saying of where: no clock is further from UTC.
const widestOffset = 14 * 3_600_000

/**
 * The kept rows as pages for the store. A page ends where a bar is missing that the market's calendar expects, so that
 * what it says to have answered holds no gap; at the end of a year; and where another source goes on.
 */
export const toPages = (id: string, plan: EntryPlan, merged: MergedSources): ReadonlyArray<BarPage> => {
  const { bars, source } = merged
  const rows = barCount(bars)
  if (rows === 0) return []
  const { instrument, timeframe } = plan
  const timeZone = zoneOfDays(instrument)
  const endOf = (openTime: EpochMillis): EpochMillis =>
    isIntraday(timeframe) ? barEnd(timeframe, openTime) : barEnd(timeframe, openTime, timeZone)
  const first = bars.openTime[0] as number
  const last = bars.openTime[rows - 1] as number
  const zone = zoneOffsets(timeZone, { from: first - dayMillis, to: last + 40 * dayMillis })
  const yearOf = (time: EpochMillis): number => yearOfLocal(toLocalMillis(zone, time))
  const follows = expectedNext(instrument, timeframe, plan.anchor, first, last + 1, endOf)
  const isSettled = (row: number): boolean =>
    endOf(bars.openTime[row] as number) + widestOffset <=
    (plan.sources[source[row] as number] as SourcePlan).writtenAt
  const pages: Array<BarPage> = []
  let start = 0
  for (let row = 1; row <= rows; row += 1) {
    const before = bars.openTime[row - 1] as number
    const time = bars.openTime[row] as number
    const goesOn =
      row < rows &&
      source[row] === source[start] &&
      isSettled(row) === isSettled(start) &&
      yearOf(time) === yearOf(before) &&
      follows(before, time)
    if (goesOn) continue
    const from = bars.openTime[start] as number
    const end = Math.min(
      endOf(before),
      row < rows ? time : Number.POSITIVE_INFINITY,
      endOfYear(yearOf(before), zone),
    )
    pages.push({
      range: { from, to: Math.max(end, before + 1) },
      bars: sliceRows(bars, start, row),
      provenance: provenanceOf(
        id,
        plan,
        plan.sources[source[start] as number] as SourcePlan,
        isSettled(start),
      ),
    })
    start = row
  }
  return pages
}

const provenanceOf = (
  id: string,
  plan: EntryPlan,
  source: SourcePlan,
  settled: boolean,
): BarPage["provenance"] => ({
  provider: source.provider,
  endpoint: "",
  method: "migrated",
  adjustment: plan.adjustment,
  fetchedAt: source.writtenAt,
  settled,
  evidence: {
    migration: id,
    source: source.path,
    sha256: source.sha256,
    times: `${source.timeZone}: ${source.timeEvidence}${source.timeAssumed ? " (assumed)" : ""}`,
    prices: `${plan.adjustment}: ${plan.adjustmentEvidence}`,
  },
})

const endOfYear = (year: number, zone: ReturnType<typeof zoneOffsets>): EpochMillis => {
  const wall = startOfYearUtc(year + 1)
  // The offset in force just before the year ends; no zone changes it at New Year.
  return wall - (toLocalMillis(zone, wall) - wall)
}

/** Tells whether no bar is expected between two. */
const expectedNext = (
  instrument: Instrument,
  timeframe: Timeframe,
  anchor: EntryPlan["anchor"],
  first: EpochMillis,
  end: EpochMillis,
  endOf: (openTime: EpochMillis) => EpochMillis,
): ((before: EpochMillis, after: EpochMillis) => boolean) => {
  const touches = (before: EpochMillis, after: EpochMillis): boolean => after <= endOf(before)
  if (instrument.market === "24/7") return touches
  try {
    const calendar = tradingCalendar(instrument.market)
    const from = Math.max(first, calendar.range.from)
    const to = Math.min(end, calendar.range.to)
    if (from >= to) return touches
    const expected = calendar.expectedOpenTimes(
      timeframe,
      { from, to },
      anchor === undefined ? {} : { anchor },
    )
    return (before, after) => {
      if (touches(before, after)) return true
      if (before < from || after > to) return false
      const next = firstRowAtOrAfter(expected, before + 1)
      return next >= expected.length || (expected[next] as number) >= after
    }
  } catch (error) {
    if (error instanceof UnknownMarket) return touches
    throw error
  }
}
