import type { Budget } from "../bar-provider.ts"
import type { Limiter } from "../limiter.ts"
import { type LedgerClock, systemLedgerClock } from "./ledger-clock.ts"
import { prepareFolder } from "./ledger-file.ts"
import { createLedgerLimiter } from "./ledger-limiter.ts"
import { openStore } from "./ledger-store.ts"
import { type LedgerSnapshot, takeSnapshot } from "./snapshot.ts"

export interface LedgerOptions {
  /** @default the host's clocks */
  readonly clock?: LedgerClock
  /** How long to wait while another program keeps the file locked. @default 10_000 */
  readonly lockTimeoutMillis?: number
  /** To be set for a folder that looks like one of the network and is only used from this machine. @default false */
  readonly allowNetworkFolder?: boolean
}

/**
 * What all processes of one user have asked of vendors, on disk. A cost is booked before its call is made and stays
 * booked whatever becomes of the process; nothing but bookings, pauses and places in line is kept.
 */
export interface LimitLedger {
  /** The file. */
  readonly path: string
  /**
   * A limiter for one vendor, shared with every other one that names the same vendor here or in another process.
   * Where a vendor counts per account and not per address, the name should say which account.
   *
   * Bookings belong to a budget's id. Two definitions of one id (another tier, another version) count the same
   * calls, each against its own amount.
   * @throws {InvalidInput} when budgets share an id, or an amount or length is not positive
   */
  readonly limiterFor: (vendor: string, budgets: ReadonlyArray<Budget>) => Limiter
  /** What is used up now. @throws {LedgerError} */
  readonly snapshot: () => Promise<LedgerSnapshot>
  /**
   * Forgets bookings and pauses of one vendor or of all, for everybody. The vendor does not forget them.
   * @throws {LedgerError}
   */
  readonly reset: (vendor?: string) => Promise<void>
  /** Limiters of a closed ledger reject; what they booked stays. */
  readonly close: () => void
}

/**
 * Opens the limit ledger in a folder of this machine, the same for all programs of the user; makes both when they are
 * not there.
 * @throws {LedgerError} `Damaged`, `UnknownVersion`, `NetworkFolder`, `Locked`, `StorageFailure`; a damaged ledger is
 * left as it is, since beginning anew would forget calls that vendors still count
 */
export const openLimitLedger = async (folder: string, options: LedgerOptions = {}): Promise<LimitLedger> => {
  const { clock = systemLedgerClock, lockTimeoutMillis = 10_000, allowNetworkFolder = false } = options
  const path = prepareFolder(folder, allowNetworkFolder)
  const store = await openStore(path, clock, lockTimeoutMillis)
  return {
    path,
    limiterFor: (vendor, budgets) => createLedgerLimiter(store, vendor, budgets),
    snapshot: () => store.transact(takeSnapshot),
    reset: (vendor) =>
      store.transact((view) => {
        view.change((rows) => rows.clear(vendor))
        view.beginGeneration()
      }),
    close: store.close,
  }
}
