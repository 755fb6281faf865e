import {
  type Anchor,
  barEnd,
  type EntryDescription,
  type EpochMillis,
  hasSessions,
  nominalMillis,
  type ProvenanceSpan,
  zoneOfDays,
} from "@barkeep/market-data"
import { assemble, emptyEntry } from "./assemble-entry.ts"
import { type EntryFacts, explanationsOf, toScanContext, unexplainedText } from "./entry-facts.ts"
import type { EntryOptions, Job } from "./entry-job.ts"
import { type ExpectedTimes, expectedTimes, inferAnchor } from "./expected-times.ts"
import { explainRun } from "./explain-gaps.ts"
import type { Gap, MissingRun } from "./gap.ts"
import { judgedFrom, judgedTo } from "./judged-range.ts"
import { yearOf, yearRange } from "./local-time.ts"
import { lastFetch, mainProvider } from "./provenance-findings.ts"
import { type YearReader, yearReader } from "./read-year.ts"
import { type Reusable, reusableYears } from "./reuse-report.ts"
import { startCarry } from "./carry.ts"
import { rowsRange, scanYear, type YearRows } from "./scan-years.ts"
import type { EntryReport, YearReport } from "./store-report.ts"
import type { StoredYear } from "./validation-source.ts"
import { venueFacts } from "./venue-facts.ts"

/**
 * Scans the years of an entry that have changed, one after another, and explains what is absent. Stops before each
 * year and says which it is, so that several entries can be judged side by side; returns the report.
 */
export async function* judgeEntry(job: Job): AsyncGenerator<number, EntryReport, undefined> {
  const { entry, options, description } = job
  const { instrument, timeframe } = description
  const [first] = entry.years
  const last = entry.years.at(-1)
  if (first === undefined || last === undefined) return emptyEntry(entry, description, job.findings)
  const timeZone = zoneOfDays(instrument)
  const endOf = (openTime: EpochMillis): EpochMillis => barEnd(timeframe, openTime, timeZone)
  const reader = yearReader(job, timeZone)
  const { reusable, from, anchor, venue, times, facts } = await introduce(job, first, last, reader, endOf)
  const context = toScanContext(facts, timeZone, options.maxPlaces ?? 20)
  const files = new Map(entry.years.map((stored) => [stored.year, stored]))
  const years: Array<YearReport> = [...(reusable?.years ?? [])]
  const runs: Array<MissingRun> = [...(reusable?.runs ?? [])]
  for (const { year, rows } of years) options.onYear?.({ year, rows, reused: true })
  let carry = years.at(-1)?.carry ?? startCarry
  let to = Number.POSITIVE_INFINITY
  let rowsEnd: EpochMillis | undefined
  for (let year = reusable?.nextYear ?? yearOf(from, timeZone); ; year += 1) {
    yield year
    options.signal?.throwIfAborted()
    const { stored, rows } = await reader.take(files.get(year))
    rowsEnd = rowsRange(rows, endOf)?.to ?? rowsEnd
    if (year === last.year) to = endOfJudging(job, spansOf(rows), timeZone, rowsEnd, last.year)
    const range = yearRange(year, timeZone)
    const judged = { from: Math.max(range.from, from), to: Math.max(from, Math.min(range.to, to)) }
    const isLast = year >= last.year && range.to >= to
    const scanned = scanYear({ year, stored, judged, rows, isLast, carry }, times, context)
    years.push(scanned.report)
    runs.push(...scanned.runs)
    carry = scanned.report.carry
    if (rows._tag === "Rows") {
      options.onRows?.(year, rows.ordered.bars)
      if (stored !== undefined) job.source.release?.(rows.ordered.bars)
    }
    options.onYear?.({ year, rows: scanned.report.rows, reused: false })
    if (isLast) break
  }
  const gaps = explain(runs, facts, times, endOf)
  return assemble(job, { anchor, venue, judged: { from, to }, years, gaps, times, timeZone })
}

/** What is known of an entry before its years are judged. */
interface Introduction {
  /** What an earlier report says of its first years, when it still holds. */
  readonly reusable: Reusable | undefined
  readonly from: EpochMillis
  readonly anchor: Anchor
  readonly venue: string | undefined
  readonly times: ExpectedTimes
  readonly facts: EntryFacts
}

const introduce = async (
  job: Job,
  first: StoredYear,
  last: StoredYear,
  reader: YearReader,
  endOf: (openTime: EpochMillis) => EpochMillis,
): Promise<Introduction> => {
  const { entry, options, description, coverage } = job
  const { instrument, timeframe, adjustment } = description
  const timeZone = zoneOfDays(instrument)
  const found = reusableYears(options.previous, entry, description)
  const firstRows = found === undefined ? await reader.peek(first) : undefined
  const firstOpenTime =
    found?.firstOpenTime ?? (firstRows === undefined ? undefined : rowsRange(firstRows, endOf)?.from)
  const from = judgedFrom(first.year, timeZone, coverage, firstOpenTime)
  const anchor = found?.anchor ?? anchorOf(description, firstRows, options)
  const times = expectedTimes(instrument, timeframe, anchor, options.calendarAdditions)
  const venue = venueOf(job, firstRows)
  const facts: EntryFacts = {
    ...options.listing,
    instrument,
    timeframe,
    adjustment,
    coverage,
    ...venueFacts(venue),
    halts: times.halts({ from, to: Math.max(from, yearRange(last.year, timeZone).to) }),
    ...(options.events === undefined ? {} : { events: options.events }),
    ...(firstOpenTime === undefined ? {} : { firstOpenTime }),
  }
  return { reusable: found?.from === from ? found : undefined, from, anchor, venue, times, facts }
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
  (rows?._tag === "Rows"
    ? inferAnchor(instrument, timeframe, rows.ordered.bars, calendarAdditions)
    : "session")

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
