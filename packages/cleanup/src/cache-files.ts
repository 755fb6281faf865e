import type { EpochMillis, Timeframe } from "@barkeep/market-data"

/** An entry, by its name. */
export interface EntryName {
  readonly symbol: string
  readonly timeframe: Timeframe
}

/** What the store found out about a file; the cleanup decides what follows from it. */
export interface FileFinding {
  /** `error`: rows are lost or cannot be trusted. `notice`: worth knowing, all rows are there. */
  readonly severity: "error" | "notice"
  readonly kind: FindingKind
  readonly path: string
  readonly symbol?: string
  readonly timeframe?: Timeframe
  readonly year?: number
  readonly what: string
  /** The tag of the error that reading ended with. */
  readonly reason?: string
  /** Differs when the file, or the year's files, have changed since they were looked at. */
  readonly mark?: string
}

export type FindingKind =
  | "damaged-data"
  | "damaged-metadata"
  | "checksum"
  | "inconsistent"
  | "missing-data"
  | "mixed-entry"
  | "foreign"
  | "odd"
  | "orphan-metadata"
  | "left-over"
  | "stale-lock"
  | "stray"

export interface Inspection {
  readonly findings: ReadonlyArray<FileFinding>
  /** Data files read. */
  readonly partitions: number
  readonly rows: number
  readonly bytes: number
}

/** How far an inspection has got. */
export interface InspectionProgress extends EntryName {
  readonly year: number
  /** Files read so far, of `files` in all. */
  readonly filesDone: number
  readonly files: number
  readonly rows: number
  readonly bytes: number
}

export interface InspectionFilter {
  readonly symbols?: ReadonlyArray<string>
  readonly timeframes?: ReadonlyArray<Timeframe>
  readonly signal?: AbortSignal
  readonly onFile?: (progress: InspectionProgress) => void
}

/** Files that were set aside, with the note of what, why and when. */
export interface QuarantineCase extends EntryName {
  readonly id: string
  readonly year?: number
  readonly why: string
  readonly at: EpochMillis
  readonly files: ReadonlyArray<{
    readonly name: string
    /** Where it came from, relative to the cache folder, with `/`. */
    readonly from: string
    readonly sizeBytes: number
    readonly sha256: string
  }>
  /** The files were copied: others have their places. */
  readonly copied?: boolean
  readonly readable?: ReadableRows
  readonly salvagedAt?: EpochMillis
}

/** What of a damaged year can still be read with certainty. */
export interface ReadableRows {
  readonly rows: number
  /** How many rows the metadata tells of. */
  readonly claimedRows?: number
  /** True when checksums cover the rows; of a cut file nothing can. */
  readonly proven: boolean
  readonly firstOpenTime?: EpochMillis
  readonly lastOpenTime?: EpochMillis
  /** Lines that were left out, and why. */
  readonly leftOut: ReadonlyArray<string>
  /** Rows that belong to other years than the file. */
  readonly otherYears: number
}

export interface SetAsideRequest extends EntryName {
  readonly year?: number
  /** Absolute paths. @default all files of the year */
  readonly files?: ReadonlyArray<string>
  readonly why: string
  readonly mark?: string
}

export type SetAsideOutcome =
  | { readonly _tag: "SetAside"; readonly quarantined: QuarantineCase }
  | { readonly _tag: "Busy"; readonly what: string }
  | { readonly _tag: "Changed" }
  | { readonly _tag: "Outside"; readonly what: string }

export type RebuildOutcome = SetAsideOutcome | { readonly _tag: "KindUnknown" }

export type TidyOutcome =
  | {
      readonly _tag: "Tidied"
      /** Temporary files that were the end of a write that counts, and were put in their places. */
      readonly completed: number
      readonly locks: number
      readonly quarantined: ReadonlyArray<QuarantineCase>
    }
  | { readonly _tag: "Busy"; readonly what: string }

/** How much of a case the cache has as well. */
export interface CasePresence {
  readonly readableRows: number
  /** Readable rows that the cache does not have with the same values. */
  readonly missingRows: number
  /** True when something in the case may exist nowhere else. */
  readonly isOnlyCopy: boolean
}

export interface SalvageResult {
  readonly id: string
  readonly rows: number
  readonly rowsAdded: number
  /** Rows whose time the cache has with other values; those of the cache stayed. */
  readonly rowsDiffering: number
}

/**
 * The files of a cache as a cleanup needs them; `openCacheFiles` of `@barkeep/cache-core` is one. Methods that change
 * something do so only while no other process writes to the entry, and reject with a typed error (an `Error` with a
 * `_tag`) when the store fails; no file is lost then.
 */
export interface CacheFiles {
  readonly folder: string
  /** Reads every byte; damage is a finding. Writes nothing. */
  readonly inspect: (filter?: InspectionFilter) => Promise<Inspection>
  /** Who writes to the entry at this moment; `undefined` when nobody does. Writes nothing. */
  readonly findWriter: (entry: EntryName) => Promise<string | undefined>
  /** Moves files to the quarantine, unless somebody is at them or they have changed since they were looked at. */
  readonly setAside: (request: SetAsideRequest) => Promise<SetAsideOutcome>
  /** Writes damaged metadata anew by what the entry's other years say; copies go to the quarantine, the rows stay. */
  readonly rebuild: (
    year: EntryName & { readonly year: number; readonly mark?: string },
  ) => Promise<RebuildOutcome>
  /** Finishes what a killed writer had begun, and moves what it left over to the quarantine. */
  readonly tidy: (entry: EntryName) => Promise<TidyOutcome>
  /** Finishes what a killed cleanup had begun. */
  readonly finishInterrupted: () => Promise<ReadonlyArray<QuarantineCase>>
  readonly cases: () => Promise<ReadonlyArray<QuarantineCase>>
  readonly presence: (id: string) => Promise<CasePresence>
  readonly salvage: (id: string) => Promise<SalvageResult>
  /** Moves the files of a case back; with `replace` files that have taken their place go to the quarantine first. */
  readonly restore: (id: string, options?: { readonly replace?: boolean }) => Promise<QuarantineCase>
  readonly expire: (id: string) => Promise<void>
}
