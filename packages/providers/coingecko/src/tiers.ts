import type { Budget } from "@barkeep/provider-kit"

/**
 * How CoinGecko is asked: without a key, with a free demo key, or with the key of a plan that has the OHLC
 * range endpoint (Analyst and above; Basic has not).
 */
export type CoingeckoTier = "keyless" | "demo" | "analyst"

/** What CoinGecko serves without a key and for demo keys. */
export const coingeckoApiUrl = "https://api.coingecko.com"

/**
 * What CoinGecko serves for keys of paid plans; it refuses demo keys, as the other address refuses paid ones.
 */
export const coingeckoProApiUrl = "https://pro-api.coingecko.com"

/** What holds for one tier. */
export interface TierFacts {
  readonly url: string
  /** The header that carries the key; a key in the query would stand in every log on the way. */
  readonly keyHeader?: "x-cg-demo-api-key" | "x-cg-pro-api-key"
  /** How far back anything reaches. */
  readonly lookBackMillis?: number
  readonly budgets: readonly [Budget, ...ReadonlyArray<Budget>]
}

const day = 86_400_000

/**
 * CoinGecko counts a minute from when calls arrive, we from when they leave: the second more is for the way
 * there.
 */
const callsPerMinute = (amount: number): Budget => ({
  id: "calls-1m",
  unit: "calls",
  amount,
  perMillis: 61_000,
})

/** CoinGecko counts months of the calendar; no month has more than 31 days. */
const creditsPerMonth = (amount: number): Budget => ({
  id: "credits-1mo",
  unit: "credits",
  amount,
  perMillis: 31 * day,
})

const freeLookBack = { lookBackMillis: 365 * day }

/** @see https://docs.coingecko.com/docs/errors-and-rate-limits https://www.coingecko.com/en/api/pricing */
export const tiers: { readonly [tier in CoingeckoTier]: TierFacts } = {
  // The lower end of the five to fifteen that CoinGecko names; neighbours of the same address share them.
  keyless: { url: coingeckoApiUrl, ...freeLookBack, budgets: [callsPerMinute(5)] },
  demo: {
    url: coingeckoApiUrl,
    keyHeader: "x-cg-demo-api-key",
    ...freeLookBack,
    budgets: [callsPerMinute(100), creditsPerMonth(10_000)],
  },
  analyst: {
    url: coingeckoProApiUrl,
    keyHeader: "x-cg-pro-api-key",
    budgets: [callsPerMinute(500), creditsPerMonth(500_000)],
  },
}

/** What one call costs: whether failed calls count is not documented, so every attempt pays. */
export const callCost = (tier: CoingeckoTier): { readonly [budgetId: string]: number } =>
  Object.fromEntries(tiers[tier].budgets.map(({ id }) => [id, 1]))
