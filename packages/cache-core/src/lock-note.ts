import { hostname } from "node:os"
import { pid } from "node:process"
import type { EpochMillis } from "@barkeep/market-data"
import type { LockHolder } from "./cache-error.ts"
import { asInteger, asText, parseJsonObject } from "./read-json.ts"

/** A lock that was got. */
export interface HeldLock {
  /** @throws {CacheError} `LockHeld` when somebody else has it by now */
  readonly check: () => void
  readonly release: () => void
}

/** Tries for one lock, again and again, without ever waiting in a call. */
export interface LockAttempt {
  /** The lock; `undefined` while somebody else has it. @throws {CacheError} */
  readonly tryNow: () => HeldLock | undefined
  /** Who has it, as far as they left a note. */
  readonly holder: () => LockHolder | undefined
  /** To be called when giving up without the lock. */
  readonly giveUp: () => void
}

/** This process, as a holder of locks. */
export const thisProcess = (since: EpochMillis): LockHolder => ({ pid, host: hostname(), since })

export const printHolder = (holder: LockHolder, more: { readonly [key: string]: unknown } = {}): string =>
  JSON.stringify({ ...holder, ...more })

/** `undefined` for a note that is half written or from elsewhere; it is only there to be shown. */
export const parseHolder = (text: string): LockHolder | undefined => {
  try {
    const object = parseJsonObject(text)
    return {
      pid: asInteger(object["pid"], "pid"),
      host: asText(object["host"], "host"),
      since: asInteger(object["since"], "since"),
    }
  } catch {
    return undefined
  }
}
