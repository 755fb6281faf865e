import type { EpochMillis } from "@barkeep/market-data"
import { hashText } from "../random.ts"
import type { Answer } from "../vendor-site.ts"
import type { CoinEndpoint } from "./coin-question.ts"

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/**
 * How long an answer is kept.
 * @see https://docs.coingecko.com/reference/coins-id-ohlc https://docs.coingecko.com/reference/coins-id-market-chart-range
 */
export const lifetimeOf = (endpoint: CoinEndpoint, stepMillis: number): number => {
  if (endpoint.startsWith("ohlc")) return 15 * minute
  return stepMillis < hour ? minute / 2 : stepMillis < day ? 30 * minute : 12 * hour
}

/** When the answer in the cache was made: regularly, at a moment of its own for each key. */
export const cachedAt = (key: string, lifetime: number, now: EpochMillis): EpochMillis => {
  const phase = (hashText(key) >>> 0) % lifetime
  return Math.floor((now - phase) / lifetime) * lifetime + phase
}

/** What tells of the cache in front of CoinGecko. */
export const cacheHeaders = (
  key: string,
  lifetime: number,
  madeAt: EpochMillis,
  now: EpochMillis,
): Answer["headers"] => {
  const age = Math.floor((now - madeAt) / 1000)
  return {
    "Cache-Control": `max-age=30, public, must-revalidate, s-maxage=${lifetime / 1000}`,
    ETag: `W/"${(hashText(`${key} ${madeAt}`) >>> 0).toString(16)}"`,
    Age: String(age),
    "cf-cache-status": age === 0 ? "MISS" : "HIT",
    Vary: "Accept-Encoding, Origin",
  }
}
