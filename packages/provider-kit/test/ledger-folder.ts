import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { type LedgerOptions, type LimitLedger, openLimitLedger } from "../src/ledger.ts"

export interface LedgerFolder extends Disposable {
  readonly path: string
  /** Opens the ledger in it; closed with the folder. */
  readonly open: (options?: LedgerOptions) => Promise<LimitLedger>
}

/** A file system that waits for no disk, where there is one: for tests that open hundreds of ledgers. */
const quickFolder = existsSync("/dev/shm") ? "/dev/shm" : tmpdir()

/** An empty folder of its own. */
export const makeLedgerFolder = (isQuick = false): LedgerFolder => {
  const path = mkdtempSync(join(isQuick ? quickFolder : tmpdir(), "barkeep-ledger-"))
  const opened: Array<LimitLedger> = []
  return {
    path,
    open: async (options) => {
      const ledger = await openLimitLedger(path, options)
      opened.push(ledger)
      return ledger
    },
    [Symbol.dispose]: () => {
      for (const ledger of opened) ledger.close()
      rmSync(path, { recursive: true })
    },
  }
}

export interface Booked {
  readonly at: number
  readonly cost: number
}

/** All bookings of a budget as they are on disk, in order. */
export const readBookings = (
  { path }: { readonly path: string },
  budgetId: string,
): ReadonlyArray<Booked> => {
  const database = new DatabaseSync(join(path, "limits.sqlite"))
  try {
    return database
      .prepare(
        "SELECT time AS at, cost FROM booking WHERE budget IN (SELECT key FROM budget WHERE id = ?) ORDER BY booking.id",
      )
      .all(budgetId) as unknown as ReadonlyArray<Booked>
  } finally {
    database.close()
  }
}

/** The most that any window `[at, at + perMillis)` holds. */
export const fullestWindow = (booked: ReadonlyArray<Booked>, perMillis: number): number => {
  const sorted = booked.toSorted((one, other) => one.at - other.at)
  let used = 0
  let most = 0
  let first = 0
  for (const { at, cost } of sorted) {
    used += cost
    for (let oldest = sorted[first]; oldest !== undefined && at - oldest.at >= perMillis;) {
      used -= oldest.cost
      first += 1
      oldest = sorted[first]
    }
    most = Math.max(most, used)
  }
  return most
}
