import type { Adjustment, Anchor, EpochMillis, Instrument, Timeframe } from "@barkeep/market-data"
import type { RowSum } from "./row-hash.ts"
import type { Layout } from "./source-file.ts"

/** What became of rows. `source` is the sum of the other four, always. */
export interface RowFates {
  readonly source: RowSum
  /** Written to the new cache. */
  readonly kept: RowSum
  /** Equal to a row that is kept, or that the new cache had. */
  readonly duplicates: RowSum
  /** At the open time of a row that is kept, with other values. */
  readonly conflicts: RowSum
  /** May not stand in the entry; each with its reason. */
  readonly refused: RowSum
}

/** One file of the old cache in the plan of its entry. */
export interface SourcePlan {
  readonly path: string
  readonly provider: string
  readonly layout: Layout
  readonly year: number
  readonly sha256: string
  readonly sizeBytes: number
  /** When its writer says it was written, or the file's own time. */
  readonly writtenAt: EpochMillis
  /** Why it could not be read at all; then it has no rows here. */
  readonly unreadable: string | undefined
  /** The zone that its times were read in, and why. */
  readonly timeZone: string
  readonly timeEvidence: string
  /** Nothing in the file speaks for that zone. */
  readonly timeAssumed: boolean
  /** Why no row of it may stand in the entry. */
  readonly excluded: string | undefined
  readonly fates: RowFates
  /** Why rows of it are refused, the most frequent reason first. */
  readonly refusals: ReadonlyArray<{ readonly why: string; readonly rows: number }>
  /** Columns that a cache of bars does not hold. */
  readonly extraColumns: ReadonlyArray<string>
  readonly notes: ReadonlyArray<string>
}

/** What is going to happen to one entry. */
export interface EntryPlan {
  readonly symbol: string
  readonly timeframe: Timeframe
  readonly instrument: Instrument
  readonly instrumentEvidence: string
  readonly adjustment: Adjustment | "unknown"
  readonly adjustmentEvidence: string
  readonly anchor: Anchor | undefined
  /** Rows that the new cache has already; they stay as they are. */
  readonly present: RowSum
  readonly fates: RowFates
  /** In the order of preference. */
  readonly sources: ReadonlyArray<SourcePlan>
}

/** True when not everything in the file is in the new cache afterwards. */
export const isPartlyTaken = (source: SourcePlan): boolean =>
  source.unreadable !== undefined ||
  source.extraColumns.length > 0 ||
  source.fates.conflicts.rows > 0 ||
  source.fates.refused.rows > 0
