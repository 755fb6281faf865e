import { TaggedError } from "@barkeep/market-data"

/** Why the ledger cannot be used. */
export type LedgerFailure =
  /** The file is not a whole ledger; it was left as it is. */
  | { readonly _tag: "Damaged"; readonly what: string }
  /** Written by a newer version of this library. */
  | { readonly _tag: "UnknownVersion"; readonly version: number }
  /** Other machines may use the folder too, and locks cannot be relied on there. */
  | { readonly _tag: "NetworkFolder" }
  /** Another process held the ledger all that time. */
  | { readonly _tag: "Locked"; readonly waitedMillis: number }
  /** The file was removed or replaced while this process used it. */
  | { readonly _tag: "Removed" }
  /** The file system refused; `code` is its own word: `ENOSPC`, `EACCES`. */
  | { readonly _tag: "StorageFailure"; readonly code: string; readonly cause: unknown }

/** The limit ledger failed, so no call may be made. `reason._tag` says why, the message also what to do. */
export class LedgerError extends TaggedError<"LedgerError"> {
  readonly _tag = "LedgerError"
  override readonly name = "LedgerError"
  /** The ledger's file, or the folder it should be in. */
  readonly path: string
  readonly reason: LedgerFailure

  constructor(path: string, reason: LedgerFailure) {
    super(
      `limit ledger ${path}: ${describeLedgerFailure(reason)}`,
      reason._tag === "StorageFailure" ? { cause: reason.cause } : {},
    )
    this.path = path
    this.reason = reason
  }
}

/** One sentence for people: what happened and what to do. */
const describeLedgerFailure = (reason: LedgerFailure): string => {
  switch (reason._tag) {
    case "Damaged":
      return `damaged: ${reason.what}; it is not begun anew by itself, since that would forget calls that vendors still count. Stop all programs that use it, remove it with its -wal and -shm files, and leave daily quotas alone for a day`
    case "UnknownVersion":
      return `written in format version ${reason.version}, which this version does not know; update Barkeep`
    case "NetworkFolder":
      return "lies in a network folder, where locks cannot be relied on; choose a folder on a disk of this machine for the state"
    case "Locked":
      return `another program has held it for ${reason.waitedMillis} ms; close what inspects or copies it and run again`
    case "Removed":
      return "was removed or replaced while in use; run again, so that all programs use the same one"
    case "StorageFailure":
      return `${reason.code}: ${advice[reason.code] ?? "the file system refused; nothing was booked"}`
  }
}

/** A `LedgerError` from what SQLite or the file system threw; other errors are bugs and stay as they are. */
export const toLedgerError = (path: string, cause: unknown): unknown => {
  if (!(cause instanceof Error) || cause instanceof LedgerError) return cause
  const code = sqliteCode(cause)
  if (code !== undefined) {
    const what = damage[code]
    if (what !== undefined) return new LedgerError(path, { _tag: "Damaged", what })
    return new LedgerError(path, { _tag: "StorageFailure", code: storageCodes[code] ?? "EIO", cause })
  }
  return "code" in cause && typeof cause.code === "string" && /^E[A-Z0-9]+$/.test(cause.code)
    ? new LedgerError(path, { _tag: "StorageFailure", code: cause.code, cause })
    : cause
}

/** True when another connection was in the way: to be tried again. */
export const isBusy = (cause: unknown): boolean => [5, 6].includes(sqliteCode(cause) ?? 0)

/** SQLite's primary result code, see https://www.sqlite.org/rescode.html */
const sqliteCode = (cause: unknown): number | undefined =>
  cause instanceof Error && "errcode" in cause ? Number(cause.errcode) & 0xff : undefined

const damage: { readonly [code: number]: string | undefined } = {
  1: "its tables are not those of a ledger",
  11: "its pages do not fit together",
  19: "its rows contradict each other",
  20: "its rows are not those of a ledger",
  26: "not a database",
}

const storageCodes: { readonly [code: number]: string | undefined } = {
  3: "EACCES",
  8: "EROFS",
  10: "EIO",
  13: "ENOSPC",
  14: "EACCES",
}

const advice: { readonly [code: string]: string | undefined } = {
  ENOSPC: "no space left on the device; free some and run again",
  EACCES: "not allowed to use this path; check its owner and permissions",
  EROFS: "the file system is read-only; choose another state folder",
  ENOTDIR: "a part of this path is a file, not a folder; choose another state folder",
  EEXIST: "a file is where the folder should be; choose another state folder",
  EIO: "the device reports an I/O error; check the disk",
}
