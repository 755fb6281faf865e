import { type EpochMillis, isEmptyRange, type Timeframe, type TimeRange } from "@barkeep/market-data"
import { type CallOptions, type Clock, systemClock } from "@barkeep/provider-kit"
import type { CalendarAdditions } from "@barkeep/trading-calendar"
import type { Gap } from "@barkeep/validation"
import { deriveRows } from "./derive-rows.ts"
import type { AbsentDonor, Donor } from "./donor.ts"
import { donorRows } from "./donor-rows.ts"
import { describeEntry } from "./describe-entry.ts"
import { defaultReaskMillis } from "./fill-gaps.ts"
import type { AnswerJournal, FillStore } from "./fill-store.ts"
import type { FilledEntry, GapTask } from "./gap-task.ts"
import { findRefusal, planCalls } from "./judge-donor.ts"
import { openGaps } from "./open-gaps.ts"
import type { NotFillableReason } from "./outcome.ts"
import { unanswered } from "./remembered.ts"

export interface ExplainMissingOptions extends CallOptions {
  readonly store: FillStore
  readonly journal: AnswerJournal
  readonly donors: ReadonlyArray<Donor>
  readonly absentDonors?: ReadonlyArray<AbsentDonor>
  readonly symbol: string
  readonly timeframe: Timeframe
  /** The gap, as a validation has it, or just the missing bar. */
  readonly gap: Gap
  readonly reaskMillis?: number
  readonly calendarAdditions?: CalendarAdditions
  readonly clock?: Clock
}

/** What one source says of missing bars. */
export interface SourceAnswer {
  /** `derived from 1m` for finer bars of the store. */
  readonly source: string
  /** When it was asked; absent when it was not. */
  readonly askedAt?: EpochMillis
  /** `would-fill`: it has the bars and they agree. `would-be-asked`: nobody knows yet. `cannot`: why, in the text. */
  readonly verdict: "would-fill" | "would-be-asked" | "cannot"
  /** Why it cannot, where it was not asked. */
  readonly reason?: NotFillableReason
  readonly text: string
}

/**
 * Who was asked about missing bars and what they said, and what would fill them: by the store and the answers that are
 * remembered, asking nobody. Empty for an entry that is not stored.
 * @throws what the store or the journal fails with
 */
export const explainMissing = async (
  options: ExplainMissingOptions,
): Promise<ReadonlyArray<SourceAnswer>> => {
  const { store, symbol, timeframe, gap, donors, absentDonors = [], calendarAdditions } = options
  const entry = await describeEntry(store, { symbol, timeframe })
  if (entry === undefined) return []
  const [task] = await openGaps(store, entry, [gap], calendarAdditions)
  if (task === undefined || task.missing.length === 0) return []
  const derived = await deriveRows(store, entry, task, calendarAdditions)
  const answers: Array<SourceAnswer> = derived.task.attempts.map(({ donor, rows, text }) => ({
    source: donor,
    verdict: rows > 0 ? "would-fill" : "cannot",
    text,
  }))
  for (const donor of donors) answers.push(await askJournal(donor, entry, task, options))
  const { assetClass } = entry.instrument
  for (const { id, assetClasses, text } of absentDonors)
    if (assetClasses.includes(assetClass)) answers.push({ source: id, verdict: "cannot", text })
  return answers
}

const askJournal = async (
  donor: Donor,
  entry: FilledEntry,
  task: GapTask,
  options: ExplainMissingOptions,
): Promise<SourceAnswer> => {
  const { store, journal, reaskMillis = defaultReaskMillis, clock = systemClock } = options
  const { symbol } = entry.instrument
  const source = donor.id
  const now = clock.now()
  const known = (await journal.answers(symbol, entry.timeframe)).filter(
    (answer) => answer.donor === source && overlaps(answer.range, task.range),
  )
  const askedAt = known.length === 0 ? undefined : Math.max(...known.map((answer) => answer.askedAt))
  if (askedAt !== undefined && unanswered(task.range, known).length === 0) {
    const { task: tried, rows } = donorRows(donor, entry, task, known)
    const text = tried.attempts
      .slice(task.attempts.length)
      .map((attempt) => attempt.text)
      .join("; ")
    return { source, askedAt, verdict: rows.length > 0 ? "would-fill" : "cannot", text }
  }
  const coverage = await store.coverage(symbol, entry.timeframe)
  const refusal = findRefusal({ donor, entry, coverage, now, reaskMillis }, task)
  if (refusal !== undefined)
    return {
      source,
      verdict: "cannot",
      text: refusal.text,
      ...(refusal.reason && { reason: refusal.reason }),
    }
  const planned = planCalls(donor, entry, task.window)
  const calls = "calls" in planned ? planned.calls.length : 0
  return {
    source,
    verdict: "would-be-asked",
    text: `not asked yet; ${calls === 1 ? "one call" : `${calls} calls`}`,
  }
}

const overlaps = (a: TimeRange, b: TimeRange): boolean =>
  !isEmptyRange({ from: Math.max(a.from, b.from), to: Math.min(a.to, b.to) })
