import type { BarStore } from "@barkeep/market-data"
import { type CallOptions, type Clock, ProviderError, systemClock } from "@barkeep/provider-kit"
import * as Effect from "effect/Effect"
import PQueue from "p-queue"
import type { BatchLimits } from "./batches.ts"
import { allowsFallback, concernsWholeVendor, fitsEntry } from "./fallback.ts"
import { planTask, readNeeds, type PopulatePlan, type RefusedPlan, type TaskPlan, totalsOf } from "./plan.ts"
import type { PopulateEvent, PopulateReport, PopulateTask, TaskOutcome } from "./populate-task.ts"
import { runTask } from "./run-task.ts"

export interface PopulateOptions extends CallOptions {
  readonly store: BarStore
  readonly tasks: ReadonlyArray<PopulateTask>
  /** @default the system's clock */
  readonly clock?: Clock
  /** Symbols that are worked on at the same time; timeframes of one symbol follow one another. @default 4 */
  readonly concurrency?: number
  /** How much fetched data may be uncommitted at any moment. */
  readonly batch?: BatchLimits
  readonly onEvent?: (event: PopulateEvent) => void
}

/**
 * Brings every task's entry up to date and commits in bounded batches, so that a killed run loses at most its last
 * batch and the next run asks only for the rest. A second run over the same range asks for nothing.
 *
 * One task's failure leaves the others alone and is in its outcome. A refusal that concerns the whole vendor (a ban,
 * a used up quota, a refused key) ends that vendor's remaining tasks without another call.
 * @throws the signal's reason when aborted, after what had been fetched is committed
 */
export const populate = async (options: PopulateOptions): Promise<PopulateReport> => {
  const {
    store,
    tasks,
    clock = systemClock,
    concurrency = 4,
    batch = {},
    onEvent = () => {},
    signal,
  } = options
  const queue = new PQueue({ concurrency })
  const outcomes = new Map<PopulateTask, TaskOutcome>()
  const refusals = new Map<string, Error>()
  const context = {
    store,
    clock,
    limits: batch,
    onEvent,
    refusals,
    ...(signal === undefined ? {} : { signal }),
  }
  await queue.addAll(
    bySymbol(tasks).map((group) => async () => {
      for (const task of group) {
        signal?.throwIfAborted()
        const outcome = await Effect.runPromise(runTask(task, context))
        if (outcome.error !== undefined && concernsWholeVendor(outcome.error))
          refusals.set(outcome.provider, outcome.error)
        outcomes.set(task, outcome)
      }
    }),
  )
  signal?.throwIfAborted()
  const list = tasks.map((task) => outcomes.get(task) as TaskOutcome)
  return {
    outcomes: list,
    rowsAdded: list.reduce((sum, outcome) => sum + outcome.rowsAdded, 0),
    failed: list.filter((outcome) => outcome.status === "Failed").length,
  }
}

/**
 * What `populate` would ask, exactly, and what it costs. Looks up where a provider's history begins when the store
 * cannot know it (one call per such entry, counted in the plan); writes nothing. A task that every one of its providers
 * refuses is in `refused`.
 * @throws what the store throws, and the signal's reason when aborted
 */
export const planPopulate = async (
  options: Omit<PopulateOptions, "batch" | "onEvent" | "concurrency">,
): Promise<PopulatePlan> => {
  const tasks: Array<TaskPlan> = []
  const refused: Array<RefusedPlan> = []
  for (const task of options.tasks) {
    const plan = await planOrRefusal(task, options)
    if ("error" in plan) refused.push(plan)
    else tasks.push(plan)
  }
  return { tasks, refused, totals: totalsOf(tasks) }
}

const planOrRefusal = async (
  task: PopulateTask,
  { store, clock = systemClock, signal }: Omit<PopulateOptions, "batch" | "onEvent" | "concurrency">,
): Promise<TaskPlan | RefusedPlan> => {
  const entry = await store.describe(task.instrument.symbol, task.timeframe)
  const fallbacks = (task.fallbacks ?? []).filter((provider) => fitsEntry(entry, provider))
  let refusal: RefusedPlan | undefined
  for (const provider of [task.provider, ...fallbacks])
    try {
      const asked = { ...task, provider }
      const needs = await readNeeds(asked, store, clock)
      return await planTask(asked, needs, store, clock, signal === undefined ? {} : { signal })
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error
      refusal ??= { task, error }
      if (!allowsFallback(error)) return { task, error }
    }
  return refusal as RefusedPlan
}

const bySymbol = (tasks: ReadonlyArray<PopulateTask>): ReadonlyArray<ReadonlyArray<PopulateTask>> => [
  ...Map.groupBy(tasks, (task) => task.instrument.symbol).values(),
]
