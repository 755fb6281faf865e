import {
  type Adjustment,
  barEnd,
  type Bars,
  barCount,
  type EpochMillis,
  firstRowAtOrAfter,
  sliceBars,
  type Timeframe,
  type TimeRange,
} from "@barkeep/market-data"
import type { CorporateEvents } from "./corporate-events.ts"
import { counted, type Finding, finding } from "./finding.ts"
import { addThin, type MissingRun, noThinGaps, type ThinSummary } from "./gap.ts"
import { findIdleRuns } from "./idle-runs.ts"
import { judgeMoves, ratioToLookAt } from "./judge-moves.ts"
import { type OrderedRows, orderRows } from "./order-rows.ts"
import { idleFindings, moveFindings, orderFindings, strayFindings, unsoundFindings } from "./row-findings.ts"
import type { BarRules } from "./rules.ts"
import { type RowScan, scanRows, type ScanState, type SlotRun, startState } from "./scan-rows.ts"
import { emptyTally, type Tally } from "./score.ts"
import { type Density, densityAtEnd, emptyDensity, isTooBusyToBeThin, judgeThin, type Neighbourhood, thinEvidence } from "./thin-runs.ts"

/** What stays the same for all partitions of an entry. */
export interface ScanContext {
  readonly timeframe: Timeframe
  /** Zone of days, weeks and months. */
  readonly timeZone: string
  readonly rules: BarRules
  readonly events: CorporateEvents
  readonly adjustment: Adjustment | "unknown"
  /** The most bars that a silence may have and still be thin; 0 where a bar comes whether or not there was a trade. */
  readonly longestThinBars: number
  /** Known stops of the venue or market: an absent run that touches one is never counted as thin. */
  readonly stops: ReadonlyArray<TimeRange>
  readonly maxPlaces: number
}

/** What one partition leaves for the next one, so that years scanned one after another are judged as one. */
export interface Carry {
  readonly state: ScanState
  /** Absent bars that reach the end of what was scanned. */
  readonly openRun: OpenMissingRun | undefined
  readonly density: Density
}

export interface OpenMissingRun {
  readonly start: EpochMillis
  readonly lastMissing: EpochMillis
  readonly missingBars: number
}

export const startCarry: Carry = { state: startState, openRun: undefined, density: emptyDensity }

export interface PartitionInput {
  /** Raw columns: may be unsorted, repeated, broken. */
  readonly bars: Bars
  /** The rows that belong here; others are of a wrong year. */
  readonly range: TimeRange
  readonly expected: Float64Array
  /** Borders of the stretches that present and expected bars are counted for. */
  readonly borders: ReadonlyArray<EpochMillis>
  /** Nothing follows: runs that reach the end are closed. */
  readonly isLast: boolean
  readonly carry: Carry
}

/** Present and expected bars of a stretch of time, for pictures. */
export interface Stretch {
  readonly start: EpochMillis
  readonly expected: number
  readonly present: number
}

export interface PartitionScan {
  readonly rows: number
  readonly firstOpenTime: EpochMillis | undefined
  readonly lastOpenTime: EpochMillis | undefined
  readonly expected: number
  /** Expected open times that have a row, sound or not. */
  readonly present: number
  readonly extra: number
  readonly zeroVolumeRows: number
  readonly missingVolumeRows: number
  /** Absent runs that end here and are not thin. */
  readonly runs: ReadonlyArray<MissingRun>
  readonly thinRuns: ReadonlyArray<MissingRun & { readonly evidence: string }>
  readonly thin: ThinSummary
  readonly findings: ReadonlyArray<Finding>
  /** `missing` counts every absent bar of the expected ones; what excuses some is taken off later. */
  readonly tally: Tally
  readonly stretches: ReadonlyArray<Stretch>
  readonly carry: Carry
}

