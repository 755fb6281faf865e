import { barCount, type EpochMillis } from "@barkeep/market-data"
import type { ProviderError } from "@barkeep/provider-kit"
import type { CalendarAdditions } from "@barkeep/trading-calendar"
import type { Gap } from "@barkeep/validation"
import { askDonor, type Asked } from "./ask-donor.ts"
import { deriveRows } from "./derive-rows.ts"
import { describeEntry } from "./describe-entry.ts"
import type { AbsentDonor, Donor } from "./donor.ts"
import { donorRows } from "./donor-rows.ts"
import type { FillEvent } from "./fill-event.ts"
import type { AnswerJournal, DonorAnswer, FillRequest, FillStore } from "./fill-store.ts"
import { type FilledEntry, type GapTask, isDone, withAttempt } from "./gap-task.ts"
import { groupWindows, type WindowGroup } from "./group-windows.ts"
import { concernsEntry, concernsVendor, findRefusal, planCalls, reasonOf } from "./judge-donor.ts"
import { freshAnswers, unanswered } from "./remembered.ts"
import { openGaps } from "./open-gaps.ts"
import { type Attempt, type GapResult, toOutcome } from "./outcome.ts"
import { leftResults, type SelectedEntry } from "./select-gaps.ts"

/** What filling the entries of one run shares. */
export interface FillContext {
  readonly store: FillStore
  readonly journal: AnswerJournal
  readonly donors: ReadonlyArray<Donor>
  readonly absentDonors: ReadonlyArray<AbsentDonor>
  readonly now: () => EpochMillis
  readonly reaskMillis: number
  readonly calendarAdditions: (market: string) => CalendarAdditions | undefined
  readonly newFillId: (symbol: string, timeframe: string) => string
  readonly onEvent: (event: FillEvent) => void
  /** Calls that the run may still make. */
  readonly budget: { left: number }
  /** Donors that are not to be asked any more, by id, with what they said. */
  readonly stopped: Map<string, ProviderError>
  readonly signal?: AbortSignal
}

/** Fills the gaps of one entry: from its own finer bars, then from donor after donor. Returns every gap's result. */
export const fillEntry = async (
  selected: SelectedEntry,
  context: FillContext,
): Promise<ReadonlyArray<GapResult>> => {
  const filled = selected.gaps.length === 0 ? [] : await fillGapsOf(selected, context)
  return [...leftResults(selected), ...filled].toSorted((a, b) => a.gap.start - b.gap.start)
}

const fillGapsOf = async (
  { report, gaps }: SelectedEntry,
  context: FillContext,
): Promise<ReadonlyArray<GapResult>> => {
  const { symbol, timeframe } = report
  const { store, onEvent } = context
  const entry = await describeEntry(store, report)
  if (entry === undefined) return []
  const additions = context.calendarAdditions(entry.instrument.market)
  const run = { entry, context, fillId: context.newFillId(symbol, timeframe), committed: new Set<Gap>() }
  onEvent({ _tag: "EntryStarted", symbol, timeframe, gaps: gaps.length })
  let tasks = await openGaps(store, entry, gaps, additions)
  const derived: Array<GapTask> = []
  for (const task of tasks) {
    context.signal?.throwIfAborted()
    const made = isDone(task) ? { task, rows: [] } : await deriveRows(store, entry, task, additions)
    await commit(run, made.rows, [task.gap])
    derived.push(made.task)
  }
  tasks = derived
  for (const donor of context.donors) tasks = await fillFrom(donor, run, tasks)
  const results = tasks.map((task): GapResult => {
    const attempts = [...task.attempts, ...absentFor(context, entry, task)]
    const { gap } = task
    return {
      symbol,
      timeframe,
      gap,
      outcome: isDone(task)
        ? { _tag: "Filled", rows: attempts.reduce((sum, { rows }) => sum + rows, 0) }
        : toOutcome(gap.missingBars, attempts),
      attempts,
      ...(run.committed.has(gap) ? { fillId: run.fillId } : {}),
    }
  })
  onEvent({ _tag: "EntryFinished", symbol, timeframe, results })
  return results
}

interface EntryRun {
  readonly entry: FilledEntry
  readonly context: FillContext
  readonly fillId: string
  /** Gaps that got rows. */
  readonly committed: Set<Gap>
}

const absentFor = (
  { absentDonors }: FillContext,
  { instrument }: FilledEntry,
  task: GapTask,
): ReadonlyArray<Attempt> =>
  isDone(task)
    ? []
    : absentDonors
        .filter(({ assetClasses }) => assetClasses.includes(instrument.assetClass))
        .map(({ id, reason, text }) => ({ donor: id, reason, text, rows: 0 }))

