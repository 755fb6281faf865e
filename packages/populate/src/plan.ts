import {
  type BarStore,
  type Coverage,
  type EpochMillis,
  isEmptyRange,
  missingRanges,
  type TimeRange,
} from "@barkeep/market-data"
import type { BarProvider, CallOptions, Clock, PlannedCall } from "@barkeep/provider-kit"
import { closedRange, rangesToAsk } from "./missing-ranges.ts"
import type { PopulateTask } from "./populate-task.ts"

/** What one task still needs and the calls that get it. */
export interface TaskPlan {
  readonly task: PopulateTask
  /** The task's range, on the grid and clipped to the last closed bar. */
  readonly wanted: TimeRange
  /** Without a settled answer, on or after the first bar the provider has. */
  readonly missing: ReadonlyArray<TimeRange>
  /** Where the provider's history begins, if it had to be looked up. */
  readonly firstOpenTime?: EpochMillis
  /** Calls spent on looking that up; planning spends them too. */
  readonly lookups: ReadonlyArray<Pick<PlannedCall, "endpoint" | "cost">>
  /** The calls that fetch what is missing, in order. */
  readonly calls: ReadonlyArray<PlannedCall>
}

/** What all tasks would do, and what it costs. */
export interface PopulatePlan {
  readonly tasks: ReadonlyArray<TaskPlan>
  readonly totals: ReadonlyArray<PlanTotal>
}

/** The cost of a plan against one budget of one provider. */
export interface PlanTotal {
  readonly provider: string
  readonly calls: number
  readonly budget: string
  readonly cost: number
  /** The least time the budget allows this in. */
  readonly minimumMillis: number
}

/** What of a task the store has no settled answer for; reads the store only. */
export interface TaskNeeds {
  /** The task's range, on the grid and clipped to the last closed bar. */
  readonly wanted: TimeRange
  readonly coverage: Coverage
  readonly unanswered: ReadonlyArray<TimeRange>
}

/** Reads what the store already has an answer for. */
export const readNeeds = async (
  { instrument, timeframe, range }: PopulateTask,
  store: BarStore,
  clock: Clock,
): Promise<TaskNeeds> => {
  const wanted = closedRange(instrument, timeframe, range, clock.now())
  const coverage = isEmptyRange(wanted) ? [] : await store.coverage(instrument.symbol, timeframe)
  return { wanted, coverage, unanswered: missingRanges(wanted, coverage) }
}

/**
 * Plans one task: wanted minus what has a settled answer minus what lies before the first bar. Asks the provider
 * where its history begins if the store cannot know yet (at most one call, in `lookups`).
 * @throws {ProviderError} when the provider does not offer this, does not know the symbol, or cannot be asked
 */
export const planTask = async (
  task: PopulateTask,
  { wanted, coverage, unanswered }: TaskNeeds,
  store: BarStore,
  options?: CallOptions,
): Promise<TaskPlan> => {
  const { instrument, timeframe, provider } = task
  const [earliest] = unanswered
  // Refuses an unsupported timeframe before a call is spent, also when there is nothing to ask.
  provider.plan({ instrument, timeframe, range: earliest ?? wanted })
  if (earliest === undefined) return { task, wanted, missing: [], lookups: [], calls: [] }
  const [firstSpan] = await store.provenance(instrument.symbol, timeframe)
  const isBeforeKnownRows = firstSpan === undefined || earliest.from < firstSpan.from
  if (provider.firstBar === undefined || !isBeforeKnownRows)
    return withCalls({ task, wanted, missing: unanswered, lookups: [] })
  const firstOpenTime = (await provider.firstBar.find(instrument, timeframe, options)) ?? wanted.to
  const missing = rangesToAsk(wanted, coverage, firstOpenTime)
  return withCalls({ task, wanted, missing, firstOpenTime, lookups: [provider.firstBar.call] })
}

const withCalls = (plan: Omit<TaskPlan, "calls">): TaskPlan => {
  const { instrument, timeframe, provider } = plan.task
  return { ...plan, calls: plan.missing.flatMap((range) => provider.plan({ instrument, timeframe, range })) }
}

/** Sums planned calls by provider and budget. */
export const totalsOf = (plans: ReadonlyArray<TaskPlan>): ReadonlyArray<PlanTotal> => {
  const providers = new Map<string, BarProvider>(plans.map(({ task }) => [task.provider.id, task.provider]))
  return [...providers.values()].flatMap((provider) => {
    const calls = plans
      .filter(({ task }) => task.provider.id === provider.id)
      .flatMap((plan) => [...plan.lookups, ...plan.calls])
    return provider.capabilities.budgets.map(({ id, amount, perMillis }): PlanTotal => {
      const cost = calls.reduce((sum, call) => sum + (call.cost[id] ?? 0), 0)
      const windows = Math.max(0, Math.ceil(cost / amount) - 1)
      return {
        provider: provider.id,
        calls: calls.length,
        budget: id,
        cost,
        minimumMillis: windows * perMillis,
      }
    })
  })
}
