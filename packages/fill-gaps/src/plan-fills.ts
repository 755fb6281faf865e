import type { Timeframe, TimeRange } from "@barkeep/market-data"
import { type BarProvider, type BudgetTotal, budgetTotals, type PlannedCall } from "@barkeep/provider-kit"
import type { Gap } from "@barkeep/validation"
import { deriveRows } from "./derive-rows.ts"
import { describeEntry } from "./describe-entry.ts"
import { type FillContext, groupsOf } from "./fill-entry.ts"
import { type GapTask, isDone, withAttempt } from "./gap-task.ts"
import { findRefusal, planCalls } from "./judge-donor.ts"
import { openGaps } from "./open-gaps.ts"
import { type GapResult, toOutcome } from "./outcome.ts"
import { freshAnswers, unanswered } from "./remembered.ts"
import { leftResults, type SelectedEntry } from "./select-gaps.ts"

/** One question that a run would put to a donor. */
export interface PlannedQuestion {
  readonly symbol: string
  readonly timeframe: Timeframe
  readonly donor: string
  readonly range: TimeRange
  readonly gaps: ReadonlyArray<Gap>
  /** What is not remembered from earlier runs, in order. */
  readonly calls: ReadonlyArray<PlannedCall>
}

/**
 * What a run would do: which gaps it would make from finer bars, whom it would ask about the others first, and which
 * nobody is asked about. A donor that refuses or has the same hole makes the run ask the next one, which may cost more.
 */
export interface FillPlan {
  readonly derived: ReadonlyArray<{
    readonly symbol: string
    readonly timeframe: Timeframe
    readonly gap: Gap
    readonly rows: number
  }>
  readonly questions: ReadonlyArray<PlannedQuestion>
  readonly notFillable: ReadonlyArray<GapResult>
  readonly totals: ReadonlyArray<BudgetTotal>
}

/** Plans one entry; reads the store and the journal, asks nobody, writes nothing. */
export const planEntry = async (
  selected: SelectedEntry,
  context: FillContext,
): Promise<Omit<FillPlan, "totals">> => {
  const { report, gaps } = selected
  const { symbol, timeframe } = report
  const notFillable: Array<GapResult> = [...leftResults(selected)]
  const derived: Array<FillPlan["derived"][number]> = []
  const questions: Array<PlannedQuestion> = []
  const entry = gaps.length === 0 ? undefined : await describeEntry(context.store, report)
  if (entry === undefined) return { derived, questions, notFillable }
  const additions = context.calendarAdditions(entry.instrument.market)
  let tasks: ReadonlyArray<GapTask> = []
  for (const task of await openGaps(context.store, entry, gaps, additions)) {
    const made = await deriveRows(context.store, entry, task, additions)
    const rows = task.missing.length - made.task.missing.length
    if (rows > 0) derived.push({ symbol, timeframe, gap: task.gap, rows })
    tasks = isDone(made.task) ? tasks : [...tasks, made.task]
  }
  const coverage = await context.store.coverage(symbol, timeframe)
  const remembered = await context.journal.answers(symbol, timeframe)
  for (const donor of context.donors) {
    const question = { donor, entry, coverage, now: context.now(), reaskMillis: context.reaskMillis }
    const judged = tasks.map((task) => ({ task, refusal: findRefusal(question, task) }))
    const known = freshAnswers(donor, remembered, context)
    const asked = judged.flatMap(({ task, refusal }) => (refusal === undefined ? [task] : []))
    for (const { range, tasks: members } of groupsOf(donor, entry, asked))
      questions.push({
        symbol,
        timeframe,
        donor: donor.id,
        range,
        gaps: members.map(({ gap }) => gap),
        calls: unanswered(range, known).flatMap((part) => {
          const planned = planCalls(donor, entry, part)
          return "calls" in planned ? planned.calls : []
        }),
      })
    tasks = judged.flatMap(({ task, refusal }) => (refusal === undefined ? [] : [withAttempt(task, refusal)]))
  }
  for (const { gap, attempts } of tasks)
    notFillable.push({ symbol, timeframe, gap, outcome: toOutcome(gap.missingBars, attempts), attempts })
  return { derived, questions, notFillable }
}

/** Sums planned calls by provider and budget. */
export const planTotals = (
  questions: ReadonlyArray<PlannedQuestion>,
  providers: ReadonlyArray<{ readonly id: string; readonly provider: BarProvider }>,
): ReadonlyArray<BudgetTotal> =>
  providers.flatMap(({ id, provider: { capabilities } }) => {
    const calls = questions.filter(({ donor }) => donor === id).flatMap((question) => question.calls)
    return calls.length === 0 ? [] : budgetTotals({ id, capabilities }, calls)
  })
