import { type BarPage, type BarStore, emptyBars, missingRanges, type PutResult } from "@barkeep/market-data"
import type { CallOptions, Clock } from "@barkeep/provider-kit"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { type Batch, type BatchLimits, toBatches } from "./batches.ts"
import { planTask, readNeeds, type TaskPlan } from "./plan.ts"
import { type PortFailure, toPortFailure } from "./port-failure.ts"
import type { PopulateEvent, PopulateTask, TaskOutcome } from "./populate-task.ts"

/** What running a task needs besides the task. */
export interface TaskContext {
  readonly store: BarStore
  readonly clock: Clock
  readonly limits: BatchLimits
  readonly onEvent: (event: PopulateEvent) => void
  /** Why this provider is not to be asked any more. */
  readonly refusal?: Error
  readonly signal?: AbortSignal
}

/**
 * Plans the task and fetches what it misses, batch by batch. Never fails: an error becomes a `Failed` outcome, after
 * everything that was answered before it has been committed.
 */
export const runTask = (task: PopulateTask, context: TaskContext): Effect.Effect<TaskOutcome> =>
  Effect.gen(function* () {
    const options: CallOptions = context.signal === undefined ? {} : { signal: context.signal }
    const tally = emptyTally()
    const needs = yield* attempt(() => readNeeds(task, context.store, context.clock))
    if (needs.unanswered.length > 0 && context.refusal !== undefined)
      return yield* Effect.fail(toPortFailure(context.refusal))
    const plan = yield* attempt(() => planTask(task, needs, context.store, options))
    context.onEvent({ _tag: "TaskPlanned", task, missing: plan.missing })
    const failure = yield* fetchMissing(plan, context, options, tally).pipe(
      Effect.as(undefined),
      Effect.catch((error) => Effect.succeed({ error })),
    )
    return yield* outcomeOf(plan, tally, context, failure?.error)
  }).pipe(
    Effect.catch((error) => Effect.succeed(outcomeBeforePlan(task, error.error))),
    Effect.tap((outcome) => Effect.sync(() => context.onEvent({ _tag: "TaskFinished", task, outcome }))),
  )

const attempt = <A>(promise: () => Promise<A>): Effect.Effect<A, PortFailure> =>
  Effect.tryPromise({ try: promise, catch: toPortFailure })

interface Tally {
  rowsAdded: number
  rowsReplaced: number
  rowsDiffering: number
  pages: number
}

const emptyTally = (): Tally => ({ rowsAdded: 0, rowsReplaced: 0, rowsDiffering: 0, pages: 0 })

const fetchMissing = Effect.fnUntraced(function* (
  plan: TaskPlan,
  context: TaskContext,
  options: CallOptions,
  tally: Tally,
) {
  const { instrument, timeframe, provider } = plan.task
  const beforeListing = pageBeforeListing(plan, context.clock)
  if (beforeListing !== undefined) yield* commit(plan, context, [beforeListing], tally)
  const pageRows = provider.capabilities.timeframes[timeframe]?.pageBars ?? 1000
  for (const range of plan.missing) {
    const batches = toBatches(
      provider.bars({ instrument, timeframe, range }, options),
      pageRows,
      context.limits,
    )
    yield* Stream.runForEach(batches, (batch) => commitBatch(plan, context, batch, tally))
  }
})

const commitBatch = Effect.fnUntraced(function* (
  plan: TaskPlan,
  context: TaskContext,
  batch: Batch,
  tally: Tally,
) {
  const last = batch.pages.at(-1)
  if (last !== undefined) {
    yield* commit(plan, context, batch.pages, tally)
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
): Effect.Effect<PutResult, PortFailure> => {
  const { instrument, timeframe, provider } = plan.task
  const { adjustment, anchor } = provider.capabilities
  const entry = { instrument, timeframe, adjustment, ...(anchor === undefined ? {} : { anchor }) }
  return attempt(() => store.put({ entry, pages })).pipe(
    Effect.tap((result) =>
      Effect.sync(() => {
        tally.rowsAdded += result.rowsAdded
        tally.rowsReplaced += result.rowsReplaced
        tally.rowsDiffering += result.rowsDiffering
      }),
    ),
  )
}

/** The looked-up beginning as an answered, empty page, so that the next run need not look again. */
const pageBeforeListing = ({ task, wanted, firstOpenTime }: TaskPlan, clock: Clock): BarPage | undefined => {
  const { provider } = task
  if (firstOpenTime === undefined || firstOpenTime <= wanted.from || provider.firstBar === undefined)
    return undefined
  // No bar at all may only mean "not listed yet": that is no settled answer.
  if (firstOpenTime >= wanted.to) return undefined
  return {
    range: { from: wanted.from, to: firstOpenTime },
    bars: emptyBars,
    provenance: {
      provider: provider.id,
      endpoint: provider.firstBar.call.endpoint,
      method: "direct",
      adjustment: provider.capabilities.adjustment,
      fetchedAt: clock.now(),
      settled: true,
    },
  }
}

const outcomeOf = (
  plan: TaskPlan,
  tally: Tally,
  { store }: TaskContext,
  error: PortFailure | undefined,
): Effect.Effect<TaskOutcome, PortFailure> =>
  attempt(() => store.coverage(plan.task.instrument.symbol, plan.task.timeframe)).pipe(
    Effect.map((coverage): TaskOutcome => {
      const status = error !== undefined ? "Failed" : plan.missing.length === 0 ? "UpToDate" : "Completed"
      return {
        ...identity(plan.task),
        ...tally,
        wanted: plan.wanted,
        missing: missingRanges(plan.wanted, coverage),
        status,
        ...(error === undefined ? {} : { error: error.error }),
      }
    }),
  )

const outcomeBeforePlan = (task: PopulateTask, error: Error): TaskOutcome => ({
  ...identity(task),
  ...emptyTally(),
  wanted: task.range,
  missing: [task.range],
  status: "Failed",
  error,
})

const identity = ({ instrument, timeframe, provider }: PopulateTask) => ({
  symbol: instrument.symbol,
  timeframe,
  provider: provider.id,
})
