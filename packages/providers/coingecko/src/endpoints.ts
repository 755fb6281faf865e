import type { Pace } from "@barkeep/provider-kit"

/** What is asked of CoinGecko. @see https://docs.coingecko.com/reference/endpoint-overview */
export const endpoints = {
  ohlc: "/api/v3/coins/{id}/ohlc",
  ohlcRange: "/api/v3/coins/{id}/ohlc/range",
  marketChartRange: "/api/v3/coins/{id}/market_chart/range",
  coinsList: "/api/v3/coins/list",
  ping: "/api/v3/ping",
} as const

/** The path for one coin. Ids hold blanks and brackets: `1move token`, `boringdao-[old]`. */
export const endpointOf = (endpoint: string, coinId: string): string =>
  // With a function, since `$` in an id would mean something in a text.
  endpoint.replace("{id}", () => encodeURIComponent(coinId))

/** Only smooths bursts; the budgets are the limit. */
export const defaultPace: Pace = { calls: 5, perMillis: 1000 }

/** When `/ohlc/range` begins. @see https://docs.coingecko.com/reference/coins-id-ohlc-range */
export const ohlcRangeBegins = 1_518_147_224_000

/** When hourly prices begin. @see https://docs.coingecko.com/reference/coins-id-market-chart-range */
export const hourlyPricesBegin = 1_517_270_400_000
