import {
  barEnd,
  type Bars,
  emptyBars,
  type EpochMillis,
  firstRowAtOrAfter,
  intersectRanges,
  type ProvenanceSpan,
  type TimeRange,
} from "@barkeep/market-data"
import type { ExpectedTimes } from "./expected-times.ts"
import { type Finding, finding } from "./finding.ts"
import { type MissingRun, noThinGaps } from "./gap.ts"
import { monthBorders, yearRange } from "./local-time.ts"
import { type OrderedRows, orderRows } from "./order-rows.ts"
import { provenanceFindings, sourcesOf } from "./provenance-findings.ts"
import { type Carry, startCarry } from "./carry.ts"
import type { ScanContext } from "./scan-context.ts"
import { type PartitionScan, scanPartition } from "./scan-partition.ts"
import { emptyTally, toScore } from "./score.ts"
import type { YearReport } from "./store-report.ts"
import type { StoredYear } from "./validation-source.ts"

/** What of a year is known before it is judged: its rows, or why they cannot be read. */
export type YearRows =
  | { readonly _tag: "Rows"; readonly ordered: OrderedRows; readonly spans: ReadonlyArray<ProvenanceSpan> }
  | { readonly _tag: "Unreadable"; readonly issue: string; readonly path: string }

export const noRows: YearRows = { _tag: "Rows", ordered: orderRows(emptyBars), spans: [] }

export interface YearTask {
  readonly year: number
  readonly stored: StoredYear | undefined
  /** The part of the year that is judged. */
  readonly judged: TimeRange
  readonly rows: YearRows
  readonly isLast: boolean
  readonly carry: Carry
}

/** A year's report, not yet settled by what explains its gaps, and the absent runs that end in it. */
export interface ScannedYear {
  readonly report: YearReport
  readonly runs: ReadonlyArray<MissingRun>
}

/** Scans one year of an entry; an unreadable file counts as absent bars, but makes no gap of them. */
export const scanYear = (task: YearTask, times: ExpectedTimes, context: ScanContext): ScannedYear => {
  const { year, stored, rows, judged } = task
  const file = stored === undefined ? {} : fileOf(stored)
  if (rows._tag === "Unreadable") return unreadableYear(task, file, rows, times.in(judged).length, context)
  const range = yearRange(year, context.timeZone)
  const expected = times.withRowsOf(judged, rows.ordered.bars)
  const scan = scanPartition(
    {
      ordered: rows.ordered,
      range,
      expected,
      borders: monthBorders(year, context.timeZone),
      isLast: task.isLast,
      carry: task.carry,
    },
    context,
  )
  giveBack(expected)
  const spans = clipSpans(rows.spans, range, rows.ordered.bars)
  const basis = provenanceFindings(spans, context.adjustment, context.maxPlaces)
  const tally = { ...scan.tally, otherBasis: basis.otherBasis }
  return {
    runs: scan.runs,
    report: {
      year,
      status: "valid",
      ...file,
      ...countsOf(scan),
      findings: [...scan.findings, ...basis.findings],
      sources: sourcesOf(spans),
      months: scan.stretches,
      tally,
      score: toScore(tally),
      carry: scan.carry,
    },
  }
}

/** Left to the garbage collector, the times of many years of minutes cost it more than their scan. */
const giveBack = ({ buffer }: Float64Array): void => {
  if (buffer instanceof ArrayBuffer && buffer.byteLength > 0) buffer.transfer(0)
}

const fileOf = ({ path, fingerprint, sha256 }: StoredYear) => ({
  path,
  fingerprint,
  ...(sha256 === undefined ? {} : { sha256 }),
})

const countsOf = ({ rows, firstOpenTime, lastOpenTime, expected, present, extra, thin }: PartitionScan) => ({
  rows,
  ...(firstOpenTime === undefined ? {} : { firstOpenTime }),
  ...(lastOpenTime === undefined ? {} : { lastOpenTime }),
  expected,
  present,
  extra,
  thin,
})

const unreadableYear = (
  { year, carry }: YearTask,
  file: Partial<Pick<YearReport, "path" | "fingerprint" | "sha256">>,
  { issue, path }: YearRows & { readonly _tag: "Unreadable" },
  expected: number,
  context: ScanContext,
): ScannedYear => {
  const tally = { ...emptyTally, expected, missing: expected }
  const damaged: Finding = finding("damaged-file", issue, [], { maxPlaces: 0, rows: 0, path })
  return {
    // What was absent before ends here: of the bars in this file nobody can tell.
    runs: closeRun(carry, context),
    report: {
      year,
      status: "error",
      ...file,
      rows: 0,
      expected,
      present: 0,
      extra: 0,
      thin: noThinGaps,
      findings: [damaged],
      sources: [],
      months: [],
      tally,
      score: toScore(tally),
      carry: startCarry,
    },
  }
}

const closeRun = ({ openRun }: Carry, { timeframe, timeZone }: ScanContext): ReadonlyArray<MissingRun> =>
  openRun === undefined
    ? []
    : [
        {
          start: openRun.start,
          end: barEnd(timeframe, openRun.lastMissing, timeZone),
          missingBars: openRun.missingBars,
        },
      ]

/** The spans of one year, each with the rows it has there. */
const clipSpans = (
  spans: ReadonlyArray<ProvenanceSpan>,
  range: TimeRange,
  bars: Bars,
): ReadonlyArray<ProvenanceSpan> =>
  spans.flatMap((span) => {
    const part = intersectRanges(span, range)
    if (part === undefined) return []
    if (part.from === span.from && part.to === span.to) return [span]
    const rows = firstRowAtOrAfter(bars.openTime, part.to) - firstRowAtOrAfter(bars.openTime, part.from)
    return rows > 0 ? [{ ...span, ...part, rows }] : []
  })

/** Open time of the first and end of the last row. */
export const rowsRange = (
  rows: YearRows,
  endOf: (openTime: EpochMillis) => EpochMillis,
): TimeRange | undefined => {
  if (rows._tag === "Unreadable") return undefined
  const { openTime } = rows.ordered.bars
  const [from] = openTime
  const last = openTime.at(-1)
  return from === undefined || last === undefined ? undefined : { from, to: endOf(last) }
}
