import type { Timeframe } from "@barkeep/market-data"
import { CacheError, type CacheFailure, describeDamage } from "./cache-error.ts"

/** What kind of thing was found. */
export type VerifyKind =
  /** The data cannot be read, or not all of it. */
  | "damaged-data"
  | "damaged-metadata"
  /** The bytes are not those that were written. */
  | "checksum"
  /** Data and metadata contradict each other: blocks, counts, spans, years. */
  | "inconsistent"
  /** Metadata tells of a data file that is not there. */
  | "missing-data"
  /** Years of one entry differ in time zone, adjustment, anchor or market; or an entry is stored twice. */
  | "mixed-entry"
  /** Written by another program; readable. */
  | "foreign"
  /** Left over by a killed writer; the next write cleans it up. */
  | "left-over"
  /** Metadata of another program whose data file is gone. */
  | "orphan-metadata"
  /** Readable, and all rows are there, but not as one would write it: the next write does it properly. */
  | "odd"
  /** The lock of a process that is gone. */
  | "stale-lock"
  /** A file or folder that does not belong to the cache. */
  | "stray"

export interface VerifyFinding {
  /** `error`: rows are lost or cannot be trusted. `notice`: worth knowing, all rows are there. */
  readonly severity: "error" | "notice"
  readonly kind: VerifyKind
  readonly path: string
  readonly symbol?: string
  readonly timeframe?: Timeframe
  readonly year?: number
  readonly what: string
  /** Of the error that reading ended with. */
  readonly reason?: CacheFailure["_tag"]
  /** Differs when the file, or the year's files, have changed since they were looked at. */
  readonly mark?: string
}

export interface VerifyReport {
  readonly findings: ReadonlyArray<VerifyFinding>
  readonly partitions: number
  readonly rows: number
  readonly bytes: number
}

/** Takes a finding of one entry. */
export type Note = (finding: Omit<VerifyFinding, "symbol" | "timeframe">) => void

/** The finding that a typed error of the store is. */
export const toFinding = (error: unknown, file?: string): Omit<VerifyFinding, "symbol" | "timeframe"> => {
  if (!(error instanceof CacheError)) throw error
  const at = file ?? error.path
  const kind =
    error.reason._tag === "EntryMismatch"
      ? "mixed-entry"
      : at.endsWith(".json")
        ? "damaged-metadata"
        : "damaged-data"
  return {
    severity: "error",
    kind,
    path: error.path,
    what: describeDamage(error.reason),
    reason: error.reason._tag,
  }
}
