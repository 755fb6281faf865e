import {
  type Bars,
  barCount,
  type EpochMillis,
  firstRowAtOrAfter,
  sliceBars,
  type TimeRange,
} from "@barkeep/market-data"
import type { Carry } from "./carry.ts"
import { type Absence, findAbsence } from "./find-absence.ts"
import { counted, type Finding, finding } from "./finding.ts"
import { findIdleRuns } from "./idle-runs.ts"
import { judgeMoves, ratioToLookAt } from "./judge-moves.ts"
import type { OrderedRows } from "./order-rows.ts"
import { idleFindings, moveFindings, orderFindings, strayFindings, unsoundFindings } from "./row-findings.ts"
import { endOfBars, type ScanContext } from "./scan-context.ts"
import { type RowScan, scanRows } from "./scan-rows.ts"
import { emptyTally, type Tally } from "./score.ts"

export interface PartitionInput {
  /** Raw columns, put in order: prices and volumes may be broken. */
  readonly ordered: OrderedRows
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
  readonly expected: number
  readonly present: number
}

export interface PartitionScan extends Absence {
  readonly rows: number
  readonly firstOpenTime: EpochMillis | undefined
  readonly lastOpenTime: EpochMillis | undefined
  readonly expected: number
  /** Expected open times that have a row, sound or not. */
  readonly present: number
  readonly extra: number
  readonly zeroVolumeRows: number
  readonly missingVolumeRows: number
  readonly findings: ReadonlyArray<Finding>
  /** `missing` counts every absent bar of the expected ones; what excuses some is taken off later. */
  readonly tally: Tally
  readonly stretches: ReadonlyArray<Stretch>
}

/** Scans one partition: its rows against the open times it must have. Pure; the columns are not written to. */
export const scanPartition = (input: PartitionInput, context: ScanContext): PartitionScan => {
  const { maxPlaces, rules } = context
  const { ordered } = input
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
  const absence = findAbsence(input.expected, input.carry, input.isLast, scan, context)
  const present = barCount(bars) - scan.extra.length
  const jumps = moves.filter((move) => move.kind !== "outlier").length
  return {
    rows: barCount(ordered.bars) + ordered.duplicates.length + ordered.withoutTime,
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
  new Set(duplicates.filter((row) => row.conflicting).map((row) => firstRowAtOrAfter(openTime, row.openTime)))

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
  return [
    finding("wrong-year", `${counted(rows, "row")} that belong to another year`, places, { maxPlaces, rows }),
  ]
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
      expected: countIn(expected, start, end),
      present: countIn(openTime, start, end) - countIn(extraTimes, start, end),
    }
  })
}
