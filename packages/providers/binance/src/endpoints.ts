import type { Pace } from "@barkeep/provider-kit"

/** What is asked of Binance, and what it weighs. @see https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md */
export const endpoints = {
  klines: { path: "/api/v3/klines", weight: 2 },
  exchangeInfo: { path: "/api/v3/exchangeInfo", weight: 20 },
  serverTime: { path: "/api/v3/time", weight: 1 },
  ping: { path: "/api/v3/ping", weight: 1 },
} as const

/** The most rows of one klines answer. */
export const pageBars = 1000

/** Binance's documented main address. */
export const binanceApiUrl = "https://api.binance.com"

/**
 * Binance's address for public market data alone; it serves everything that this package asks.
 * @see https://developers.binance.com/docs/binance-spot-api-docs/faqs/market_data_only
 */
export const binanceMarketDataUrl = "https://data-api.binance.vision"

/** Where Binance keeps its archive of files. @see https://github.com/binance/binance-public-data */
export const binanceArchiveUrl = "https://data.binance.vision"

/** What plans call a file of the archive, and its checksum. */
export const archiveEndpoints = { monthly: "archive monthly", daily: "archive daily" } as const

/** What the provenance of its rows calls the archive. */
export const archiveEndpoint = "archive"

/** The archive has no rate limit; this only spares it a burst. @see https://github.com/binance/binance-public-data/issues/9 */
export const archivePace: Pace = { calls: 500, perMillis: 1000 }

/** The id of the budget that every call pays from. */
export const weightBudget = "weight-1m"

/**
 * The lower of the documented limits of raw requests; weights run out long before.
 * @see https://github.com/binance/binance-spot-api-docs/blob/master/enums.md
 */
export const pace: Pace = { calls: 61_000, perMillis: 300_000 }
