import { type EpochMillis, InvalidInput } from "@barkeep/market-data"
import { type CallOptions, type Clock, systemClock } from "@barkeep/provider-kit"
import type { CalendarAdditions } from "@barkeep/trading-calendar"
import type { StoredEntry, StoreReport } from "@barkeep/validation"
import { checkFresh } from "./check-fresh.ts"
import type { AbsentDonor, Donor } from "./donor.ts"
import { type FillContext, fillEntry } from "./fill-entry.ts"
import type { FillEvent } from "./fill-event.ts"
import { makeFillId } from "./fill-id.ts"
import type { AnswerJournal, FillStore } from "./fill-store.ts"
import { type GapResult, mayFillLater } from "./outcome.ts"
import { type FillPlan, planEntry, planTotals } from "./plan-fills.ts"
import { type GapFilter, selectEntries, selectGaps } from "./select-gaps.ts"

export interface FillGapsOptions extends CallOptions, GapFilter {
  readonly store: FillStore
  /** The report whose gaps are filled. */
  readonly report: StoreReport
  /** The files as they are stored now; a report of others is refused. */
  readonly entries: ReadonlyArray<StoredEntry>
  /** Whom to ask, the best first. */
  readonly donors: ReadonlyArray<Donor>
  /** Who cannot be asked here, for the reasons that are reported. */
  readonly absentDonors?: ReadonlyArray<AbsentDonor>
  readonly journal: AnswerJournal
  /** The most calls this run may make. @default no limit but the vendors' */
  readonly budget?: number
  /** How long an answer counts before its vendor is asked again, in milliseconds. @default 7 days */
  readonly reaskMillis?: number
  /** Closures and early closes that the calendars do not know, by market. */
  readonly calendarAdditions?: { readonly [market: string]: CalendarAdditions }
  /** @default the system's clock */
  readonly clock?: Clock
  readonly onEvent?: (event: FillEvent) => void
}

/** What became of every gap that was looked at. */
export interface FillReport {
  /** By entry, then by time. */
  readonly results: ReadonlyArray<GapResult>
  readonly rowsAdded: number
  readonly filled: number
  readonly partlyFilled: number
  readonly notFillable: number
  /** Gaps that another run may fill without anybody changing anything: a quota, a budget, a vendor that was down. */
  readonly mayFillLater: number
  /** The fills that were made, to be undone by. */
  readonly fillIds: ReadonlyArray<string>
}

/**
 * Fills the gaps of a validation report: from complete finer bars of the store, else from donors whose bars agree with
 * the entry's on both sides of the gap. Only missing rows are written. What a donor answered is remembered, so that a
 * run that was killed or stopped by a quota goes on where it was.
 * @throws {StaleReport} when a file of the selected entries is not the one that the report is about
 * @throws {InvalidInput} for a budget or length that is no number of them
 * @throws what the store or the journal fails with; the signal's reason when aborted, committed rows stay
 */
export const fillGaps = async (options: FillGapsOptions): Promise<FillReport> => {
  const context = prepare(options)
  const results: Array<GapResult> = []
  for (const report of selected(options)) {
    options.signal?.throwIfAborted()
    results.push(...(await fillEntry(selectGaps(report, options), context)))
  }
  await context.journal.forget(context.now() - context.reaskMillis)
  return toReport(results)
}

/**
 * What `fillGaps` would do and what it costs; asks nobody, writes nothing.
 * @throws like `fillGaps`
 */
export const planFillGaps = async (options: FillGapsOptions): Promise<FillPlan> => {
  const context = prepare(options)
  const plans = []
  for (const report of selected(options)) plans.push(await planEntry(selectGaps(report, options), context))
  const questions = plans.flatMap((plan) => plan.questions)
  return {
    derived: plans.flatMap((plan) => plan.derived),
    questions,
    notFillable: plans.flatMap((plan) => plan.notFillable),
    totals: planTotals(questions, options.donors),
  }
}

/** How long an answer counts when nothing else is said. */
export const defaultReaskMillis = 7 * 86_400_000

const selected = (options: FillGapsOptions) => {
  const reports = selectEntries(options.report.entries, options)
  checkFresh(reports, options.entries)
  return reports
}

const prepare = (options: FillGapsOptions): FillContext => {
  const { store, journal, donors, absentDonors = [], clock = systemClock, budget, signal } = options
  check("budget", budget, "a whole number of calls", (value) => Number.isInteger(value) && value >= 0)
  check("maxGapHours", options.maxGapHours, "a number of hours above 0", (value) => value > 0)
  const now = (): EpochMillis => clock.now()
  return {
    store,
    journal,
    donors,
    absentDonors,
    now,
    reaskMillis: options.reaskMillis ?? defaultReaskMillis,
    calendarAdditions: (market) => options.calendarAdditions?.[market],
    newFillId: (symbol, timeframe) => makeFillId(now(), symbol, timeframe),
    onEvent: options.onEvent ?? (() => {}),
    budget: { left: budget ?? Number.POSITIVE_INFINITY },
    stopped: new Map(),
    ...(signal === undefined ? {} : { signal }),
  }
}

const check = (
  field: string,
  value: number | undefined,
  expected: string,
  isFine: (value: number) => boolean,
): void => {
  if (value !== undefined && !isFine(value)) throw new InvalidInput({ field, value, expected })
}

const toReport = (results: ReadonlyArray<GapResult>): FillReport => {
  const count = (tag: GapResult["outcome"]["_tag"]): number =>
    results.filter(({ outcome }) => outcome._tag === tag).length
  return {
    results,
    rowsAdded: results.reduce(
      (sum, { attempts }) => sum + attempts.reduce((rows, attempt) => rows + attempt.rows, 0),
      0,
    ),
    filled: count("Filled"),
    partlyFilled: count("PartlyFilled"),
    notFillable: count("NotFillable"),
    mayFillLater: results.filter(mayFillLater).length,
    fillIds: [...new Set(results.flatMap(({ fillId }) => (fillId === undefined ? [] : [fillId])))],
  }
}
