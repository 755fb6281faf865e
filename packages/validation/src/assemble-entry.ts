import type { Anchor, EntryDescription, TimeRange } from "@barkeep/market-data"
import type { Job, KnownEntry } from "./entry-job.ts"
import type { ExpectedTimes } from "./expected-times.ts"
import { type Finding, finding } from "./finding.ts"
import { addThin, type Gap, noThinGaps } from "./gap.ts"
import { yearRange } from "./local-time.ts"
import { pathOf } from "./read-year.ts"
import { addTally, emptyTally, toScore } from "./score.ts"
import { settleYear } from "./settle-year.ts"
import type { EntryReport, Status, YearReport } from "./store-report.ts"

/** What judging an entry's years gave. */
export interface Judged {
  readonly anchor: Anchor
  readonly venue: string | undefined
  readonly judged: TimeRange
  readonly years: ReadonlyArray<YearReport>
  readonly gaps: ReadonlyArray<Gap>
  readonly times: ExpectedTimes
  readonly timeZone: string
}

/** The report of an entry from its years: settled by what explains the gaps, and summed up. */
export const assemble = ({ entry, description, findings }: Job, result: Judged): EntryReport => {
  const { gaps, times, timeZone } = result
  const settled = result.years
    .map((report) =>
      settleYear(report, gaps, { range: yearRange(report.year, timeZone), expectedIn: times.in }),
    )
    // A year before listing that has no file is no part of the entry.
    .filter(({ report, tally }) => report.path !== undefined || tally.expected > 0)
  const years = settled.map(({ report }) => report)
  const sum = (of: (year: YearReport) => number): number => years.reduce((total, year) => total + of(year), 0)
  const notJudged: ReadonlyArray<Finding> =
    times.notJudged === undefined
      ? []
      : [finding("not-judged", `${times.notJudged}: gaps are not judged`, [], { maxPlaces: 0, rows: 0 })]
  return {
    symbol: entry.symbol,
    timeframe: entry.timeframe,
    status: statusOf(years, findings),
    instrument: description.instrument,
    anchor: result.anchor,
    adjustment: description.adjustment,
    ...(result.venue === undefined ? {} : { venue: result.venue }),
    judged: result.judged,
    fingerprint: entry.fingerprint,
    rows: sum((year) => year.rows),
    expected: sum((year) => year.expected),
    present: sum((year) => year.present),
    years,
    gaps,
    thin: years.reduce((total, year) => addThin(total, year.thin), noThinGaps),
    findings: [...findings, ...notJudged],
    score: toScore(settled.reduce((total, year) => addTally(total, year.tally), emptyTally)),
  }
}

const statusOf = (years: ReadonlyArray<YearReport>, findings: ReadonlyArray<Finding>): Status => {
  if (years.some((year) => year.status === "error")) return "error"
  if (findings.some((found) => found.kind === "damaged-file")) return "error"
  return years.every((year) => year.status === "valid") ? "valid" : "invalid"
}

/** The report of an entry without a file. */
export const emptyEntry = (
  entry: KnownEntry,
  { instrument, adjustment }: EntryDescription,
  findings: ReadonlyArray<Finding>,
): EntryReport => ({ ...bareEntry(entry, "valid", findings), instrument, adjustment })

/** The report of an entry of which nothing can be read, not even what it is. */
export const unreadableEntry = (entry: KnownEntry, issue: Error | undefined): EntryReport =>
  bareEntry(entry, "error", [
    finding("damaged-file", issue?.message ?? "the entry cannot be described", [], {
      maxPlaces: 0,
      rows: 0,
      ...(issue === undefined ? {} : pathOf(issue)),
    }),
  ])

const bareEntry = (entry: KnownEntry, status: Status, findings: ReadonlyArray<Finding>): EntryReport => ({
  symbol: entry.symbol,
  timeframe: entry.timeframe,
  status,
  fingerprint: entry.fingerprint,
  rows: 0,
  expected: 0,
  present: 0,
  years: [],
  gaps: [],
  thin: noThinGaps,
  findings,
  score: toScore(status === "error" ? { ...emptyTally, expected: 1, missing: 1 } : emptyTally),
})
