import type { Budget } from "../bar-provider.ts"
import { makeWindows, type Window } from "../sliding-window.ts"
import type { LedgerView } from "./ledger-store.ts"

type Costs = Iterable<readonly [id: string, cost: number]>

/** One vendor's windows as this process knows them, brought up to date inside each transaction. */
export interface WindowMirror {
  readonly windows: () => ReadonlyMap<string, Window>
  /** Takes over what all processes have booked. Reads only what is new since the last time. */
  readonly update: (view: LedgerView) => void
  /** Books costs by budget id. */
  readonly book: (view: LedgerView, costs: Costs) => void
  /** Takes costs for a call that is on its way; what is taken is to be renewed within `leaseMillis` and settled. */
  readonly hold: (view: LedgerView, costs: Costs) => ReadonlyArray<number>
}

/** Bookings outlive their window by this factor: a version with a somewhat longer window finds what it needs. */
const keptWindows = 2
/** What is held and not renewed for so long is held by nobody: its holder was killed or hangs. */
export const leaseMillis = 4000
/** How many bookings are made between two sweeps. */
const sweepInterval = 256

/** @throws {InvalidInput} for budgets that are none */
export const createMirror = (vendor: string, budgets: ReadonlyArray<Budget>): WindowMirror => {
  let windows = makeWindows(budgets)
  let version: string | undefined
  let lastBooking = 0
  let unswept = sweepInterval
  const keys = new Map<string, { readonly key: number; readonly keepMillis: number }>()
  const ids = new Map<number, string>()

  const restart = (view: LedgerView): void => {
    windows = makeWindows(budgets)
    lastBooking = 0
    keys.clear()
    ids.clear()
    view.change((rows) => {
      for (const budget of budgets) {
        const row = rows.declare(vendor, budget, keptWindows * budget.perMillis)
        keys.set(budget.id, row)
        ids.set(row.key, budget.id)
      }
    })
    version = view.version
  }

  const sweep = (view: LedgerView): void => {
    view.change((rows) => {
      for (const { key, keepMillis } of keys.values()) rows.forgetBookings(key, view.mark.time - keepMillis)
    })
    unswept = 0
  }

  /** A holder that does not renew is gone; its call may have been seen as late as that was noticeable. */
  const bookAbandoned = (view: LedgerView): void => {
    for (const { id, budget, cost, lease } of view.rows.held())
      if (lease <= view.mark.time) {
        view.change((rows) => rows.takeHeld(id))
        view.book(budget, cost, lease)
      }
  }

  const updateHeld = ({ rows }: LedgerView): void => {
    for (const window of windows.values()) window.hold(-window.held())
    for (const { budget, cost } of rows.held()) windows.get(ids.get(budget) ?? "")?.hold(cost)
  }

  const checked = function* (costs: Costs): Generator<readonly [key: number, cost: number]> {
    for (const [id, cost] of costs) {
      const key = keys.get(id)?.key
      if (key !== undefined && cost > 0 && Number.isFinite(cost)) yield [key, cost]
    }
  }

  return {
    windows: () => windows,
    update: (view) => {
      if (version !== view.version) restart(view)
      bookAbandoned(view)
      updateHeld(view)
      for (const { id, budget, time, cost } of view.rows.bookingsAfter(vendor, lastBooking)) {
        windows.get(ids.get(budget) ?? "")?.book(cost, time)
        lastBooking = id
      }
    },
    // What is booked here is read back by the next update, so that a failed commit leaves no trace.
    book: (view, costs) => {
      for (const [key, cost] of checked(costs)) {
        view.book(key, cost)
        unswept += 1
      }
      if (unswept >= sweepInterval) sweep(view)
    },
    hold: (view, costs) => {
      const held: Array<number> = []
      for (const [key, cost] of checked(costs)) {
        view.change((rows) => held.push(rows.hold(key, cost, view.mark.time + leaseMillis)))
        unswept += 1
      }
      if (unswept >= sweepInterval) sweep(view)
      return held
    },
  }
}