const fillFrom = async (
  donor: Donor,
  run: EntryRun,
  tasks: ReadonlyArray<GapTask>,
): Promise<ReadonlyArray<GapTask>> => {
  const { entry, context } = run
  const { symbol } = entry.instrument
  const coverage = await context.store.coverage(symbol, entry.timeframe)
  const question = { donor, entry, coverage, now: context.now(), reaskMillis: context.reaskMillis }
  const judged = tasks.map((task) => {
    const refusal = isDone(task) ? undefined : findRefusal(question, task)
    return {
      task: refusal === undefined ? task : withAttempt(task, refusal),
      asks: !isDone(task) && refusal === undefined,
    }
  })
  const result = new Map<Gap, GapTask>(judged.map(({ task }) => [task.gap, task]))
  const remembered = await context.journal.answers(symbol, entry.timeframe)
  const answers: Array<DonorAnswer> = [...freshAnswers(donor, remembered, context)]
  let refusal: ProviderError | undefined
  for (const group of groupsOf(
    donor,
    entry,
    judged.flatMap(({ task, asks }) => (asks ? [task] : [])),
  )) {
    context.signal?.throwIfAborted()
    const asked = await askGroup(donor, run, group, answers, refusal)
    answers.splice(0, answers.length, ...asked.answers)
    if (asked.error !== undefined && concernsEntry(asked.error)) refusal = asked.error
    const rows: Array<FillRequest["rows"][number]> = []
    for (const task of group.tasks) {
      const failure = failureOf(donor, asked, task, context)
      const made =
        failure === undefined
          ? donorRows(donor, entry, task, answers)
          : { task: withAttempt(task, failure), rows: [] }
      result.set(task.gap, made.task)
      rows.push(...made.rows)
      if (made.rows.length > 0) run.committed.add(task.gap)
    }
    await commit(run, rows, [])
  }
  return tasks.map(({ gap }) => result.get(gap) as GapTask)
}

/** Gaps that one question to the donor is about. */
export const groupsOf = (
  donor: Donor,
  entry: FilledEntry,
  tasks: ReadonlyArray<GapTask>,
): ReadonlyArray<WindowGroup<GapTask>> =>
  groupWindows(
    tasks.toSorted((a, b) => a.window.from - b.window.from),
    (range) => {
      const planned = planCalls(donor, entry, range)
      return "calls" in planned ? planned.calls.length : Number.POSITIVE_INFINITY
    },
  )

const askGroup = async (
  donor: Donor,
  { entry, context }: EntryRun,
  { range }: WindowGroup<GapTask>,
  known: ReadonlyArray<DonorAnswer>,
  refusal: ProviderError | undefined,
): Promise<Asked> => {
  const stop = refusal ?? context.stopped.get(donor.id)
  const asked =
    stop !== undefined
      ? { answers: known, calls: 0, error: stop }
      : await askDonor(donor, entry, range, known, {
          journal: context.journal,
          now: context.now,
          callsLeft: () => context.budget.left,
          onAnswer: ({ bars, range: part }) =>
            context.onEvent({
              _tag: "Answered",
              symbol: entry.instrument.symbol,
              timeframe: entry.timeframe,
              donor: donor.id,
              range: part,
              rows: barCount(bars),
            }),
          ...(context.signal === undefined ? {} : { signal: context.signal }),
        })
  context.budget.left -= asked.calls
  if (asked.error !== undefined && concernsVendor(asked.error)) context.stopped.set(donor.id, asked.error)
  return asked
}

/** Why the donor has not answered for a gap; `undefined` when it has, whatever went wrong elsewhere. */
const failureOf = (donor: Donor, asked: Asked, task: GapTask, context: FillContext): Attempt | undefined => {
  if (unanswered(task.window, asked.answers).length === 0) return undefined
  if (asked.overBudget === true)
    return { donor: donor.id, reason: "budget", text: "the budget of calls is used up", rows: 0 }
  if (asked.error === undefined) return undefined
  const { reason } = asked.error
  context.onEvent({ _tag: "DonorFailed", donor: donor.id, error: asked.error })
  return {
    donor: donor.id,
    reason: reasonOf(asked.error),
    text: asked.error.message,
    rows: 0,
    ...(reason._tag === "QuotaExhausted" && reason.resetsAt !== undefined
      ? { retryAt: reason.resetsAt }
      : {}),
    ...(reason._tag === "RateLimited" ? { retryAt: reason.retryAt } : {}),
    ...(reason._tag === "Banned" ? { retryAt: reason.until } : {}),
  }
}

const commit = async (
  { entry, context, fillId, committed }: EntryRun,
  rows: FillRequest["rows"],
  gaps: ReadonlyArray<Gap>,
): Promise<void> => {
  if (rows.length === 0) return
  const { symbol } = entry.instrument
  const { timeframe } = entry
  const request: FillRequest = { fillId, symbol, timeframe, rows }
  // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- the store is no array
  const { rowsAdded } = await context.store.fill(request)
  for (const gap of gaps) committed.add(gap)
  context.onEvent({ _tag: "Committed", symbol, timeframe, fillId, rows: rowsAdded })
}
