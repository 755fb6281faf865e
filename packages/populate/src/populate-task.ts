import type { EpochMillis, Instrument, Timeframe, TimeRange } from "@barkeep/market-data"
import type { BarProvider } from "@barkeep/provider-kit"

/** One entry to bring up to date: which bars are wanted, and who is asked. */
export interface PopulateTask {
  readonly instrument: Instrument
  readonly timeframe: Timeframe
  /** Bars that open inside this half-open range are wanted; what lies after the last closed bar is left out. */
  readonly range: TimeRange
  /** The provider to ask. `resampled` makes one that builds the timeframe from a finer one. */
  readonly provider: BarProvider
  /** Whom to ask instead, in order, when the provider refuses for a reason that another one may not have. */
  readonly fallbacks?: ReadonlyArray<BarProvider>
}

/** Something that happened while populating, for progress displays and logs. */
export type PopulateEvent =
  | { readonly _tag: "TaskPlanned"; readonly task: PopulateTask; readonly missing: ReadonlyArray<TimeRange> }
  | {
      readonly _tag: "BatchCommitted"
      readonly task: PopulateTask
      readonly rows: number
      /** Everything missing before this time has been answered and committed. */
      readonly doneUntil: EpochMillis
    }
  /** The provider's history of this entry has changed by a factor; all of it is fetched anew. */
  | {
      readonly _tag: "HistoryRestated"
      readonly task: PopulateTask
      readonly provider: string
      readonly factor: number
    }
  | {
      readonly _tag: "FellBack"
      readonly task: PopulateTask
      readonly from: string
      readonly to: string
      readonly error: Error
    }
  | { readonly _tag: "TaskFinished"; readonly task: PopulateTask; readonly outcome: TaskOutcome }

/** What became of one task. */
export interface TaskOutcome {
  readonly symbol: string
  readonly timeframe: Timeframe
  /** The provider that was asked last. */
  readonly provider: string
  /** What was wanted, clipped to the last closed bar. */
  readonly wanted: TimeRange
  readonly rowsAdded: number
  readonly rowsReplaced: number
  /** Settled rows that stayed although the provider now tells other values. */
  readonly rowsDiffering: number
  /** Pages that the provider answered. */
  readonly pages: number
  /** What of the wanted range has no settled answer yet. */
  readonly missing: ReadonlyArray<TimeRange>
  /** Parts of `missing` that the provider's look-back does not reach any more: asking it again cannot bring them. */
  readonly gone: ReadonlyArray<TimeRange>
  /**
   * Bars that this run was answered without usable values, as ranges. Where the answer is settled they are not asked for
   * again; another provider may have them.
   */
  readonly unusable: ReadonlyArray<TimeRange>
  /**
   * Parts of `missing` that were answered without a bar where there should be some. An answer that has lost its bars
   * looks like this, so it is not believed before it has been the same for a day; the next run asks again.
   */
  readonly doubtful: ReadonlyArray<TimeRange>
  /** `UpToDate`: nothing had to be asked. `Completed`: everything missing was asked and answered. */
  readonly status: "UpToDate" | "Completed" | "Failed"
  /** Why it failed; what had been answered before is committed all the same. */
  readonly error?: Error
}

/** What became of all tasks, in their order. */
export interface PopulateReport {
  readonly outcomes: ReadonlyArray<TaskOutcome>
  readonly rowsAdded: number
  readonly failed: number
}
