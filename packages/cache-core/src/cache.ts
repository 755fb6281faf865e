import type { Bars, BarStore, EpochMillis, PutRequest, Timeframe, TimeRange } from "@barkeep/market-data"
import type { AnswerJournal } from "./answer-journal.ts"
import type { StoredEntry } from "./entry-description.ts"
import type { Explanation } from "./explain.ts"
import type { FillRequest, FillResult } from "./fill-request.ts"
import type { PartitionPaths } from "./layout.ts"
import type { Fill } from "./list-fills.ts"
import type { CachePutResult } from "./put-result.ts"
import type { Quarantined } from "./quarantine.ts"
import type { ReadYearOptions, YearFile } from "./read-year.ts"
import type { CacheStatistics } from "./statistics.ts"
import type { UndoResult } from "./undo-fill.ts"
import type { VerifyFilter } from "./verify.ts"
import type { VerifyReport } from "./verify-finding.ts"
import type { MeasuredQuality, QualityOutcome } from "./write-quality.ts"

/** One symbol and timeframe, with the years that have a file. */
export interface CacheEntry {
  readonly symbol: string
  readonly timeframe: Timeframe
  readonly years: ReadonlyArray<number>
}

export interface PutOptions {
  /** Ends waiting for a lock, and stops between two years; years committed by then stay. */
  readonly signal?: AbortSignal
}

/**
 * Bars in plain files: `<folder>/<SYMBOL>/<timeframe>/<year>.csv.gz` with a metadata file beside each.
 *
 * Every method rejects with `InvalidInput` for a symbol or timeframe that cannot be one, before any file is touched,
 * and with `CacheError` when the store fails; a damaged file is always an error that names it, never skipped.
 */
export interface Cache extends BarStore {
  /** Absolute path of the cache folder. */
  readonly folder: string
  readonly read: (symbol: string, timeframe: Timeframe, range?: TimeRange) => Promise<Bars>
  /** `read` in pieces, in the memory of one piece whatever the range. */
  readonly readBlocks: (symbol: string, timeframe: Timeframe, range?: TimeRange) => AsyncIterable<Bars>
  /**
   * One year's file as it is: every row in the order of the file. For those who judge a file; `read` gives rows that
   * are sorted and told apart.
   */
  readonly readYear: (
    symbol: string,
    timeframe: Timeframe,
    year: number,
    options?: ReadYearOptions,
  ) => Promise<YearFile>
  /** SHA-256 of a year's data file, lower-case hex; `undefined` without a file. Computed for files of other programs only. */
  readonly hashYear: (symbol: string, timeframe: Timeframe, year: number) => Promise<string | undefined>
  /** Where answers for years without a file are kept, or would be: it changes when a provider says it has nothing. */
  readonly answersFile: (symbol: string, timeframe: Timeframe) => Promise<string>
  /**
   * Notes in the metadata what a validation has measured of exactly these data files; nothing else changes. Files that
   * have changed since, and those of other programs, are left alone, which the outcome says.
   */
  readonly writeQuality: (
    symbol: string,
    timeframe: Timeframe,
    measured: ReadonlyArray<MeasuredQuality>,
  ) => Promise<ReadonlyArray<QualityOutcome>>
  readonly put: (request: PutRequest, options?: PutOptions) => Promise<CachePutResult>
  /**
   * Puts the pages in the place of everything the entry has, as one step. The old files go to the quarantine. Other
   * programs find the entry's folder missing for a moment; readers of this library do not.
   */
  readonly replaceEntry: (
    request: Omit<PutRequest, "policy">,
    options?: PutOptions,
  ) => Promise<CachePutResult>
  /** Also says what had to be assumed about files of other programs. */
  readonly describe: (symbol: string, timeframe: Timeframe) => Promise<StoredEntry | undefined>
  /** The years that have a file, ascending. */
  readonly listYears: (symbol: string, timeframe: Timeframe) => Promise<ReadonlyArray<number>>
  /** All entries, by symbol, the finest timeframe first. */
  readonly entries: () => Promise<ReadonlyArray<CacheEntry>>
  /** Files, rows, ranges and bytes, by entry and in total. Reads metadata only, but for files of other programs. */
  readonly stats: () => Promise<CacheStatistics>
  /** Reads every byte and checks everything that is claimed about it; damage is a finding, not an error. */
  readonly verify: (filter?: VerifyFilter) => Promise<VerifyReport>
  /** The bar that holds a moment and where it comes from, or whether and when it was asked for. */
  readonly explain: (symbol: string, timeframe: Timeframe, time: EpochMillis) => Promise<Explanation>
  /** Where the two files of a year are, or would be. */
  readonly partition: (symbol: string, timeframe: Timeframe, year: number) => Promise<PartitionPaths>
  /** Moves a year's files to `_barkeep/quarantine` with a note that says why. */
  readonly quarantine: (
    symbol: string,
    timeframe: Timeframe,
    year: number,
    why: string,
  ) => Promise<Quarantined>
  /** What is in the quarantine, oldest first. */
  readonly listQuarantine: () => Promise<ReadonlyArray<Quarantined>>
  /** Moves the files of one case back. Fails when others have taken their place, or they were changed. */
  readonly restore: (id: string) => Promise<Quarantined>
  /**
   * Adds rows where there are none; every row that is there stays as it is. What the files were before is kept in
   * `_barkeep/undo` until `dropUndo`.
   */
  readonly fill: (request: FillRequest) => Promise<FillResult>
  /**
   * Takes a fill back: the exact files of before where nothing was written since, else just its rows, all others kept.
   * Undoing again does nothing. Rejects with `InvalidInput` for an unknown id.
   */
  readonly undoFill: (id: string) => Promise<UndoResult>
  /** All fills, oldest first, with the rows they have now. */
  readonly listFills: () => Promise<ReadonlyArray<Fill>>
  /** Deletes what is kept for undoing a fill byte for byte; its rows stay. */
  readonly dropUndo: (id: string) => Promise<void>
  /** What was answered to those who asked for missing rows. */
  readonly answerJournal: AnswerJournal
  /** Makes the cache folder and tries it with a small file. */
  readonly checkWritable: () => Promise<void>
  /** Waits for writes that are under way. Nothing else needs closing. */
  readonly close: () => Promise<void>
}
