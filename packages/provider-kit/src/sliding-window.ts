import { type EpochMillis, InvalidInput } from "@barkeep/market-data"
import type { Budget } from "./bar-provider.ts"
import type { CallCost, PauseKind } from "./limiter.ts"

/** What is booked of one budget in the window that ends now. */
export interface Window {
  readonly amount: number
  /** True for budgets of hours and more: used up means "come back later", not "wait a moment". */
  readonly isQuota: boolean
  /** The earliest time, from `now` on, at which `cost` fits, if nothing else is booked until then. */
  readonly affordableAt: (cost: number, now: EpochMillis) => EpochMillis
  readonly book: (cost: number, at: EpochMillis) => void
  /** Changes by `cost` what calls on their way have taken: it counts as booked now, whenever now is. */
  readonly hold: (cost: number) => void
  readonly held: () => number
  readonly used: (now: EpochMillis) => number
}

/** Why a call may not be made before `until`. */
export interface Obstacle {
  readonly until: EpochMillis
  readonly kind: PauseKind
  /** Absent for a pause. */
  readonly budgetId?: string
}

/**
 * One empty window for each budget, by id.
 * @throws {InvalidInput} when budgets share an id, or an amount or length is not positive
 */
export const makeWindows = (budgets: ReadonlyArray<Budget>): ReadonlyMap<string, Window> =>
  new Map(checkBudgets(budgets).map((budget) => [budget.id, makeWindow(budget)]))

/** The obstacle that lasts longest; `undefined` when the call may be made at `now`. */
export const lastObstacle = (
  windows: ReadonlyMap<string, Window>,
  cost: CallCost,
  pause: Obstacle | undefined,
  now: EpochMillis,
): Obstacle | undefined => {
  let last = pause !== undefined && pause.until > now ? pause : undefined
  for (const [budgetId, amount] of Object.entries(cost)) {
    const window = windows.get(budgetId)
    if (window === undefined) continue
    const until = window.affordableAt(amount, now)
    if (until > (last?.until ?? now))
      last = { until, kind: window.isQuota ? "quota-exhausted" : "rate-limited", budgetId }
  }
  return last
}

/** @throws {InvalidInput} when the cost names an unknown budget or can never be afforded */
export const checkCost = (cost: CallCost, windows: ReadonlyMap<string, Window>): void => {
  for (const [id, amount] of Object.entries(cost)) {
    const window = windows.get(id)
    if (window === undefined)
      throw new InvalidInput({
        field: "cost",
        value: id,
        expected: `one of the budgets ${[...windows.keys()].join(" ")}`,
      })
    if (!(amount >= 0 && amount <= window.amount))
      throw new InvalidInput({
        field: `cost ${id}`,
        value: amount,
        expected: `between 0 and ${window.amount}`,
      })
  }
}

const shortestQuotaMillis = 3_600_000

const makeWindow = ({ amount, perMillis }: Budget): Window => {
  let bookings: Array<{ at: EpochMillis; cost: number }> = []
  let first = 0
  let used = 0
  let held = 0
  const forget = (now: EpochMillis): void => {
    // A clock set back would keep what lies in its future booked for as long as it went back.
    for (let index = bookings.length - 1; index >= first; index -= 1) {
      const booking = bookings[index] as { at: EpochMillis }
      if (booking.at <= now) break
      booking.at = now
    }
    for (let oldest = bookings[first]; oldest !== undefined && now - oldest.at >= perMillis;) {
      used -= oldest.cost
      first += 1
      oldest = bookings[first]
    }
    if (first > 1000) {
      bookings = bookings.slice(first)
      first = 0
    }
  }
  return {
    amount,
    isQuota: perMillis >= shortestQuotaMillis,
    book: (cost, at) => {
      if (!(cost > 0 && Number.isFinite(cost))) return
      let index = bookings.length
      // What another process left unfinished is booked after the fact.
      while (index > first && (bookings[index - 1] as { at: EpochMillis }).at > at) index -= 1
      bookings.splice(index, 0, { at, cost })
      used += cost
    },
    hold: (cost) => {
      held += cost
    },
    held: () => held,
    used: (now) => {
      forget(now)
      return used + held
    },
    affordableAt: (cost, now) => {
      if (cost <= 0) return now
      forget(now)
      let excess = used + held + cost - amount
      let at = now
      for (let index = first; excess > 0 && index < bookings.length; index += 1) {
        const booking = bookings[index] as { at: EpochMillis; cost: number }
        excess -= booking.cost
        at = booking.at + perMillis
      }
      return excess > 0 ? now + perMillis : at
    },
  }
}

const checkBudgets = (budgets: ReadonlyArray<Budget>): ReadonlyArray<Budget> => {
  if (new Set(budgets.map((budget) => budget.id)).size !== budgets.length)
    throw new InvalidInput({
      field: "budgets",
      value: budgets.map(({ id }) => id),
      expected: "a list of unique ids",
    })
  for (const { id, amount, perMillis } of budgets)
    if (!(amount > 0 && perMillis > 0))
      throw new InvalidInput({
        field: `budget ${id}`,
        value: `${amount} per ${perMillis} ms`,
        expected: "a positive amount per positive time",
      })
  return budgets
}
