import { type EntryDescription, hasSessions, type Timeframe, timeframes } from "@barkeep/market-data"
import { attempt } from "./attempt.ts"
import { type CrossChecker, crossChecker } from "./cross-checker.ts"
import type { EntryOptions } from "./entry-job.ts"
import type { Finding } from "./finding.ts"
import { knownSplits, withSplits } from "./known-splits.ts"
import { orderRows } from "./order-rows.ts"
import { type Checkable, planChecks, type PlannedCheck } from "./plan-checks.ts"
import { mainProvider } from "./provenance-findings.ts"
import { rememberingSource } from "./remembering-source.ts"
import { isCheckFinding, withCheckFindings } from "./check-findings.ts"
import type { EntryReport } from "./store-report.ts"
import { entrySteps, findUnchanged } from "./entry-steps.ts"
import type { StoredEntry, ValidationSource } from "./validation-source.ts"

/** What judging a symbol needs besides its source; plain data but for the signal and the callback. */
export interface SymbolOptions extends Omit<EntryOptions, "previous" | "onYear" | "onRows"> {
  /** The symbol's reports of an earlier validation with the same rules and settings. */
  readonly previous?: ReadonlyArray<EntryReport>
  readonly onYear?: (year: {
    readonly timeframe: Timeframe
    readonly year: number
    readonly rows: number
    readonly reused: boolean
  }) => void
}

/**
 * Judges the entries of one symbol side by side, year after year, the finest first, and holds each against the next
 * finer one. In the memory of one year of each. The result, in the order of the entries, is plain data: it can be made
 * on a worker thread and sent over. Outages that only other symbols show are not in it yet; `validateStore` adds them.
 * @throws the signal's reason when aborted, and what the source rejects with that is no typed error
 */
export const validateSymbol = async (
  original: ValidationSource,
  entries: ReadonlyArray<StoredEntry>,
  options: SymbolOptions = {},
): Promise<ReadonlyArray<EntryReport>> => {
  const { previous = [], onYear, ...facts } = options
  const source = rememberingSource(original)
  const { checkable, splits } = await introduceSymbol(source, entries)
  const checks = planChecks(checkable)
  const checker = crossChecker({
    checks,
    maxPlaces: options.maxPlaces ?? 20,
    ...(options.calendarAdditions && { additions: options.calendarAdditions }),
  })
  const events = withSplits(options.events, splits)
  const read = new Set<string>()
  const steps = finestFirst(entries).map((entry) => {
    const { timeframe } = entry
    const before = previous.find((report) => report.timeframe === timeframe)
    return entrySteps(source, entry, {
      ...facts,
      ...(events && { events }),
      ...(before && { previous: before }),
      onRows: (year, bars) => {
        read.add(`${timeframe} ${year}`)
        checker.offer(timeframe, year, bars)
      },
      onYear: (year) => onYear?.({ timeframe, ...year }),
    })
  })
  const reports = new Map<Timeframe, EntryReport>()
  for (const report of await sideBySide(steps)) {
    const isNew = !previous.includes(report) && splits.length > 0
    reports.set(report.timeframe, isNew ? { ...report, splits } : report)
  }
  for (const check of checks) {
    const report = await checked(source, check, reports, read, checker, options.signal)
    if (report !== undefined) reports.set(check.coarse, report)
  }
  return entries.map(({ timeframe }) => {
    const report = reports.get(timeframe) as EntryReport
    return checks.some((check) => check.coarse === timeframe) ? report : withCheckFindings(report, new Map())
  })
}

/** The earlier reports, when all are still those of the same files and facts; nothing needs to be read then. */
export const findUnchangedSymbol = (
  entries: ReadonlyArray<StoredEntry>,
  options: SymbolOptions,
): ReadonlyArray<EntryReport> | undefined => {
  const reports: Array<EntryReport> = []
  for (const entry of entries) {
    const previous = options.previous?.find((report) => report.timeframe === entry.timeframe)
    if (previous === undefined) return undefined
    const events = withSplits(options.events, previous.splits ?? [])
    const { listing } = options
    if (
      findUnchanged(entry, { previous, ...(listing && { listing }), ...(events && { events }) }) === undefined
    )
      return undefined
    reports.push(previous)
  }
  for (const { timeframe, years } of reports)
    for (const { year, rows } of years) options.onYear?.({ timeframe, year, rows, reused: true })
  return reports
}

/**
 * Takes all through the same years together: the one whose next year is the earliest goes on, of equals the first. So
 * what is made of finer bars is needed no longer than for one year.
 */
