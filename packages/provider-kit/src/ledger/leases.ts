import type { LedgerStore } from "./ledger-store.ts"
import { millisSince, readClock, type TimeMark } from "./ledger-time.ts"
import { leaseMillis } from "./window-mirror.ts"

const renewMillis = leaseMillis / 4

/** What this process holds for calls that are on their way. */
export interface Leases {
  /** Whether a call that was taken at `mark` may still leave. */
  readonly isFresh: (mark: TimeMark) => boolean
  /** Keeps it held until the call has arrived, then books it as of then. */
  readonly keep: (held: ReadonlyArray<number>, arrived: Promise<unknown>) => void
  /** Gives it back: the call was not sent. */
  readonly drop: (held: ReadonlyArray<number>) => Promise<void>
}

/**
 * Renews what is held for as long as this process lives, so that a killed one blocks nobody for longer than a lease.
 * A ledger that fails meanwhile does not stop a call that is on its way; it stops the next one, and what was held
 * lapses and counts.
 */
export const createLeases = (store: LedgerStore): Leases => {
  const own = new Set<number>()
  let timer: NodeJS.Timeout | undefined

  const renew = (): void => {
    store
      .transact(({ mark, change }) =>
        change((rows) => {
          for (const id of own) rows.renewHeld(id, mark.time + leaseMillis)
        }),
      )
      .catch(() => {})
  }

  const forget = (held: ReadonlyArray<number>): void => {
    for (const id of held) own.delete(id)
    if (own.size > 0) return
    clearInterval(timer)
    timer = undefined
  }

  const settle = (held: ReadonlyArray<number>): void => {
    store
      .transact((view) => {
        for (const id of held)
          view.change((rows) => {
            const taken = rows.takeHeld(id)
            // Gone when it had lapsed, and was booked by whoever saw that, or after a reset.
            if (taken !== undefined) view.book(taken.budget, taken.cost)
          })
      })
      .catch(() => {})
      .finally(() => forget(held))
  }

  return {
    isFresh: (mark) => millisSince(mark, readClock(store.clock)) < leaseMillis / 2,
    keep: (held, arrived) => {
      for (const id of held) own.add(id)
      // About the life of this process, so by the real time, and no reason to keep it alive.
      timer ??= setInterval(renew, renewMillis).unref()
      arrived.then(
        () => settle(held),
        () => settle(held),
      )
    },
    drop: (held) =>
      store.transact(({ change }) =>
        change((rows) => {
          for (const id of held) rows.takeHeld(id)
        }),
      ),
  }
}
