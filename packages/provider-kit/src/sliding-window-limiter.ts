import type { EpochMillis } from "@barkeep/market-data"
import type { Budget } from "./bar-provider.ts"
import { type Clock, systemClock } from "./clock.ts"
import { type AcquireOptions, type CallCost, type Limiter, LimitReached } from "./limiter.ts"
import { checkCost, lastObstacle, makeWindows, type Obstacle } from "./sliding-window.ts"
import { createTurns } from "./turns.ts"

/**
 * A limiter of this process: in no window of a budget's length, wherever it starts, is more booked than the budget's
 * amount, whatever the mix of budgets. Runs no timer unless a call waits.
 * @throws {InvalidInput} when budgets share an id, or an amount or length is not positive
 */
export const createLimiter = (budgets: ReadonlyArray<Budget>, clock: Clock = systemClock): Limiter => {
  const windows = makeWindows(budgets)
  const takeTurn = createTurns()
  let pause: Obstacle | undefined

  const book = (cost: CallCost, now: EpochMillis): void => {
    for (const [id, amount] of Object.entries(cost)) windows.get(id)?.book(amount, now)
  }

  const hold = (cost: CallCost, arrived: Promise<unknown>): void => {
    for (const [id, amount] of Object.entries(cost)) windows.get(id)?.hold(amount)
    const settle = (): void => {
      for (const [id, amount] of Object.entries(cost)) windows.get(id)?.hold(-amount)
      book(cost, clock.now())
    }
    arrived.then(settle, settle)
  }

  const grant = async (cost: CallCost, options: AcquireOptions): Promise<void> => {
    const { signal, arrived, maxWaitMillis = Number.POSITIVE_INFINITY } = options
    const waitingSince = clock.now()
    for (;;) {
      signal?.throwIfAborted()
      const now = clock.now()
      const obstacle = lastObstacle(windows, cost, pause, now)
      if (obstacle === undefined) {
        if (arrived === undefined) book(cost, now)
        else hold(cost, arrived)
        return
      }
      if (obstacle.until - waitingSince > maxWaitMillis) throw new LimitReached(obstacle)
      await clock.sleep(obstacle.until - now, signal)
    }
  }

  return {
    acquire: async (cost, options = {}) => {
      checkCost(cost, windows)
      await takeTurn(() => grant(cost, options), options.signal)
    },
    observe: async ({ used }) => {
      const now = clock.now()
      for (const [id, count] of Object.entries(used)) {
        const window = windows.get(id)
        window?.book(count - window.used(now), now)
      }
    },
    pauseUntil: async (until, kind) => {
      if (pause === undefined || until > pause.until) pause = { until, kind }
    },
  }
}
