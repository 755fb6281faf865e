import type { Bars, EntryDescription, EpochMillis, TimeRange } from "@barkeep/market-data"
import type { Gap } from "@barkeep/validation"
import type { Attempt } from "./outcome.ts"

/** A gap on its way to an outcome. */
export interface GapTask {
  readonly gap: Gap
  readonly range: TimeRange
  /** The open times that are absent now. */
  readonly missing: ReadonlyArray<EpochMillis>
  /** The entry's rows near the gap on both sides. */
  readonly existing: Bars
  /** The gap with the rows to compare on. */
  readonly window: TimeRange
  readonly attempts: ReadonlyArray<Attempt>
}

/** An entry whose gaps are filled. */
export interface FilledEntry extends EntryDescription {
  /** Which source of its vendor the rows around a time come from, `archive` or `api`. */
  readonly sourceAt: (
    time: EpochMillis,
  ) => { readonly provider: string; readonly isArchive: boolean } | undefined
}

export const isDone = (task: GapTask): boolean => task.missing.length === 0

export const withAttempt = (task: GapTask, attempt: Attempt): GapTask => ({
  ...task,
  attempts: [...task.attempts, attempt],
})
