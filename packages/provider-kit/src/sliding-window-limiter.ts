import { type EpochMillis, InvalidInput } from "@barkeep/market-data"
import type { Budget } from "./bar-provider.ts"
import { type Clock, systemClock } from "./clock.ts"
import { type AcquireOptions, type CallCost, type Limiter, LimitReached, type PauseKind } from "./limiter.ts"

/**
 * A limiter of this process: in no window of a budget's length, wherever it starts, is more booked than the budget's
 * amount, whatever the mix of budgets. Runs no timer unless a call waits.
 * @throws {InvalidInput} when budgets share an id, or an amount or length is not positive
 */
export const createLimiter = (budgets: ReadonlyArray<Budget>, clock: Clock = systemClock): Limiter => {
  const windows = new Map(checkBudgets(budgets).map((budget) => [budget.id, makeWindow(budget)]))
  let pause: Obstacle | undefined
  // Every call waits for the one before it, so that a cheap call cannot starve an expensive one.
  let tail: Promise<unknown> = Promise.resolve()

  const grant = async (cost: CallCost, options: AcquireOptions): Promise<void> => {
    const { signal, maxWaitMillis = Number.POSITIVE_INFINITY } = options
    const waitingSince = clock.now()
    for (;;) {
      signal?.throwIfAborted()
      const now = clock.now()
      const obstacle = lastObstacle(windows, cost, pause, now)
      if (obstacle === undefined) {
        for (const [id, amount] of Object.entries(cost)) windows.get(id)?.book(amount, now)
        return
      }
      if (obstacle.until - waitingSince > maxWaitMillis) throw new LimitReached(obstacle)
      await clock.sleep(obstacle.until - now, signal)
    }
  }

  return {
    acquire: async (cost, options = {}) => {
      checkCost(cost, windows)
      const turn = tail.then(() => grant(cost, options))
      tail = turn.catch(() => {})
      await untilAborted(turn, options.signal)
    },
    observe: async ({ used }) => {
      const now = clock.now()
      for (const [id, amount] of Object.entries(used)) windows.get(id)?.raiseTo(amount, now)
    },
    pauseUntil: async (until, kind) => {
      if (pause === undefined || until > pause.until) pause = { until, kind }
    },
  }
}

interface Obstacle {
  readonly until: EpochMillis
  readonly kind: PauseKind
  readonly budgetId?: string
}

/** The obstacle that lasts longest; `undefined` when the call may be made at `now`. */
const lastObstacle = (
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

interface Window {
  readonly amount: number
  /** True for budgets of hours and more: used up means "come back later", not "wait a moment". */
  readonly isQuota: boolean
  readonly affordableAt: (cost: number, now: EpochMillis) => EpochMillis
  readonly book: (cost: number, now: EpochMillis) => void
  readonly raiseTo: (used: number, now: EpochMillis) => void
}

const shortestQuotaMillis = 3_600_000

const makeWindow = ({ amount, perMillis }: Budget): Window => {
  let bookings: Array<{ at: EpochMillis; cost: number }> = []
  let first = 0
  let used = 0
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
  const book = (cost: number, now: EpochMillis): void => {
    if (cost <= 0) return
    bookings.push({ at: now, cost })
    used += cost
  }
  return {
    amount,
    isQuota: perMillis >= shortestQuotaMillis,
    book,
    raiseTo: (count, now) => {
      forget(now)
      book(count - used, now)
    },
    affordableAt: (cost, now) => {
      if (cost <= 0) return now
      forget(now)
      let excess = used + cost - amount
      let at = now
      for (let index = first; excess > 0 && index < bookings.length; index += 1) {
        const booking = bookings[index] as { at: EpochMillis; cost: number }
        excess -= booking.cost
        at = booking.at + perMillis
      }
      return at
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

const checkCost = (cost: CallCost, windows: ReadonlyMap<string, Window>): void => {
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

/** `turn`, but rejecting with the signal's reason as soon as that aborts, even while others are served first. */
const untilAborted = (turn: Promise<void>, signal: AbortSignal | undefined): Promise<void> => {
  if (signal === undefined) return turn
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason)
    if (signal.aborted) onAbort()
    else signal.addEventListener("abort", onAbort, { once: true })
    turn.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort))
  })
}
