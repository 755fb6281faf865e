import type { Budget } from "../bar-provider.ts"
import { type AcquireOptions, type CallCost, type Limiter, LimitReached } from "../limiter.ts"
import { checkCost, lastObstacle, type Obstacle } from "../sliding-window.ts"
import { createTurns } from "../turns.ts"
import { createLeases } from "./leases.ts"
import type { LedgerStore, LedgerView } from "./ledger-store.ts"
import { fromWall, type LedgerMillis, type TimeMark, toWall } from "./ledger-time.ts"
import { createPlace } from "./waiting-line.ts"
import { createMirror } from "./window-mirror.ts"

/**
 * One vendor's limits, shared with everybody who uses the same ledger. Calls of one limiter are served in their order;
 * between limiters see `createPlace`.
 * @throws {InvalidInput} when budgets share an id, or an amount or length is not positive
 */
export const createLedgerLimiter = (
  store: LedgerStore,
  vendor: string,
  budgets: ReadonlyArray<Budget>,
): Limiter => {
  const mirror = createMirror(vendor, budgets)
  const place = createPlace(vendor)
  const leases = createLeases(store)
  const takeTurn = createTurns()

  /** Takes the cost, or says what to do instead. */
  const tryToTake = (
    view: LedgerView,
    cost: CallCost,
    giveUpAfter: LedgerMillis,
    isHeld: boolean,
  ): NextStep => {
    const { mark, rows } = view
    mirror.update(view)
    const pause = rows.lastPause(vendor, mark.time)
    const limit = lastObstacle(mirror.windows(), cost, pause, mark.time)
    const obstacle =
      limit !== undefined && limit.until > giveUpAfter ? limit : later(limit, place.findObstacle(view))
    if (obstacle === undefined) {
      const held = isHeld ? mirror.hold(view, Object.entries(cost)) : undefined
      if (held === undefined) mirror.book(view, Object.entries(cost))
      place.leave(view)
      return { mark, held: held ?? [] }
    }
    if (obstacle.until > giveUpAfter) {
      place.leave(view)
      return { refusal: new LimitReached({ ...obstacle, until: toWall(obstacle.until, mark) }) }
    }
    place.keep(view, obstacle.until)
    return { sleepMillis: place.untilNextLook(obstacle.until - mark.time) }
  }

  const grant = async (cost: CallCost, options: AcquireOptions): Promise<void> => {
    const { signal, arrived, maxWaitMillis = Number.POSITIVE_INFINITY } = options
    let giveUpAfter: LedgerMillis | undefined
    try {
      for (;;) {
        const step = await store.transact((view) => {
          giveUpAfter ??= view.mark.time + maxWaitMillis
          return tryToTake(view, cost, giveUpAfter, arrived !== undefined)
        }, signal)
        if ("refusal" in step) throw step.refusal
        if ("sleepMillis" in step) await store.clock.sleep(step.sleepMillis, signal)
        else if (arrived === undefined) return
        else if (leases.isFresh(step.mark)) return leases.keep(step.held, arrived)
        // The machine slept since: others may not know of this call any more.
        else await leases.drop(step.held)
      }
    } finally {
      if (place.isTaken()) await store.transact(place.leave)
    }
  }

  return {
    acquire: async (cost, options = {}) => {
      checkCost(cost, mirror.windows())
      await takeTurn(() => grant(cost, options), options.signal)
    },
    observe: ({ used }) =>
      store.transact((view) => {
        mirror.update(view)
        mirror.book(
          view,
          Object.entries(used).map(([id, count]) => [
            id,
            count - (mirror.windows().get(id)?.used(view.mark.time) ?? count),
          ]),
        )
      }),
    pauseUntil: (until, kind) =>
      store.transact(({ mark, change }) => {
        if (until <= mark.wall) return
        change((rows) => rows.setPause({ vendor, kind, until: fromWall(until, mark), since: mark.time }))
      }),
  }
}

type NextStep =
  | { readonly mark: TimeMark; readonly held: ReadonlyArray<number> }
  | { readonly sleepMillis: number }
  | { readonly refusal: LimitReached }

const later = (one: Obstacle | undefined, other: Obstacle | undefined): Obstacle | undefined =>
  one === undefined || (other !== undefined && other.until > one.until) ? other : one
