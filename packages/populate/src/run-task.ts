import {
  type BarPage,
  type BarStore,
  emptyBars,
  type EpochMillis,
  intersectRanges,
  missingRanges,
  normalizeRanges,
  type PutResult,
  type TimeRange,
} from "@barkeep/market-data"
import type { BarProvider, CallOptions, Clock } from "@barkeep/provider-kit"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { type Batch, type BatchLimits, toBatches } from "./batches.ts"
import { entryOf } from "./entry-of.ts"
import { allowsFallback, fitsEntry } from "./fallback.ts"
import { beyondReach, planTask, readNeeds, type TaskNeeds, type TaskPlan } from "./plan.ts"
import { markAbsences } from "./mark-absences.ts"
import { type PortFailure, toPortFailure } from "./port-failure.ts"
import type { PopulateEvent, PopulateTask, TaskOutcome } from "./populate-task.ts"
import { refetchWhole } from "./refetch-whole.ts"
import { restatementFactor } from "./restatement.ts"
import { settleAbsences } from "./settle-absences.ts"
import { unusableRanges } from "./unusable-ranges.ts"

/** What running a task needs besides the task. */
export interface TaskContext {
  readonly store: BarStore
  readonly clock: Clock
  readonly limits: BatchLimits
  readonly onEvent: (event: PopulateEvent) => void
  /** Why a provider is not to be asked any more, by its id. */
  readonly refusals: Map<string, Error>
  readonly signal?: AbortSignal
}

/** What has been done so far; shared by the providers that are tried one after another. */
interface Tally {
  rowsAdded: number
  rowsReplaced: number
  rowsDiffering: number
  pages: number
  /** Open times of answered bars without usable values. */
  unusable: Array<EpochMillis>
  doubtful: Array<TimeRange>
}

/** What is stored of an answered page. */
type Marking = (page: BarPage) => ReadonlyArray<BarPage>

/**
 * Fetches what the task misses, batch by batch, from its provider or else its fallbacks. Never fails: an error becomes
 * a `Failed` outcome, after everything that was answered before it has been committed.
 */
export const runTask = (task: PopulateTask, context: TaskContext): Effect.Effect<TaskOutcome> => {
  const tally: Tally = {
    rowsAdded: 0,
    rowsReplaced: 0,
    rowsDiffering: 0,
    pages: 0,
    unusable: [],
    doubtful: [],
  }
  return tryProviders(task, task.fallbacks ?? [], undefined, context, tally).pipe(
    Effect.catch((failure) => failedOutcome(task, context, tally, failure)),
    Effect.tap((outcome) => Effect.sync(() => context.onEvent({ _tag: "TaskFinished", task, outcome }))),
  )
}

const tryProviders = (
  task: PopulateTask,
  fallbacks: ReadonlyArray<BarProvider>,
  previous: { readonly provider: string; readonly error: Error } | undefined,
  context: TaskContext,
  tally: Tally,
): Effect.Effect<TaskOutcome, PortFailure> =>
  runWithProvider(task, previous, context, tally).pipe(
    Effect.catch((failure) => fallBack(task, fallbacks, failure, context, tally)),
  )

const fallBack = Effect.fnUntraced(function* (
  task: PopulateTask,
  fallbacks: ReadonlyArray<BarProvider>,
  failure: PortFailure,
  context: TaskContext,
  tally: Tally,
) {
  if (!allowsFallback(failure.error)) return yield* Effect.fail(failure)
  const entry = yield* attempt(() => context.store.describe(task.instrument.symbol, task.timeframe))
  const next = fallbacks.find((provider) => fitsEntry(entry, provider))
  if (next === undefined) return yield* Effect.fail(failure)
  const previous = { provider: task.provider.id, error: failure.error }
  context.onEvent({ _tag: "FellBack", task, from: previous.provider, to: next.id, error: failure.error })
  const rest = fallbacks.slice(fallbacks.indexOf(next) + 1)
  return yield* tryProviders({ ...task, provider: next }, rest, previous, context, tally).pipe(
    // The first refusal says most about what would help; a later one is in the events.
    Effect.mapError((later) => (allowsFallback(later.error) ? failure : later)),
  )
})

