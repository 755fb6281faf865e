import type { Bars } from "./bars.ts"
import type { Coverage } from "./coverage.ts"
import type { Instrument } from "./instrument.ts"
import type { Adjustment, Provenance, ProvenanceSpan } from "./provenance.ts"
import type { EpochMillis, TimeRange } from "./time-range.ts"
import type { Timeframe } from "./timeframe.ts"

/** Where the bins of intraday bars of session markets start: at the open, or at full clock hours. */
export type Anchor = "session" | "clock"

/** One answer of a provider: what was asked, the closed bars in it, ascending, and where they come from. */
export interface BarPage {
  /** The part of the question that this page answers completely, half-open; recorded as coverage. */
  readonly range: TimeRange
  readonly bars: Bars
  readonly provenance: Provenance
  /**
   * Open times at which the answer has a row without usable values: no bars, and not to be had by asking again once the
   * answer is settled.
   */
  readonly unusable?: ReadonlyArray<EpochMillis>
  /**
   * Of a page without bars: `known` when the provider has made sure that there are none, `doubtful` when an answer that
   * has lost its bars would look the same; a doubtful page is not settled. Absent when the provider cannot tell.
   */
  readonly absence?: "known" | "doubtful"
}

/** What stays the same for all years of one entry (symbol/timeframe). */
export interface EntryDescription {
  readonly instrument: Instrument
  readonly timeframe: Timeframe
  readonly adjustment: Adjustment | "unknown"
  /** Only for intraday entries of session markets. */
  readonly anchor?: Anchor
}

export interface PutRequest {
  readonly entry: EntryDescription
  /** In the order in which they were answered. */
  readonly pages: ReadonlyArray<BarPage>
  /** `keep` (the default): a settled row stays, a provisional one gives way. `replace`: the new row always wins. */
  readonly policy?: "keep" | "replace"
}

/** What a put did, summed over the years it touched. */
export interface PutResult {
  readonly rowsAdded: number
  readonly rowsReplaced: number
  /** Settled rows that stayed although the new ones had other values. */
  readonly rowsDiffering: number
  readonly years: ReadonlyArray<number>
}

/**
 * Where workflows keep bars. `@barkeep/cache-core` is the one on disk. Every method fails with a typed error and
 * leaves what was stored before intact.
 */
export interface BarStore {
  /** The stored bars that open inside the half-open range (all of them without one), ascending; empty when none. */
  readonly read: (symbol: string, timeframe: Timeframe, range?: TimeRange) => Promise<Bars>
  /** Merges pages into the entry, durably: after it resolves the rows survive a crash. Never drops a row. */
  readonly put: (request: PutRequest) => Promise<PutResult>
  /**
   * Replaces all rows, provenance and coverage of the entry by those of the pages, as one step: readers and a crash see
   * the old entry or the new one, never a mixture. The old files are kept aside, never deleted.
   */
  readonly replaceEntry: (request: Omit<PutRequest, "policy">) => Promise<PutResult>
  /** What was asked and answered so far, ascending and disjoint; empty for an unknown entry. */
  readonly coverage: (symbol: string, timeframe: Timeframe) => Promise<Coverage>
  /** Where the rows of the range come from; the spans tile the rows. */
  readonly provenance: (
    symbol: string,
    timeframe: Timeframe,
    range?: TimeRange,
  ) => Promise<ReadonlyArray<ProvenanceSpan>>
  /** `undefined` for an unknown entry. */
  readonly describe: (symbol: string, timeframe: Timeframe) => Promise<EntryDescription | undefined>
  /** All symbols, sorted. */
  readonly listSymbols: () => Promise<ReadonlyArray<string>>
  /** The timeframes stored for a symbol, finest first. */
  readonly listTimeframes: (symbol: string) => Promise<ReadonlyArray<Timeframe>>
}
