import {
  type BarStore,
  barCount,
  type Coverage,
  type EpochMillis,
  intersectRanges,
  isEmptyRange,
  missingRanges,
  nominalMillis,
  normalizeRanges,
  sliceRows,
  type TimeRange,
} from "@barkeep/market-data"
import {
  type BarProvider,
  type BudgetTotal,
  budgetTotals,
  type CallOptions,
  type Clock,
  type PlannedCall,
  ProviderError,
} from "@barkeep/provider-kit"
import { findBeginning, findEnds } from "./look-ups.ts"
import { closedRange, sinceListing, withoutClosedTimes } from "./missing-ranges.ts"
import type { PopulateTask } from "./populate-task.ts"
import { overlapBars } from "./restatement.ts"

/** What one task still needs and the calls that get it. */
export interface TaskPlan {
  readonly task: PopulateTask
  /** The task's range, on the grid and clipped to the last closed bar. */
  readonly wanted: TimeRange
  /** Without a settled answer, at or after the first bar the provider has, and not closed. */
  readonly missing: ReadonlyArray<TimeRange>
  /** What is asked: the missing ranges, with some settled bars before them where prices may be restated. */
  readonly asked: ReadonlyArray<TimeRange>
  /** Where the provider's history begins, if it had to be looked up. */
  readonly firstOpenTime?: EpochMillis
  /** The provider shows no bar at all: it is not listed yet, or an answer has lost its bar. */
  readonly isSilent: boolean
  /** Parts of what was answered without a bar before, of which the lookups have made sure. */
  readonly provenEmpty: ReadonlyArray<TimeRange>
  /** Calls spent on looking things up; planning spends them too. */
  readonly lookups: ReadonlyArray<Pick<PlannedCall, "endpoint" | "cost">>
  /** The calls that fetch what is asked, in order. */
  readonly calls: ReadonlyArray<PlannedCall>
  /** Parts of the missing ranges that the provider's look-back does not reach any more. */
  readonly gone: ReadonlyArray<TimeRange>
  /** Parts of the missing ranges that it drops within a week, from `offeredUntil` on, the first bars first. */
  readonly expiring: ReadonlyArray<{ readonly range: TimeRange; readonly offeredUntil: EpochMillis }>
}

/** What all tasks would do, and what it costs. */
export interface PopulatePlan {
  readonly tasks: ReadonlyArray<TaskPlan>
  /** Tasks that none of their providers would do. */
  readonly refused: ReadonlyArray<RefusedPlan>
  readonly totals: ReadonlyArray<BudgetTotal>
}

/** A task that would fail, and why: the run would say the same. */
export interface RefusedPlan {
  readonly task: PopulateTask
  readonly error: ProviderError
}

/** What of a task the store has no settled answer for; reads the store only. */
export interface TaskNeeds {
  /** The task's range, on the grid and clipped to the last closed bar. */
  readonly wanted: TimeRange
  readonly coverage: Coverage
  readonly unanswered: ReadonlyArray<TimeRange>
}

/** A range that falls out of a look-back within this time is worth a word. */
const expiryNoticeMillis = 7 * 86_400_000

/** Reads what the store already has an answer for. */
export const readNeeds = async (
  { instrument, timeframe, range, provider }: PopulateTask,
  store: BarStore,
  clock: Clock,
): Promise<TaskNeeds> => {
  const wanted = closedRange(instrument, timeframe, range, clock.now())
  const coverage = isEmptyRange(wanted) ? [] : await store.coverage(instrument.symbol, timeframe)
  const missing = missingRanges(wanted, coverage)
  const unanswered = withoutClosedTimes(missing, instrument, timeframe, provider.capabilities.anchor)
  return { wanted, coverage, unanswered }
}

/**
 * Plans one task: wanted minus what has a settled answer, minus closed sessions, minus what lies before the first bar.
 * Asks the provider where its history begins if the store cannot know yet, and what follows a bar after which an earlier
 * answer had none (one call each, in `lookups`).
 * @throws {ProviderError} when the provider does not offer this, does not know the symbol, or cannot be asked
 */
export const planTask = async (
  task: PopulateTask,
  { wanted, unanswered, coverage }: TaskNeeds,
  store: BarStore,
  clock: Clock,
  options?: CallOptions,
): Promise<TaskPlan> => {
  const { instrument, timeframe, provider } = task
  const [earliest] = unanswered
  // Refuses an unsupported timeframe before a call is spent, also when there is nothing to ask.
  provider.plan({ instrument, timeframe, range: { from: wanted.from, to: wanted.from } })
  const nothing = {
    ...{ task, wanted, missing: [], asked: [], lookups: [], calls: [], gone: [], expiring: [] },
    ...{ isSilent: false, provenEmpty: [] },
  }
  if (earliest === undefined) return nothing
  const spans = await store.provenance(instrument.symbol, timeframe)
  const beginning = await findBeginning(task, earliest.from, spans, options)
  const listed = sinceListing(unanswered, beginning.firstOpenTime ?? wanted.from)
  const ends = await findEnds(task, beginning.isSilent ? [] : listed, {
    coverage,
    spans,
    store,
    clock,
    options,
  })
  const plan = {
    ...{ ...nothing, missing: ends.missing, provenEmpty: ends.provenEmpty, isSilent: beginning.isSilent },
    ...(beginning.firstOpenTime !== undefined && { firstOpenTime: beginning.firstOpenTime }),
    lookups: [...beginning.lookups, ...ends.lookups],
  }
  return withCalls(plan, store, clock)
}

