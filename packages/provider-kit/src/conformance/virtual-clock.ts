import type { EpochMillis } from "@barkeep/market-data"
import type { Clock } from "../clock.ts"

export interface VirtualClock extends Clock {
  readonly advance: (millis: number) => void
  /** Sets the time, backwards too. */
  readonly set: (time: EpochMillis) => void
}

/** A clock for tests on which waiting takes no time: a sleep moves it forward and resolves in the next microtask. */
export const createVirtualClock = (start: EpochMillis): VirtualClock => {
  let time = start
  return {
    now: () => time,
    sleep: async (millis, signal) => {
      signal?.throwIfAborted()
      time += Math.max(0, millis)
      await Promise.resolve()
    },
    advance: (millis) => {
      time += millis
    },
    set: (value) => {
      time = value
    },
  }
}
