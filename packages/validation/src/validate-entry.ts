import {
  type Anchor,
  barEnd,
  type Coverage,
  type EntryDescription,
  type EpochMillis,
  hasSessions,
  type Instrument,
  nominalMillis,
  type ProvenanceSpan,
  type TimeRange,
} from "@barkeep/market-data"
import { type Attempt, attempt } from "./attempt.ts"
import type { CorporateEvents } from "./corporate-events.ts"
import { type EntryFacts, explanationsOf, type Listing, toScanContext, unexplainedText } from "./entry-facts.ts"
import { type AdditionsByMarket, type ExpectedTimes, expectedTimes, inferAnchor } from "./expected-times.ts"
import { explainRun } from "./explain-gaps.ts"
import { type Finding, finding } from "./finding.ts"
import { addThin, type Gap, type MissingRun, noThinGaps } from "./gap.ts"
import { judgedFrom, judgedTo } from "./judged-range.ts"
import { fileZone, yearOf, yearRange } from "./local-time.ts"
import { lastFetch, mainProvider } from "./provenance-findings.ts"
import { isUnchanged, reusableYears } from "./reuse-report.ts"
import { noRows, rowsRange, scanYear, type YearRows } from "./scan-years.ts"
import { startCarry } from "./scan-partition.ts"
import { addTally, emptyTally, toScore } from "./score.ts"
import { settleYear } from "./settle-year.ts"
import type { EntryReport, Status, YearReport } from "./store-report.ts"
import type { StoredEntry, StoredYear, ValidationSource } from "./validation-source.ts"
import { venueFacts } from "./venue-facts.ts"

export interface EntryOptions {
  /** The entry's report of an earlier validation with the same rules and settings; unchanged years are taken over. */
  readonly previous?: EntryReport
  /** Closures and early closes that the calendars do not know. */
  readonly calendarAdditions?: AdditionsByMarket
  readonly listing?: Listing
  readonly events?: CorporateEvents
  /** What the symbol is, where the source cannot tell because its metadata is damaged. */
  readonly instrument?: Instrument
  /** Nothing that ends later is expected. @default no limit */
  readonly now?: EpochMillis
  /** Places listed for each finding. @default 20 */
  readonly maxPlaces?: number
  readonly signal?: AbortSignal
  readonly onYear?: (year: { readonly year: number; readonly rows: number; readonly reused: boolean }) => void
}

/**
 * Judges one entry year by year, in the memory of one year. The result is plain data: it can be made on a worker
 * thread and sent over. Outages that only other symbols show are not in it yet; `validateStore` adds them.
 * @throws the signal's reason when aborted, and what the source rejects with that is no typed error
 */
export const validateEntry = async (
  source: ValidationSource,
  stored: StoredEntry,
  options: EntryOptions = {},
): Promise<EntryReport> => {
  const entry = { ...stored, fingerprint: fingerprintOf(stored, options) }
  const { previous } = options
  if (previous !== undefined && isUnchanged(previous, entry)) {
    for (const { year, rows } of previous.years) options.onYear?.({ year, rows, reused: true })
    return previous
  }
  const { symbol, timeframe } = entry
  const description = await attempt(() => source.describe(symbol, timeframe))
  const coverage = await attempt(() => source.coverage(symbol, timeframe))
  const known = describeEntry(description, options.instrument, entry)
  if (known === undefined) return unreadableEntry(entry, issueOf(description))
  const issues = [issueOf(description), issueOf(coverage)].filter((issue) => issue !== undefined)
  return judge({
    source,
    entry,
    options,
    description: known,
    coverage: coverage._tag === "Done" ? coverage.value : [],
    spans: await readAllSpans(source, entry),
    findings: issues.map((issue) =>
      finding("damaged-file", issue.message, [], { maxPlaces: 0, rows: 0, ...pathOf(issue) }),
    ),
  })
}

type KnownEntry = StoredEntry & { readonly fingerprint: string }

interface Job {
  readonly source: ValidationSource
  readonly entry: KnownEntry
  readonly options: EntryOptions
  readonly description: EntryDescription
  readonly coverage: Coverage
  /** `undefined` when they cannot be read for all years at once. */
  readonly spans: ReadonlyArray<ProvenanceSpan> | undefined
  readonly findings: ReadonlyArray<Finding>
}

