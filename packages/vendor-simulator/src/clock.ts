import type { EpochMillis } from "@barkeep/market-data"

/** Where the simulated vendors take their time from: `Date` headers, running bars, rate limits, bans, the log. */
export interface Clock {
  /** The present, epoch milliseconds. */
  readonly now: () => EpochMillis
}

/** A clock that stands still until it is told otherwise. Give the same one to the simulator and to its client. */
export interface VirtualClock extends Clock {
  readonly set: (time: EpochMillis) => void
  readonly advance: (millis: number) => void
}

/** The machine's time, whole milliseconds. */
export const systemClock: Clock = { now: () => Math.floor(performance.timeOrigin + performance.now()) }

/** A clock that reads `start` now and then runs as fast as the real one. */
export const clockStartingAt = (start: EpochMillis): Clock => {
  const startedAt = performance.now()
  return { now: () => start + Math.floor(performance.now() - startedAt) }
}

/** A clock that reads `start` until `set` or `advance` moves it, in either direction. */
export const virtualClock = (start: EpochMillis): VirtualClock => {
  let time = start
  return {
    now: () => time,
    set: (next) => {
      time = next
    },
    advance: (millis) => {
      time += millis
    },
  }
}