const runWithProvider = Effect.fnUntraced(function* (
  task: PopulateTask,
  previous: { readonly provider: string; readonly error: Error } | undefined,
  context: TaskContext,
  tally: Tally,
) {
  const options: CallOptions = context.signal === undefined ? {} : { signal: context.signal }
  const needs = yield* attempt(() => readNeeds(task, context.store, context.clock))
  const refusal = context.refusals.get(task.provider.id)
  if (needs.unanswered.length > 0 && refusal !== undefined) return yield* Effect.fail(toPortFailure(refusal))
  const plan = yield* attempt(() => planTask(task, needs, context.store, context.clock, options))
  context.onEvent({ _tag: "TaskPlanned", task, missing: plan.missing })
  const marked = previous === undefined ? (page: BarPage) => page : markFallback(previous)
  const mark: Marking = (page) => {
    const judged = settleAbsences(markAbsences(marked(page), task), needs.coverage, context.clock.now())
    tally.doubtful.push(...judged.doubtful)
    return judged.pages
  }
  // Not listed yet, or an answer that has lost its bar.
  if (plan.isSilent) tally.doubtful.push(...needs.unanswered)
  yield* fetchAsked(plan, context, options, tally, mark)
  return yield* outcomeOf(task, needs, context, tally, plan.missing.length === 0 ? "UpToDate" : "Completed")
})

const attempt = <A>(promise: () => Promise<A>): Effect.Effect<A, PortFailure> =>
  Effect.tryPromise({ try: promise, catch: toPortFailure })

const markFallback =
  (previous: { readonly provider: string; readonly error: Error }) =>
  (page: BarPage): BarPage => ({
    ...page,
    provenance: {
      ...page.provenance,
      evidence: {
        ...page.provenance.evidence,
        insteadOf: previous.provider,
        because: previous.error.message,
      },
    },
  })

const fetchAsked = Effect.fnUntraced(function* (
  plan: TaskPlan,
  context: TaskContext,
  options: CallOptions,
  tally: Tally,
  mark: Marking,
) {
  const { instrument, timeframe, provider } = plan.task
  const known = knownAbsences(plan, context.clock)
  if (known.length > 0) yield* commit(plan, context, known, tally)
  const isAdjusted = provider.capabilities.adjustment !== "none"
  for (const range of plan.asked) {
    const batches = toBatches(provider.bars({ instrument, timeframe, range }, options), context.limits)
    const restated = yield* batches.pipe(
      Stream.mapEffect((batch) =>
        Effect.gen(function* () {
          const factor = isAdjusted ? yield* findRestatement(plan, context, batch) : undefined
          if (factor === undefined) yield* commitBatch(plan, context, batch, tally, mark)
          return factor
        }),
      ),
      Stream.filter((factor) => factor !== undefined),
      Stream.runHead,
    )
    if (restated._tag === "None") continue
    const factor = restated.value
    context.onEvent({ _tag: "HistoryRestated", task: plan.task, provider: provider.id, factor })
    const { result, pages } = yield* attempt(() => refetchWhole(plan, factor, context.store, options, mark))
    addResult(tally, result, pages)
    return
  }
})

const findRestatement = Effect.fnUntraced(function* (plan: TaskPlan, { store }: TaskContext, batch: Batch) {
  const { instrument, timeframe } = plan.task
  for (const page of batch.pages) {
    const stored = yield* attempt(() => store.read(instrument.symbol, timeframe, page.range))
    const factor = restatementFactor(stored, page.bars)
    if (factor !== undefined) return factor
  }
  return undefined
})

const commitBatch = Effect.fnUntraced(function* (
  plan: TaskPlan,
  context: TaskContext,
  batch: Batch,
  tally: Tally,
  mark: Marking,
) {
  const last = batch.pages.at(-1)
  if (last !== undefined) {
    const pages = batch.pages.flatMap(mark)
    if (pages.length > 0) yield* commit(plan, context, pages, tally)
    tally.pages += batch.pages.length
    context.onEvent({ _tag: "BatchCommitted", task: plan.task, rows: batch.rows, doneUntil: last.range.to })
  }
  if (batch.error === undefined) return undefined
  return yield* Effect.fail(batch.error)
})