const judge = async (job: Job): Promise<EntryReport> => {
  const { entry, options, description, coverage } = job
  const { instrument, timeframe } = description
  const [first] = entry.years
  const last = entry.years.at(-1)
  if (first === undefined || last === undefined) return emptyEntry(entry, description, job.findings)
  const timeZone = fileZone(instrument)
  const endOf = (openTime: EpochMillis): EpochMillis => barEnd(timeframe, openTime, timeZone)
  const reusable = reusableYears(options.previous, entry, description)
  const firstRows = reusable === undefined ? await readYear(job, first, timeZone) : undefined
  const firstOpenTime =
    reusable?.firstOpenTime ?? (firstRows === undefined ? undefined : rowsRange(firstRows, endOf)?.from)
  const from = judgedFrom(first.year, timeZone, coverage, firstOpenTime)
  const anchor = reusable?.anchor ?? anchorOf(description, firstRows, options)
  const times = expectedTimes(instrument, timeframe, anchor, options.calendarAdditions)
  const venue = venueOf(job, firstRows)
  const facts: EntryFacts = {
    ...options.listing,
    instrument,
    timeframe,
    adjustment: description.adjustment,
    coverage,
    ...venueFacts(venue),
    halts: times.halts({ from, to: Math.max(from, yearRange(last.year, timeZone).to) }),
    ...(options.events === undefined ? {} : { events: options.events }),
    ...(firstOpenTime === undefined ? {} : { firstOpenTime }),
  }
  const context = toScanContext(facts, timeZone, options.maxPlaces ?? 20)
  const files = new Map(entry.years.map((stored) => [stored.year, stored]))
  const kept = reusable === undefined || reusable.from !== from ? undefined : reusable
  const years: Array<YearReport> = [...(kept?.years ?? [])]
  const runs: Array<MissingRun> = [...(kept?.runs ?? [])]
  for (const { year, rows } of years) options.onYear?.({ year, rows, reused: true })
  let carry = years.at(-1)?.carry ?? startCarry
  let to = Number.POSITIVE_INFINITY
  let rowsEnd: EpochMillis | undefined
  for (let year = kept?.nextYear ?? yearOf(from, timeZone); ; year += 1) {
    options.signal?.throwIfAborted()
    const stored = files.get(year)
    const rows =
      stored === undefined
        ? noRows
        : stored === first && firstRows !== undefined
          ? firstRows
          : await readYear(job, stored, timeZone)
    rowsEnd = rowsRange(rows, endOf)?.to ?? rowsEnd
    if (year === last.year) to = endOfJudging(job, spansOf(rows), timeZone, rowsEnd, last.year)
    const range = yearRange(year, timeZone)
    const judged = { from: Math.max(range.from, from), to: Math.max(from, Math.min(range.to, to)) }
    const isLast = year >= last.year && range.to >= to
    const scanned = scanYear({ year, stored, judged, rows, isLast, carry }, times, context)
    years.push(scanned.report)
    runs.push(...scanned.runs)
    carry = scanned.report.carry
    options.onYear?.({ year, rows: scanned.report.rows, reused: false })
    if (isLast) break
  }
  const gaps = explain(runs, facts, times, endOf)
  return assemble(job, { anchor, venue, judged: { from, to }, years, gaps, times, timeZone })
}

const spansOf = (rows: YearRows | undefined): ReadonlyArray<ProvenanceSpan> =>
  rows?._tag === "Rows" ? rows.spans : []

const venueOf = ({ description, spans, options }: Job, rows: YearRows | undefined): string | undefined =>
  hasSessions(description.instrument)
    ? description.instrument.market
    : (mainProvider(spans ?? spansOf(rows)) ?? options.previous?.venue)

const anchorOf = (
  { anchor, instrument, timeframe }: EntryDescription,
  rows: YearRows | undefined,
  { calendarAdditions }: EntryOptions,
): Anchor =>
  anchor ??
  (rows?._tag === "Rows" ? inferAnchor(instrument, timeframe, rows.bars, calendarAdditions) : "session")

