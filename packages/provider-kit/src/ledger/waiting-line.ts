import type { Obstacle } from "../sliding-window.ts"
import type { LedgerView } from "./ledger-store.ts"
import type { LedgerMillis } from "./ledger-time.ts"

/** Places not renewed for so long belong to nobody any more: a process that was killed or hangs is passed. */
const placeMillis = 1500
const renewMillis = 400
/** Between two looks at whether somebody ahead, whose turn has come, has taken it. */
const lookMillis = 5

/**
 * A limiter's place in the vendor's line of waiting limiters, so that cheap calls of one process cannot starve an
 * expensive one of another. It holds nothing back but calls that come later, and lapses by itself.
 */
export interface Place {
  readonly isTaken: () => boolean
  /** Somebody who waited before. */
  readonly findObstacle: (view: LedgerView) => Obstacle | undefined
  /** Takes a place at the end, or keeps the one there is. */
  readonly keep: (view: LedgerView, due: LedgerMillis) => void
  readonly leave: (view: LedgerView) => void
  /** How long to sleep for something that lasts `millis`. Whole and positive. */
  readonly untilNextLook: (millis: number) => number
}

export const createPlace = (vendor: string): Place => {
  let place: number | undefined
  let renewedAt: LedgerMillis = Number.NEGATIVE_INFINITY
  let announced: LedgerMillis = Number.NEGATIVE_INFINITY
  const isUpToDate = (now: LedgerMillis, due: LedgerMillis): boolean =>
    place !== undefined && now - renewedAt < renewMillis / 2 && due - announced < 10 * lookMillis
  return {
    isTaken: () => place !== undefined,
    findObstacle: ({ mark, rows }) => {
      const due = rows.dueAhead(vendor, place ?? Number.MAX_SAFE_INTEGER, mark.time - placeMillis)
      return due === undefined
        ? undefined
        : { until: Math.max(due, mark.time + lookMillis), kind: "rate-limited" }
    },
    keep: ({ mark, change }, due) => {
      if (isUpToDate(mark.time, due)) return
      change((rows) => {
        if (place === undefined) {
          rows.forgetPlaces(mark.time - placeMillis)
          place = rows.joinLine(vendor, mark.time, due)
        } else rows.renewPlace(place, vendor, mark.time, due)
      })
      renewedAt = mark.time
      announced = due
    },
    leave: ({ change }) => {
      const left = place
      if (left !== undefined) change((rows) => rows.leaveLine(left))
      place = undefined
    },
    untilNextLook: (millis) => Math.ceil(Math.min(millis, renewMillis)),
  }
}