const commit = (
  plan: TaskPlan,
  { store }: TaskContext,
  pages: ReadonlyArray<BarPage>,
  tally: Tally,
): Effect.Effect<PutResult, PortFailure> =>
  attempt(() => store.put({ entry: entryOf(plan.task), pages })).pipe(
    Effect.tap((result) => Effect.sync(() => addResult(tally, result, pages))),
  )

const addResult = (tally: Tally, result: PutResult, pages: ReadonlyArray<BarPage>): void => {
  for (const { unusable = [] } of pages) tally.unusable.push(...unusable)
  tally.rowsAdded += result.rowsAdded
  tally.rowsReplaced += result.rowsReplaced
  tally.rowsDiffering += result.rowsDiffering
}

/** What has been looked up to be empty, as answered pages, so that the next run need not look again. */
const knownAbsences = (
  { task, wanted, firstOpenTime, provenEmpty }: TaskPlan,
  clock: Clock,
): ReadonlyArray<BarPage> => {
  const { id, capabilities, firstBar, nextBar } = task.provider
  const page = (range: TimeRange, endpoint: string): BarPage => ({
    range,
    bars: emptyBars,
    absence: "known",
    provenance: {
      provider: id,
      endpoint,
      method: "direct",
      adjustment: capabilities.adjustment,
      fetchedAt: clock.now(),
      settled: true,
    },
  })
  // No bar at all, or none before the end, may only mean "not listed yet": that is no settled answer.
  const isListed = firstOpenTime !== undefined && firstOpenTime > wanted.from && firstOpenTime < wanted.to
  return [
    ...(isListed && firstBar !== undefined
      ? [page({ from: wanted.from, to: firstOpenTime }, firstBar.call.endpoint)]
      : []),
    ...provenEmpty.flatMap((range) => (nextBar === undefined ? [] : [page(range, nextBar.call.endpoint)])),
  ]
}

const outcomeOf = (
  task: PopulateTask,
  { wanted }: Pick<TaskNeeds, "wanted">,
  { store, clock }: TaskContext,
  tally: Tally,
  status: TaskOutcome["status"],
): Effect.Effect<TaskOutcome, PortFailure> =>
  attempt(() =>
    Promise.all([
      store.coverage(task.instrument.symbol, task.timeframe),
      unusableRanges(task, tally.unusable, store),
    ]),
  ).pipe(
    Effect.map(([coverage, unusable]): TaskOutcome => {
      const missing = missingRanges(wanted, coverage)
      const doubtful = normalizeRanges(
        tally.doubtful.flatMap((range) => missing.flatMap((each) => intersectRanges(range, each) ?? [])),
      )
      return {
        symbol: task.instrument.symbol,
        timeframe: task.timeframe,
        provider: task.provider.id,
        ...tally,
        unusable,
        wanted,
        missing,
        gone: beyondReach(task, missing, clock.now()),
        doubtful,
        status,
      }
    }),
  )

const failedOutcome = (
  task: PopulateTask,
  context: TaskContext,
  tally: Tally,
  { error }: PortFailure,
): Effect.Effect<TaskOutcome> =>
  attempt(() => readNeeds(task, context.store, context.clock)).pipe(
    Effect.flatMap((needs) => outcomeOf(task, needs, context, tally, "Failed")),
    // The store itself may be what failed: then nothing is known of what is missing.
    Effect.orElseSucceed((): TaskOutcome => ({
      symbol: task.instrument.symbol,
      timeframe: task.timeframe,
      provider: task.provider.id,
      ...tally,
      unusable: [],
      wanted: task.range,
      missing: [task.range],
      gone: [],
      doubtful: [],
      status: "Failed",
    })),
    Effect.map((outcome) => ({ ...outcome, error })),
  )
