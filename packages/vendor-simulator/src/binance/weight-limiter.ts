import type { EpochMillis } from "@barkeep/market-data"

export interface WeightLimits {
  /** @default 6000 */
  readonly weightPerMinute?: number
  /**
   * `sliding` counts the 60 s before each request, `aligned` the minute of the clock as Binance is believed to.
   * The sliding count is never below the aligned one, so a client that satisfies it satisfies both.
   * @default "sliding"
   */
  readonly window?: "sliding" | "aligned"
  /**
   * How many requests inside the pause of a 429 are answered with another 429 before the address is banned.
   * @default 5
   */
  readonly ignoredBeforeBan?: number
  /**
   * Requests that arrive this soon after the first 429 were sent before the client could know of it: they are answered
   * with a 429 too, but ignore nothing.
   * @default 250
   */
  readonly inFlightMillis?: number
}

/** What the limiter says about a request. */
export type Admission = {
  /** Weight in the current minute, this request included. */
  readonly usedWeight: number
  readonly insidePause: boolean
  readonly insideBan: boolean
} & (
  | { readonly verdict: "served" }
  | { readonly verdict: "limited"; readonly retryAt: EpochMillis }
  | { readonly verdict: "banned"; readonly until: EpochMillis }
)

/** Binance's request weight of one address. */
export interface WeightLimiter {
  readonly weightPerMinute: number
  readonly admit: (now: EpochMillis, weight: number) => Admission
  /** Begins the pause of a 429 that something else than the weight has caused. */
  readonly pauseUntil: (time: EpochMillis, now: EpochMillis) => void
  readonly banUntil: (time: EpochMillis) => void
}

const minute = 60_000

/** @see https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md#ip-limits (2 minutes to 3 days) */
const banMillis = [2 * minute, 10 * minute, 60 * minute, 6 * 60 * minute, 24 * 60 * minute, 72 * 60 * minute]

/** A limiter that has seen nothing. Every request counts, refused ones too. */
export const createWeightLimiter = (limits: WeightLimits = {}): WeightLimiter => {
  const { weightPerMinute = 6000, window = "sliding", ignoredBeforeBan = 5, inFlightMillis = 250 } = limits
  let requests: Array<{ readonly time: EpochMillis; readonly weight: number }> = []
  let used = 0
  let pauseStart = Number.NEGATIVE_INFINITY
  let pauseEnd = Number.NEGATIVE_INFINITY
  let ignored = 0
  let banEnd = Number.NEGATIVE_INFINITY
  let bans = 0

  const count = (now: EpochMillis, weight: number): void => {
    const start = window === "sliding" ? now - minute : now - (now % minute) - 1
    const expired = requests.findIndex((request) => request.time > start)
    for (const request of requests.splice(0, expired < 0 ? requests.length : expired)) used -= request.weight
    requests.push({ time: now, weight })
    used += weight
  }

  /** When enough weight has left the window for one more request of `weight`. */
  const roomAt = (now: EpochMillis, weight: number): EpochMillis => {
    if (window === "aligned") return now - (now % minute) + minute
    let excess = used + weight - weightPerMinute
    for (const request of requests) {
      excess -= request.weight
      if (excess <= 0) return request.time + minute
    }
    return now + minute
  }

  const admit = (now: EpochMillis, weight: number): Admission => {
    count(now, weight)
    const insideBan = now < banEnd
    const isPaused = !insideBan && now < pauseEnd
    const insidePause = isPaused && now >= pauseStart + inFlightMillis
    const seen = { usedWeight: used, insidePause, insideBan }
    if (insideBan) return { ...seen, verdict: "banned", until: banEnd }
    if (isPaused && !insidePause) return { ...seen, verdict: "limited", retryAt: pauseEnd }
    if (insidePause) {
      ignored += 1
      if (ignored <= ignoredBeforeBan) return { ...seen, verdict: "limited", retryAt: pauseEnd }
      banEnd = now + (banMillis[Math.min(bans, banMillis.length - 1)] as number)
      bans += 1
      ignored = 0
      return { ...seen, verdict: "banned", until: banEnd }
    }
    if (used <= weightPerMinute) return { ...seen, verdict: "served" }
    pauseStart = now
    pauseEnd = roomAt(now, weight)
    ignored = 0
    return { ...seen, verdict: "limited", retryAt: pauseEnd }
  }

  return {
    weightPerMinute,
    admit,
    pauseUntil: (time, now) => {
      pauseStart = now
      pauseEnd = Math.max(pauseEnd, time)
      ignored = 0
    },
    banUntil: (time) => {
      banEnd = Math.max(banEnd, time)
      bans += 1
    },
  }
}