const withCalls = async (plan: TaskPlan, store: BarStore, clock: Clock): Promise<TaskPlan> => {
  const { instrument, timeframe, provider } = plan.task
  const asked: Array<TimeRange> = []
  const calls: Array<PlannedCall> = []
  let refusal: unknown
  for (const range of await withOverlap(plan, store))
    try {
      calls.push(...provider.plan({ instrument, timeframe, range }))
      asked.push(range)
    } catch (error) {
      // What the vendor keeps no more stays missing; the other ranges are asked all the same.
      if (!(error instanceof ProviderError && error.reason._tag === "OutsideHistory")) throw error
      refusal ??= error
    }
  if (asked.length === 0 && refusal !== undefined) throw refusal
  const now = clock.now()
  const gone = beyondReach(plan.task, plan.missing, now)
  return { ...plan, asked, calls, gone, expiring: expiringRanges(plan, now) }
}

/** Adjusted prices change with later splits and dividends: some bars are asked again to see whether they did. */
const withOverlap = async (
  { task, missing }: TaskPlan,
  store: BarStore,
): Promise<ReadonlyArray<TimeRange>> => {
  const { instrument, timeframe, provider } = task
  if (provider.capabilities.adjustment === "none") return missing
  const reach = nominalMillis(timeframe) * overlapBars * 10 + 7 * 86_400_000
  const asked: Array<TimeRange> = []
  for (const range of missing) {
    const before = await store.read(instrument.symbol, timeframe, {
      from: range.from - reach,
      to: range.from,
    })
    const rows = barCount(before)
    const overlap = sliceRows(before, Math.max(0, rows - overlapBars), rows)
    asked.push({ from: overlap.openTime[0] ?? range.from, to: range.to })
  }
  return normalizeRanges(asked)
}

/** The parts of the ranges that the provider does not reach back to: by its look-back, and by what it plans. */
export const beyondReach = (
  { provider, instrument, timeframe }: PopulateTask,
  ranges: ReadonlyArray<TimeRange>,
  now: EpochMillis,
): ReadonlyArray<TimeRange> => {
  const { lookBackMillis = Number.POSITIVE_INFINITY } = provider.capabilities.timeframes[timeframe] ?? {}
  const earliestPlanned = (range: TimeRange): EpochMillis => {
    try {
      return provider.plan({ instrument, timeframe, range })[0]?.range.from ?? range.from
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error
      return error.reason._tag === "OutsideHistory" ? range.to : range.from
    }
  }
  return ranges.flatMap((range) => {
    const to = Math.min(range.to, Math.max(now - lookBackMillis, earliestPlanned(range)))
    return to > range.from ? [{ from: range.from, to }] : []
  })
}

const expiringRanges = ({ task, missing }: TaskPlan, now: EpochMillis): TaskPlan["expiring"] => {
  const lookBack = task.provider.capabilities.timeframes[task.timeframe]?.lookBackMillis
  if (lookBack === undefined) return []
  const soon = { from: now - lookBack, to: now - lookBack + expiryNoticeMillis }
  return missing.flatMap((range) => {
    const dropped = intersectRanges(range, soon)
    return dropped === undefined ? [] : [{ range: dropped, offeredUntil: dropped.from + lookBack }]
  })
}

/** A call that a run makes before its tasks are planned. */
export interface PlannedLookup {
  readonly provider: Pick<BarProvider, "id" | "capabilities">
  readonly call: Pick<PlannedCall, "endpoint" | "cost">
}

/**
 * Sums planned calls by provider and budget.
 * @param lookups what a run has to ask besides, before its tasks are known
 */
export const totalsOf = (
  plans: ReadonlyArray<TaskPlan>,
  lookups: ReadonlyArray<PlannedLookup> = [],
): ReadonlyArray<BudgetTotal> => {
  const providers = new Map(
    [...plans.map(({ task }) => task), ...lookups].map(({ provider }) => [provider.id, provider]),
  )
  return [...providers.values()].flatMap((provider) => {
    const before = lookups.filter((lookup) => lookup.provider.id === provider.id).map(({ call }) => call)
    const planned = plans
      .filter(({ task }) => task.provider.id === provider.id)
      .flatMap((plan) => [...plan.lookups, ...plan.calls])
    const calls = [...before, ...planned]
    return budgetTotals(provider, calls)
  })
}
