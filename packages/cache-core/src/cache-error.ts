import { type Adjustment, type EpochMillis, isoTime, TaggedError } from "@barkeep/market-data"

/** Who holds a lock, as far as the holder could leave a note. */
export interface LockHolder {
  readonly pid: number
  readonly host: string
  readonly since: EpochMillis
}

/** Why the store did not do what was asked. */
export type CacheFailure =
  /** The file cannot be read without guessing; it was left as it is. */
  | {
      readonly _tag: "CorruptPartition"
      readonly what: string
      readonly line?: number
      readonly column?: string
    }
  /** The file is whole but not the one its metadata describes. */
  | { readonly _tag: "ChecksumMismatch"; readonly expected: string; readonly found: string }
  /** Another writer kept the entry locked for longer than the timeout; `by` where it left a note. */
  | { readonly _tag: "LockHeld"; readonly by: LockHolder | undefined }
  /** Written by a newer version of this library. */
  | { readonly _tag: "UnknownFormatVersion"; readonly version: unknown }
  /** The entry holds prices of another basis. */
  | {
      readonly _tag: "MixedAdjustment"
      readonly stored: Adjustment | "unknown"
      readonly incoming: Adjustment | "unknown"
    }
  /** The entry was written for another time zone, anchor, instrument or place. */
  | {
      readonly _tag: "EntryMismatch"
      readonly what: "timezone" | "anchor" | "instrument" | "place"
      readonly stored: string
      readonly incoming: string
    }
  /** Somebody else committed although this writer held the lock; nothing was written. */
  | {
      readonly _tag: "GenerationConflict"
      readonly expected: number | undefined
      readonly found: number | undefined
    }
  /** The file system refused; `code` is its own word: `ENOSPC`, `EACCES`. */
  | { readonly _tag: "StorageFailure"; readonly code: string; readonly cause: unknown }

export type CacheOperation = "open" | "list" | "read" | "write" | "lock" | "quarantine" | "restore"

/** The store failed. What was stored before is intact. `reason._tag` says why, the message also what to do. */
export class CacheError extends TaggedError<"CacheError"> {
  readonly _tag = "CacheError"
  override readonly name = "CacheError"
  /** The file or folder concerned. */
  readonly path: string
  readonly operation: CacheOperation
  readonly reason: CacheFailure

  constructor(options: {
    readonly path: string
    readonly operation: CacheOperation
    readonly reason: CacheFailure
  }) {
    super(
      `${options.operation} ${options.path}: ${describeCacheFailure(options.reason)}`,
      options.reason._tag === "StorageFailure" ? { cause: options.reason.cause } : {},
    )
    this.path = options.path
    this.operation = options.operation
    this.reason = options.reason
  }
}

/** One sentence for people: what happened and what to do. */
export const describeCacheFailure = (reason: CacheFailure): string => {
  switch (reason._tag) {
    case "CorruptPartition":
      return `damaged: ${reason.what}${placeText(reason)}; put a good copy back, or move it to quarantine and fetch it again`
    case "ChecksumMismatch":
      return `the file is not the one its metadata describes (${reason.found} instead of ${reason.expected})`
    case "LockHeld":
      return `another writer holds the entry${holderText(reason.by)}; wait for it or raise the lock timeout`
    case "UnknownFormatVersion":
      return `written in format version ${String(reason.version)}, which this version does not know; update Barkeep`
    case "MixedAdjustment":
      return `holds prices adjusted for "${reason.stored}", the new rows are adjusted for "${reason.incoming}"; they cannot share an entry: move the old entry to quarantine, or use another cache folder`
    case "EntryMismatch":
      return `${reason.what} differs: stored ${reason.stored}, asked for ${reason.incoming}`
    case "GenerationConflict":
      return `somebody else wrote in between (generation ${reason.found ?? "none"} instead of ${reason.expected ?? "none"}); try again`
    case "StorageFailure":
      return storageText(reason.code)
  }
}

/** The same for a report that names the file and says what to do elsewhere. */
export const describeDamage = (reason: CacheFailure): string =>
  reason._tag === "CorruptPartition" ? `${reason.what}${placeText(reason)}` : describeCacheFailure(reason)

/** The error of a file that cannot be read without guessing. */
export const corrupt = (file: string, operation: CacheOperation, what: string): CacheError =>
  new CacheError({ path: file, operation, reason: { _tag: "CorruptPartition", what } })

/** A `CacheError` from what the file system threw; other errors are bugs and stay as they are. */
export const storageFailure = (path: string, operation: CacheOperation, cause: unknown): unknown => {
  const code = codeOf(cause)
  return code === undefined
    ? cause
    : new CacheError({ path, operation, reason: { _tag: "StorageFailure", code, cause } })
}

/** The file system's own code of an error it threw. */
export const codeOf = (cause: unknown): string | undefined =>
  cause instanceof Error &&
  "code" in cause &&
  typeof cause.code === "string" &&
  /^E[A-Z0-9]+$/.test(cause.code)
    ? cause.code
    : undefined

const storageText = (code: string): string =>
  `${code}: ${advice[code] ?? "the file system refused; nothing was changed"}`

const advice: { readonly [code: string]: string | undefined } = {
  ENOSPC: "no space left on the device; free some and run again, nothing was changed",
  EDQUOT: "the disk quota is used up; free some space and run again, nothing was changed",
  EIO: "the device reports an I/O error; check the disk, nothing was changed",
  EACCES: "not allowed to use this path; check its owner and permissions",
  EPERM: "not permitted here; check owner, permissions and whether another program has the file open",
  EROFS: "the file system is read-only; choose another cache folder",
  ENOTDIR: "a part of this path is a file, not a folder; choose another cache folder",
  EEXIST: "something else is already at this path",
  EISDIR: "a folder is where a file should be",
  ENOENT: "not there; it may have been removed meanwhile",
  EMFILE: "too many open files; close some programs or raise the limit",
  EXDEV: "the folders are on different devices; files can only be moved within one",
  ESTALE: "another program changed the file meanwhile; nothing was changed, run again",
  ENAMETOOLONG: "the path is too long for this file system",
}

const placeText = (place: { readonly line?: number; readonly column?: string }): string => {
  const parts = [
    ...(place.line === undefined ? [] : [`line ${place.line}`]),
    ...(place.column === undefined ? [] : [`column ${place.column}`]),
  ]
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`
}

const holderText = (by: LockHolder | undefined): string =>
  by === undefined ? "" : ` (process ${by.pid} on ${by.host}, since ${isoTime(by.since)})`