/** Scans one partition: its rows against the open times it must have. Pure; the columns are not written to. */
export const scanPartition = (input: PartitionInput, context: ScanContext): PartitionScan => {
  const { maxPlaces, rules } = context
  const ordered = orderRows(input.bars)
  const bars = sliceBars(ordered.bars, input.range)
  const scan = scanRows(
    bars,
    input.expected,
    ratioToLookAt(bars, rules.largestMove),
    input.carry.state,
    input.isLast,
  )
  const { moves, jumpRows } = judgeMoves(bars, scan, { ...context, largestMove: rules.largestMove })
  const idle = findIdleRuns(bars, scan, jumpRows, contestedRows(ordered, bars), rules, endOfBars(context))
  const { findings: unsoundRows, unsound } = unsoundFindings(bars, scan.unsound, maxPlaces)
  const wrongYear = barCount(ordered.bars) - barCount(bars)
  const absence = findAbsence(input, scan, context)
  const present = barCount(bars) - scan.extra.length
  const jumps = moves.filter((move) => move.kind !== "outlier").length
  return {
    rows: barCount(input.bars),
    firstOpenTime: bars.openTime[0],
    lastOpenTime: bars.openTime.at(-1),
    expected: input.expected.length,
    present,
    extra: scan.extra.length,
    zeroVolumeRows: scan.zeroVolumeRows,
    missingVolumeRows: scan.missingVolumeRows,
    ...absence,
    findings: [
      ...orderFindings(ordered, maxPlaces),
      ...unsoundRows,
      ...strayFindings(bars, scan.extra, input.expected, context.timeframe, maxPlaces),
      ...wrongYearFinding(ordered.bars, input.range, wrongYear, maxPlaces),
      ...moveFindings(moves, maxPlaces),
      ...idleFindings(idle, maxPlaces),
    ],
    tally: {
      ...emptyTally,
      expected: input.expected.length,
      missing: input.expected.length - present,
      unsound: unsound + ordered.withoutTime,
      conflictingDuplicates: ordered.duplicates.filter((row) => row.conflicting).length,
      duplicates: ordered.duplicates.filter((row) => !row.conflicting).length,
      outOfOrder: ordered.outOfOrder.length,
      stray: scan.extra.length + wrongYear,
      jumps,
      stale: idle.staleExcess,
      zeroVolume: idle.zeroVolumeExcess,
    },
    stretches: countStretches(input, bars, scan),
  }
}

const contestedRows = ({ duplicates }: OrderedRows, { openTime }: Bars): ReadonlySet<number> =>
  new Set(
    duplicates.filter((row) => row.conflicting).map((row) => firstRowAtOrAfter(openTime, row.openTime)),
  )

/** End of the bar that opens at a time, by the timeframe and zone of the context. */
export const endOfBars =
  ({ timeframe, timeZone }: Pick<ScanContext, "timeframe" | "timeZone">) =>
  (openTime: EpochMillis): EpochMillis =>
    barEnd(timeframe, openTime, timeZone)

type Absence = Pick<PartitionScan, "runs" | "thinRuns" | "thin" | "carry">

const findAbsence = (
  { expected, carry, isLast }: PartitionInput,
  scan: RowScan,
  context: ScanContext,
): Absence => {
  const absent = withCarried(scan.absent, carry.openRun)
  const last = absent.at(-1)
  const isOpen = last !== undefined && last.slot + last.slots === expected.length && !isLast
  const closed = isOpen ? absent.slice(0, -1) : absent
  const toRun = (run: SlotRun): MissingRun => toMissingRun(run, expected, carry.openRun, context)
  const verdicts = judgeAbsent(absent, expected.length, scan.flatRows, carry, context)
  const runs: Array<MissingRun> = []
  const thinRuns: Array<MissingRun & { readonly evidence: string }> = []
  let thin = noThinGaps
  for (const [index, slotRun] of closed.entries()) {
    const verdict = verdicts?.[index]
    if (verdict === undefined || touchesStop(toRun(slotRun), context.stops)) runs.push(toRun(slotRun))
    else {
      thin = addThin(thin, { gaps: 1, missingBars: slotRun.slots, longestBars: slotRun.slots })
      if (thinRuns.length < context.maxPlaces) thinRuns.push({ ...toRun(slotRun), evidence: thinEvidence(verdict) })
    }
  }
  return {
    runs,
    thinRuns,
    thin,
    carry: {
      state: scan.state,
      openRun: isOpen ? toOpenRun(last, expected, carry.openRun) : undefined,
      density: densityAtEnd(closed, expected.length, carry.density),
    },
  }
}

