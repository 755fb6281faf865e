import type { BarStore, EpochMillis, Timeframe } from "@barkeep/market-data"
import type { EntryPlan } from "./entry-plan.ts"
import type { SourceText } from "./source-text.ts"

/** The new cache. `@barkeep/cache-core` gives all of it. */
export interface MigrationTarget {
  /** Absolute path. It need not exist. */
  readonly folder: string
  readonly store: BarStore
  /** Where an entry is, or would be, and the files that a write to it may change, absolute, as far as they exist. */
  readonly entryFiles: (
    symbol: string,
    timeframe: Timeframe,
  ) => Promise<{ readonly folder: string; readonly files: ReadonlyArray<string> }>
  /** Runs `body` while nobody else writes to the entry. */
  readonly exclusively: <A>(symbol: string, timeframe: Timeframe, body: () => Promise<A>) => Promise<A>
  /** Runs `body` while no other migration writes to this cache. */
  readonly alone: <A>(body: () => Promise<A>) => Promise<A>
}

/** Reads a file of an old cache: every line, nothing judged. Throws a typed error when nothing of it can be read. */
export type ReadRows = (bytes: Uint8Array) => SourceText

export interface Clock {
  readonly now: () => EpochMillis
}

/** What a migration is doing, in order. */
export type MigrationEvent =
  | { readonly _tag: "Surveyed"; readonly entries: number; readonly sources: number }
  | { readonly _tag: "EntryPlanned"; readonly plan: EntryPlan; readonly index: number; readonly of: number }
  | { readonly _tag: "Started" | "Resumed"; readonly id: string; readonly entries: number }
  | { readonly _tag: "EntryMigrated"; readonly plan: EntryPlan; readonly index: number; readonly of: number }
  | { readonly _tag: "EntryFailed"; readonly plan: EntryPlan; readonly error: Error }
  | { readonly _tag: "OldCacheMoved"; readonly to: string }
