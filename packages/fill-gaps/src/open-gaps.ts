import {
  type Bars,
  barCount,
  barEnd,
  concatBars,
  emptyBars,
  type EntryDescription,
  type EpochMillis,
  hasSessions,
  isIntraday,
  nominalMillis,
  type ProvenanceSpan,
  sliceBars,
  sliceRows,
  spanIndexAt,
  takeRows,
  type TimeRange,
} from "@barkeep/market-data"
import { type CalendarAdditions, tradingCalendar } from "@barkeep/trading-calendar"
import type { Gap } from "@barkeep/validation"
import type { FillStore } from "./fill-store.ts"
import type { GapTask } from "./gap-task.ts"
import { thresholds } from "./thresholds.ts"

/** How far to look for rows on each side: first as far as they usually reach, then over closed sessions and other gaps. */
const reachesMillis = ({ timeframe, instrument }: EntryDescription): ReadonlyArray<number> => {
  const overlap = nominalMillis(timeframe) * thresholds.overlapBars
  const wide = overlap * (isIntraday(timeframe) ? 10 : 2) + 7 * 86_400_000
  return hasSessions(instrument) ? [wide] : [2 * overlap, wide]
}

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
  const range = { from: gap.start, to: gap.end }
  let near: NearRows | undefined
  for (const reach of reachesMillis(entry)) {
    near = await readNear(store, entry, range, reach)
    if (near.isComplete) break
  }
  const { existing = emptyBars, inside = emptyBars } = near ?? {}
  const present = new Set(inside.openTime)
  return {
    gap,
    range,
    missing: expectedTimes(entry, range, additions).filter((time) => !present.has(time)),
    existing,
    window: windowOf(entry, range, existing),
    attempts: [],
  }
}

interface NearRows {
  /** The rows to compare on, nearest to the gap on both sides. */
  readonly existing: Bars
  /** Rows inside the gap. */
  readonly inside: Bars
  /** True when there are as many on both sides as can be used. */
  readonly isComplete: boolean
}

const readNear = async (
  store: FillStore,
  { instrument: { symbol }, timeframe }: EntryDescription,
  range: TimeRange,
  reach: number,
): Promise<NearRows> => {
  const around = { from: range.from - reach, to: range.to + reach }
  const near = await store.read(symbol, timeframe, around)
  const own = withoutFills(near, await store.provenance(symbol, timeframe, around))
  const before = sliceBars(own, { from: Number.NEGATIVE_INFINITY, to: range.from })
  const after = sliceBars(own, { from: range.to, to: Number.POSITIVE_INFINITY })
  const rows = barCount(before)
  return {
    existing: concatBars([
      sliceRows(before, Math.max(0, rows - thresholds.overlapBars), rows),
      sliceRows(after, 0, Math.min(barCount(after), thresholds.overlapBars)),
    ]),
    inside: sliceBars(near, range),
    isComplete: Math.min(rows, barCount(after)) >= thresholds.overlapBars,
  }
}

/** Rows that came with a fill prove nothing: a donor would be compared with itself. */
const withoutFills = (bars: Bars, spans: ReadonlyArray<ProvenanceSpan>): Bars => {
  if (spans.every(({ fillId }) => fillId === undefined)) return bars
  const rows = Array.from(bars.openTime.keys()).filter(
    (row) => spans[spanIndexAt(spans, bars.openTime[row] as number)]?.fillId === undefined,
  )
  return takeRows(bars, rows)
}

/** The open times that the calendar asks for inside the range, ascending. */
const expectedTimes = (
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
