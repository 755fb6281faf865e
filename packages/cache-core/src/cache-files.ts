import type { Timeframe } from "@barkeep/market-data"
import type { Quarantined } from "./quarantine.ts"
import type { CasePresence, SalvageResult } from "./salvage-case.ts"
import type { SetAsideOutcome, SetAsideRequest } from "./set-aside.ts"
import type { VerifyFilter } from "./verify.ts"
import type { VerifyReport } from "./verify-finding.ts"

/** An entry, by its name. */
export interface EntryName {
  readonly symbol: string
  readonly timeframe: Timeframe
}

/** What became of the temporary files of one entry. */
export type TidyOutcome =
  | {
      readonly _tag: "Tidied"
      /** Temporary files that turned out to be the end of a write that counts, and were put in their places. */
      readonly completed: number
      /** Locks of processes that are gone, now removed. */
      readonly locks: number
      readonly quarantined: ReadonlyArray<Quarantined>
    }
  | { readonly _tag: "Busy"; readonly what: string }

/** What became of a year whose metadata is damaged. */
export type RebuildOutcome =
  | SetAsideOutcome
  /** Nothing in the cache says in which zone and on which price basis the year was written. */
  | { readonly _tag: "KindUnknown" }

/**
 * The files of a cache as a cleanup deals with them: damaged ones are moved, never deleted, and can be moved back. Every
 * method that changes something holds the lock of the entry concerned, and rejects with `CacheError` when the store
 * fails; the files are then where they were, or in the quarantine with a note.
 */
export interface CacheFiles {
  /** Absolute path of the cache folder. */
  readonly folder: string
  /** Reads every byte; damage is a finding. Writes nothing. */
  readonly inspect: (filter?: VerifyFilter) => Promise<VerifyReport>
  /** Who writes to the entry at this moment; `undefined` when nobody does. Writes nothing. */
  readonly findWriter: (entry: EntryName) => Promise<string | undefined>
  /** Moves files to the quarantine, unless somebody is at them or they have changed since they were looked at. */
  readonly setAside: (request: SetAsideRequest) => Promise<SetAsideOutcome>
  /**
   * Writes the metadata of a year anew, by what the other years of the entry say it is. Copies of the files go to the
   * quarantine, the rows stay.
   */
  readonly rebuild: (
    entry: EntryName & { readonly year: number; readonly mark?: string },
  ) => Promise<RebuildOutcome>
  /** Finishes what a killed writer had begun, and moves what it left over to the quarantine. */
  readonly tidy: (entry: EntryName) => Promise<TidyOutcome>
  /** Cases that a killed cleanup has left half moved, finished now; and deletions that were killed. */
  readonly finishInterrupted: () => Promise<ReadonlyArray<Quarantined>>
  /** What is in the quarantine, oldest first. */
  readonly cases: () => Promise<ReadonlyArray<Quarantined>>
  /** How much of a case the cache has as well. Writes nothing. */
  readonly presence: (id: string) => Promise<CasePresence>
  /** Puts the rows of a case that can be read with certainty back into the cache. The case stays. */
  readonly salvage: (id: string) => Promise<SalvageResult>
  /**
   * Moves the files of a case back. Fails when they were changed, or when others have taken their place; with `replace`
   * those go to the quarantine first.
   */
  readonly restore: (id: string, options?: { readonly replace?: boolean }) => Promise<Quarantined>
  /** Deletes a case for good. */
  readonly expire: (id: string) => Promise<void>
  /** Waits for what is under way. */
  readonly close: () => Promise<void>
}