const judgeAbsent = (
  absent: ReadonlyArray<SlotRun>,
  slots: number,
  flatRows: number,
  carry: Carry,
  { longestThinBars }: ScanContext,
): ReadonlyArray<Neighbourhood | undefined> | undefined => {
  if (longestThinBars === 0) return undefined
  const verdicts = judgeThin(absent, carry.density, longestThinBars)
  let [thin, holes] = [0, 0]
  for (const [index, run] of absent.entries())
    if (verdicts[index] === undefined) holes += run.slots
    else thin += run.slots
  return isTooBusyToBeThin(thin, slots - holes, flatRows) ? undefined : verdicts
}

/** The runs of this scan, the first of them together with what was already absent before. */
const withCarried = (
  absent: ReadonlyArray<SlotRun>,
  carried: OpenMissingRun | undefined,
): ReadonlyArray<SlotRun> => {
  if (carried === undefined) return absent
  const [first, ...rest] = absent
  const before = carried.missingBars
  return first?.slot === 0
    ? [{ slot: -before, slots: before + first.slots }, ...rest]
    : [{ slot: -before, slots: before }, ...absent]
}

const toMissingRun = (
  run: SlotRun,
  expected: Float64Array,
  carried: OpenMissingRun | undefined,
  context: ScanContext,
): MissingRun => {
  const { start, lastMissing, missingBars } = toOpenRun(run, expected, carried)
  // The last bar before a break may be cut short by the next one.
  const next = expected[run.slot + run.slots] ?? Number.POSITIVE_INFINITY
  return { start, end: Math.min(endOfBars(context)(lastMissing), next), missingBars }
}

const toOpenRun = (
  run: SlotRun,
  expected: Float64Array,
  carried: OpenMissingRun | undefined,
): OpenMissingRun => {
  const end = run.slot + run.slots
  return {
    start: run.slot < 0 ? (carried?.start as number) : (expected[run.slot] as number),
    lastMissing: end <= 0 ? (carried?.lastMissing as number) : (expected[end - 1] as number),
    missingBars: run.slots,
  }
}

const touchesStop = (run: MissingRun, stops: ReadonlyArray<TimeRange>): boolean =>
  stops.some((stop) => stop.from < run.end && stop.to > run.start)

const wrongYearFinding = (
  bars: Bars,
  range: TimeRange,
  rows: number,
  maxPlaces: number,
): ReadonlyArray<Finding> => {
  if (rows === 0) return []
  const outside = bars.openTime.filter((time) => time < range.from || time >= range.to)
  const places = Array.from(outside.subarray(0, maxPlaces), (openTime) => ({
    openTime,
    evidence: "outside of the range that is judged",
  }))
  return [finding("wrong-year", `${counted(rows, "row")} that belong to another year`, places, { maxPlaces, rows })]
}

const countStretches = (
  { borders, expected }: PartitionInput,
  { openTime }: Bars,
  { extra }: RowScan,
): ReadonlyArray<Stretch> => {
  const extraTimes = Float64Array.from(extra, (row) => openTime[row] as number)
  const countIn = (times: Float64Array, from: number, to: number): number =>
    firstRowAtOrAfter(times, to) - firstRowAtOrAfter(times, from)
  return borders.slice(0, -1).map((start, index) => {
    const end = borders[index + 1] as number
    return {
      start,
      expected: countIn(expected, start, end),
      present: countIn(openTime, start, end) - countIn(extraTimes, start, end),
    }
  })
}
