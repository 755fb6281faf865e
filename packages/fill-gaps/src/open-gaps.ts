import {
  type Bars,
  barCount,
  barEnd,
  concatBars,
  type EntryDescription,
  type EpochMillis,
  isIntraday,
  nominalMillis,
  sliceBars,
  sliceRows,
  type TimeRange,
} from "@barkeep/market-data"
import { type CalendarAdditions, tradingCalendar } from "@barkeep/trading-calendar"
import type { Gap } from "@barkeep/validation"
import type { FillStore } from "./fill-store.ts"
import type { GapTask } from "./gap-task.ts"
import { thresholds } from "./thresholds.ts"

/** Rows that lie further away than this say nothing of a gap. */
const reachMillis = (entry: EntryDescription): number =>
  nominalMillis(entry.timeframe) * thresholds.overlapBars * (isIntraday(entry.timeframe) ? 10 : 2) +
  7 * 86_400_000

/** Reads what is around the gaps and which of their open times are still absent. */
export const openGaps = async (
  store: FillStore,
  entry: EntryDescription,
  gaps: ReadonlyArray<Gap>,
  additions?: CalendarAdditions,
): Promise<ReadonlyArray<GapTask>> => {
  const tasks: Array<GapTask> = []
  for (const gap of gaps) tasks.push(await openGap(store, entry, gap, additions))
  return tasks
}

const openGap = async (
  store: FillStore,
  entry: EntryDescription,
  gap: Gap,
  additions: CalendarAdditions | undefined,
): Promise<GapTask> => {
  const { symbol } = entry.instrument
  const range = { from: gap.start, to: gap.end }
  const reach = reachMillis(entry)
  const near = await store.read(symbol, entry.timeframe, { from: range.from - reach, to: range.to + reach })
  const before = sliceBars(near, { from: Number.NEGATIVE_INFINITY, to: range.from })
  const after = sliceBars(near, { from: range.to, to: Number.POSITIVE_INFINITY })
  const rows = barCount(before)
  const existing = concatBars([
    sliceRows(before, Math.max(0, rows - thresholds.overlapBars), rows),
    sliceRows(after, 0, Math.min(barCount(after), thresholds.overlapBars)),
  ])
  const present = new Set(sliceBars(near, range).openTime)
  return {
    gap,
    range,
    missing: expectedTimes(entry, range, additions).filter((time) => !present.has(time)),
    existing,
    window: windowOf(entry, range, existing),
    attempts: [],
  }
}

/** The open times that the calendar asks for inside the range, ascending. */
export const expectedTimes = (
  { instrument, timeframe, anchor }: EntryDescription,
  range: TimeRange,
  additions?: CalendarAdditions,
): ReadonlyArray<EpochMillis> =>
  Array.from(
    tradingCalendar(instrument.market, additions).expectedOpenTimes(
      timeframe,
      range,
      anchor === undefined ? {} : { anchor },
    ),
  )

const windowOf = (entry: EntryDescription, range: TimeRange, existing: Bars): TimeRange => {
  const last = existing.openTime.at(-1)
  const zone = entry.instrument.timeZone
  return {
    from: Math.min(range.from, existing.openTime[0] ?? range.from),
    to: last === undefined || last < range.to ? range.to : barEnd(entry.timeframe, last, zone),
  }
}
