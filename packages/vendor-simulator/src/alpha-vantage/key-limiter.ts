import type { EpochMillis } from "@barkeep/market-data"
import type { AlphaVantagePlans, Caller } from "./plans.ts"
import { newYorkDate } from "./wall-clock.ts"

/** The limit for which a call is refused. */
export type CallLimit = "second" | "minute" | "day"

/** Counts the calls of each key. */
export interface KeyLimiter {
  readonly callsPerDay: number
  readonly callsPerSecond: number
  readonly callsPerMinute: number
  /** Counts a call; the limit for which it is refused, `undefined` when it is served. A refused call counts as well. */
  readonly admit: (key: string, caller: Caller, time: EpochMillis) => CallLimit | undefined
}

const secondMillis = 1000
const minuteMillis = 60_000
/** The day on which clocks are set back. */
const longestDay = 25 * 60 * minuteMillis

/**
 * Free keys have so many calls on a date of New York and so many in any second, premium ones so many in any minute.
 * Demo calls are not counted.
 */
export const createKeyLimiter = (plans: AlphaVantagePlans): KeyLimiter => {
  const { callsPerDay = 25, callsPerSecond = 1, callsPerMinute = 75 } = plans
  const callsByKey = new Map<string, Array<EpochMillis>>()
  return {
    callsPerDay,
    callsPerSecond,
    callsPerMinute,
    admit: (key, caller, time) => {
      if (caller === "demo") return undefined
      // What is older is never counted again.
      const kept = caller === "premium" ? minuteMillis : longestDay
      const calls = (callsByKey.get(key) ?? []).filter((earlier) => earlier > time - kept)
      callsByKey.set(key, [...calls, time])
      const since = (millis: number) => calls.filter((earlier) => earlier > time - millis).length
      if (caller === "premium") return since(minuteMillis) >= callsPerMinute ? "minute" : undefined
      if (since(secondMillis) >= callsPerSecond) return "second"
      const today = newYorkDate(time)
      const spent = calls.filter((earlier) => newYorkDate(earlier) === today).length
      return spent >= callsPerDay ? "day" : undefined
    },
  }
}
