import * as fs from "node:fs"
import * as path from "node:path"
import { performance } from "node:perf_hooks"
import { CacheError, codeOf, storageFailure } from "./cache-error.ts"
import { readHolder, writeHolder } from "./file-lock.ts"
import { type HeldLock, type LockAttempt, printHolder, thisProcess } from "./lock-note.ts"
import type { Clock } from "./store-context.ts"

let leases = 0

/**
 * A lock for network folders, where the operating system's file locks do not reach other machines: whoever makes the
 * folder has it, and rewrites a note in it as a sign of life. A lease whose note has not changed for `leaseMillis`, as
 * seen by the one who waits (clocks of two machines are never compared), is taken over. Its late holder notices at
 * its next `check`.
 */
export const leaseLock = (folder: string, clock: Clock, leaseMillis: number): LockAttempt => {
  const note = path.join(folder, "holder.json")
  let seen: string | undefined
  let unchangedSince = performance.now()
  const take = (): HeldLock => {
    const holder = thisProcess(clock.now())
    leases += 1
    const token = `${holder.host}-${holder.pid}-${holder.since}-${leases}`
    let beat = 0
    const show = (): void => {
      beat += 1
      writeHolder(note, printHolder(holder, { token, beat }))
    }
    const isOurs = (): boolean => readText(note)?.includes(JSON.stringify(token)) === true
    show()
    const timer = setInterval(() => {
      if (isOurs()) show()
    }, leaseMillis / 4)
    timer.unref()
    return {
      check: () => {
        if (!isOurs())
          throw new CacheError({
            path: folder,
            operation: "lock",
            reason: { _tag: "LockHeld", by: readHolder(note) },
          })
      },
      release: () => {
        clearInterval(timer)
        if (isOurs()) removeLease(folder, note)
      },
    }
  }
  return {
    tryNow: () => {
      try {
        fs.mkdirSync(folder)
        return take()
      } catch (cause) {
        if (codeOf(cause) !== "EEXIST") throw storageFailure(folder, "lock", cause)
      }
      const now = readText(note)
      if (now !== seen) {
        seen = now
        unchangedSince = performance.now()
      } else if (performance.now() - unchangedSince > leaseMillis) {
        dropStale(folder, now)
        unchangedSince = performance.now()
      }
      return undefined
    },
    holder: () => readHolder(note),
    giveUp: () => {},
  }
}

// Renaming has one winner. Should the folder by then be another's fresh lease, it is handed back.
const dropStale = (folder: string, seen: string | undefined): void => {
  leases += 1
  const aside = `${folder}.stale-${thisProcess(0).pid}-${leases}`
  try {
    fs.renameSync(folder, aside)
  } catch {
    return
  }
  const moved = path.join(aside, "holder.json")
  if (readText(moved) === seen) {
    removeLease(aside, moved)
    return
  }
  try {
    fs.renameSync(aside, folder)
  } catch {
    // A third one has it now; the one whose lease this was finds out at its next check.
    removeLease(aside, moved)
  }
}

const removeLease = (folder: string, note: string): void => {
  try {
    fs.rmSync(note, { force: true })
    fs.rmdirSync(folder)
  } catch {
    // It counts as stale after a while.
  }
}

const readText = (file: string): string | undefined => {
  try {
    return fs.readFileSync(file, "utf8")
  } catch {
    return undefined
  }
}