const sideBySide = async (
  all: ReadonlyArray<AsyncGenerator<number, EntryReport, undefined>>,
): Promise<ReadonlyArray<EntryReport>> => {
  const reports: Array<EntryReport> = []
  const waiting: Array<{ readonly steps: (typeof all)[number]; readonly year: number }> = all.map(
    (steps) => ({
      steps,
      year: Number.NEGATIVE_INFINITY,
    }),
  )
  while (waiting.length > 0) {
    const year = Math.min(...waiting.map((each) => each.year))
    const index = waiting.findIndex((each) => each.year === year)
    const { steps } = waiting[index] as (typeof waiting)[number]
    const step = await steps.next()
    if (step.done === true) {
      reports.push(step.value)
      waiting.splice(index, 1)
    } else waiting[index] = { steps, year: step.value }
  }
  return reports
}

const finestFirst = (entries: ReadonlyArray<StoredEntry>): ReadonlyArray<StoredEntry> =>
  entries.toSorted((a, b) => timeframes.indexOf(a.timeframe) - timeframes.indexOf(b.timeframe))

interface SymbolFacts {
  readonly checkable: ReadonlyArray<Checkable>
  readonly splits: NonNullable<EntryReport["splits"]>
}

/** What the entries are, and the splits that any of them was told of. What cannot be read is a finding later. */
const introduceSymbol = async (
  source: ValidationSource,
  entries: ReadonlyArray<StoredEntry>,
): Promise<SymbolFacts> => {
  const checkable: Array<Checkable> = []
  const splits: Array<SymbolFacts["splits"][number]> = []
  for (const { symbol, timeframe } of entries) {
    const described = await attempt(() => source.describe(symbol, timeframe))
    const description = described._tag === "Done" ? described.value : undefined
    if (description === undefined) continue
    const found = await attempt(() => source.provenance(symbol, timeframe))
    const spans = found._tag === "Done" ? found.value : []
    checkable.push({ ...pick(description), provider: mainProvider(spans) })
    const { instrument } = description
    if (hasSessions(instrument)) splits.push(...knownSplits(spans, instrument.timeZone))
  }
  return { checkable, splits: withSplits(undefined, splits)?.splits ?? [] }
}

const pick = ({ instrument, timeframe, adjustment, anchor }: EntryDescription): EntryDescription => ({
  instrument,
  timeframe,
  adjustment,
  ...(anchor && { anchor }),
})

/** The report of the coarser entry with what its years and the finer ones say differently. */
const checked = async (
  source: ValidationSource,
  check: PlannedCheck,
  reports: ReadonlyMap<Timeframe, EntryReport>,
  read: ReadonlySet<string>,
  checker: CrossChecker,
  signal: AbortSignal | undefined,
): Promise<EntryReport | undefined> => {
  const report = reports.get(check.coarse)
  if (report === undefined) return undefined
  const finerYears = new Set(
    reports
      .get(check.fine)
      ?.years.filter(hasRows)
      .map(({ year }) => year),
  )
  const findings = new Map<number, ReadonlyArray<Finding>>()
  for (const year of report.years.filter(hasRows)) {
    signal?.throwIfAborted()
    if (!finerYears.has(year.year)) continue
    const isOld = !read.has(`${check.coarse} ${year.year}`) && !read.has(`${check.fine} ${year.year}`)
    if (checker.findingsOf(check, year.year) === undefined && !isOld) {
      await offerAgain(source, report.symbol, check.fine, year.year, checker)
      await offerAgain(source, report.symbol, check.coarse, year.year, checker)
    }
    findings.set(
      year.year,
      isOld ? year.findings.filter(isCheckFinding) : (checker.findingsOf(check, year.year) ?? []),
    )
  }
  return withCheckFindings(report, findings)
}

const hasRows = (year: EntryReport["years"][number]): boolean =>
  year.path !== undefined && year.status !== "error"

/** A year whose rows cannot be read any more says nothing here; the next validation finds it damaged. */
const offerAgain = async (
  source: ValidationSource,
  symbol: string,
  timeframe: Timeframe,
  year: number,
  checker: CrossChecker,
): Promise<void> => {
  const { readYear } = source
  if (readYear === undefined) return
  const file = await attempt(() => readYear(symbol, timeframe, year))
  if (file._tag === "Failed") return
  checker.offer(timeframe, year, orderRows(file.value.bars).bars)
  source.release?.(file.value.bars)
}
