import * as fs from "node:fs"
import type { DatabaseSync } from "node:sqlite"
import { CacheError, storageFailure } from "./cache-error.ts"
import { type HeldLock, type LockAttempt, parseHolder, printHolder, thisProcess } from "./lock-note.ts"
import type { Clock } from "./store-context.ts"

const sqliteBusy = 5

/**
 * A lock of the operating system on an empty SQLite file: released by the system itself when its process dies, and
 * held however long its process is busy. Only for local file systems. The file stays; removing it would let two
 * writers lock two different files of that name.
 */
export const fileLock = async (path: string, clock: Clock, leavesNote = true): Promise<LockAttempt> => {
  const { DatabaseSync } = await import("node:sqlite")
  const note = `${path}.json`
  let database: DatabaseSync | undefined
  const close = (): void => {
    database?.close()
    database = undefined
  }
  return {
    tryNow: (): HeldLock | undefined => {
      try {
        database ??= new DatabaseSync(path, { timeout: 0 })
        database.exec("BEGIN EXCLUSIVE")
      } catch (cause) {
        if (isBusy(cause)) return undefined
        close()
        throw lockFailure(path, cause)
      }
      if (leavesNote) writeHolder(note, printHolder(thisProcess(clock.now())))
      return { check: () => {}, release: close }
    },
    holder: () => readHolder(note),
    giveUp: close,
  }
}

const noteLength = 240

/** Leaves a note for people who wait; a lock works without it. */
export const writeHolder = (path: string, text: string): void => {
  try {
    // Written over in place and padded: emptying a file first makes some file systems flush it when it is closed.
    const file = fs.openSync(path, fs.constants.O_WRONLY | fs.constants.O_CREAT)
    try {
      fs.writeSync(file, text.padEnd(noteLength), 0)
    } finally {
      fs.closeSync(file)
    }
  } catch {
    // Whoever waits does not learn who holds the lock.
  }
}

export const readHolder = (path: string): ReturnType<typeof parseHolder> => {
  try {
    return parseHolder(fs.readFileSync(path, "utf8"))
  } catch {
    return undefined
  }
}

const isBusy = (cause: unknown): boolean =>
  cause instanceof Error && "errcode" in cause && (Number(cause.errcode) & 0xff) === sqliteBusy

const lockFailure = (path: string, cause: unknown): unknown => {
  const failure = storageFailure(path, "lock", cause)
  if (failure instanceof CacheError || !(cause instanceof Error && "errcode" in cause)) return failure
  return new CacheError({
    path,
    operation: "lock",
    reason: { _tag: "StorageFailure", code: sqliteCodes[Number(cause.errcode) & 0xff] ?? "EIO", cause },
  })
}

const sqliteCodes: { readonly [code: number]: string | undefined } = {
  3: "EACCES",
  8: "EROFS",
  10: "EIO",
  13: "ENOSPC",
  14: "EACCES",
}