const endOfJudging = (
  { coverage, entry, options }: Job,
  spans: ReadonlyArray<ProvenanceSpan>,
  timeZone: string,
  rowsEnd: EpochMillis | undefined,
  lastYear: number,
): EpochMillis => {
  const range = yearRange(lastYear, timeZone)
  return judgedTo({
    lastYear,
    timeZone,
    coverage,
    rowsEnd,
    writtenAt: lastFetch(spans.filter((span) => span.to > range.from && span.from < range.to)),
    now: options.now,
    barMillis: nominalMillis(entry.timeframe),
  })
}

const explain = (
  runs: ReadonlyArray<MissingRun>,
  facts: EntryFacts,
  times: ExpectedTimes,
  endOf: (openTime: EpochMillis) => EpochMillis,
): ReadonlyArray<Gap> => {
  const explainOptions = {
    explanations: explanationsOf(facts),
    unexplained: unexplainedText(facts),
    expectedIn: times.in,
    endOf,
  }
  return runs.flatMap((run) => explainRun(run, explainOptions))
}

interface Judged {
  readonly anchor: Anchor
  readonly venue: string | undefined
  readonly judged: TimeRange
  readonly years: ReadonlyArray<YearReport>
  readonly gaps: ReadonlyArray<Gap>
  readonly times: ExpectedTimes
  readonly timeZone: string
}

const assemble = ({ entry, description, findings }: Job, result: Judged): EntryReport => {
  const { gaps, times, timeZone } = result
  const settled = result.years
    .map((report) => settleYear(report, gaps, { range: yearRange(report.year, timeZone), expectedIn: times.in }))
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

/** What besides the years' files decides the report. */
const fingerprintOf = ({ fingerprint = "" }: StoredEntry, { listing, events }: EntryOptions): string =>
  listing === undefined && events === undefined ? fingerprint : JSON.stringify([fingerprint, listing, events])

const emptyEntry = (
  entry: KnownEntry,
  { instrument, adjustment }: EntryDescription,
  findings: ReadonlyArray<Finding>,
): EntryReport => ({ ...bareEntry(entry, "valid", findings), instrument, adjustment })

const unreadableEntry = (entry: KnownEntry, issue: Error | undefined): EntryReport =>
  bareEntry(entry, "error", [
    finding("damaged-file", issue?.message ?? "the entry cannot be described", [], {
      maxPlaces: 0,
      rows: 0,
      ...(issue === undefined ? {} : pathOf(issue)),
    }),
  ])

const bareEntry = (
  entry: KnownEntry,
  status: Status,
  findings: ReadonlyArray<Finding>,
): EntryReport => ({
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

const describeEntry = (
  description: Attempt<EntryDescription | undefined>,
  instrument: Instrument | undefined,
  { timeframe }: StoredEntry,
): EntryDescription | undefined => {
  if (description._tag === "Done" && description.value !== undefined) return description.value
  return instrument === undefined ? undefined : { instrument, timeframe, adjustment: "unknown" }
}

const readAllSpans = async (
  source: ValidationSource,
  { symbol, timeframe }: StoredEntry,
): Promise<ReadonlyArray<ProvenanceSpan> | undefined> => {
  const spans = await attempt(() => source.provenance(symbol, timeframe))
  return spans._tag === "Done" ? spans.value : undefined
}

const readYear = async (job: Job, stored: StoredYear, timeZone: string): Promise<YearRows> => {
  const { source, entry } = job
  const { symbol, timeframe } = entry
  const range = yearRange(stored.year, timeZone)
  const bars = await attempt(() =>
    source.readYear === undefined
      ? source.read(symbol, timeframe, range)
      : source.readYear(symbol, timeframe, stored.year),
  )
  if (bars._tag === "Failed") return unreadable(stored, bars.issue)
  if (job.spans !== undefined) return { _tag: "Rows", bars: bars.value, spans: job.spans }
  const spans = await attempt(() => source.provenance(symbol, timeframe, range))
  return spans._tag === "Failed"
    ? unreadable(stored, spans.issue)
    : { _tag: "Rows", bars: bars.value, spans: spans.value }
}

const unreadable = (stored: StoredYear, issue: Error): YearRows => ({
  _tag: "Unreadable",
  issue: issue.message,
  path: pathOf(issue).path ?? stored.path,
})

const issueOf = (step: Attempt<unknown>): Error | undefined => (step._tag === "Failed" ? step.issue : undefined)

const pathOf = (error: Error): { readonly path?: string } =>
  "path" in error && typeof error.path === "string" ? { path: error.path } : {}
