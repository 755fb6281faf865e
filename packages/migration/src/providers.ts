import { isIntraday, type Timeframe } from "@barkeep/market-data"

/** True for providers whose rows were made up: by the original when a vendor failed, or by its own tests. */
export const isMadeUp = (provider: string): boolean => /^(mock|test|fake|dummy)(?![a-z])/i.test(provider)

const cryptoProviders = new Set([
  "binance",
  "coingecko",
  "coinbase",
  "kraken",
  "bybit",
  "kucoin",
  "okx",
  "bitfinex",
])
const exchangeProviders = new Set(["yahoo", "alpha_vantage"])

/** One name for a vendor whom the generations of the original called differently. */
export const vendorOf = (provider: string): string =>
  provider === "yfinance" ? "yahoo" : provider === "alphavantage" ? "alpha_vantage" : provider

/** True for providers that only have pairs that trade around the clock, in UTC. */
export const isCryptoProvider = (provider: string): boolean => cryptoProviders.has(provider)

/** True for providers of which the original wrote exchange-local times. */
export const isExchangeProvider = (provider: string): boolean => exchangeProviders.has(vendorOf(provider))

/** True for the original's daily, weekly and monthly answers of Alpha Vantage, which are never adjusted. */
export const isRawDaily = (provider: string, timeframe: Timeframe): boolean =>
  vendorOf(provider) === "alpha_vantage" && !isIntraday(timeframe)

const dailyOrder = ["binance", "yahoo", "yfinance", "alpha_vantage", "alphavantage"]
const intradayOrder = ["binance", "alpha_vantage", "alphavantage", "yahoo", "yfinance"]
const lastOrder = ["coingecko", "gapfill", "unknown"]

/**
 * Where a provider stands when two have the same bar; lower counts more. First those of `prefer`, then Binance; for
 * days, weeks and months Yahoo before Alpha Vantage, for finer bars the reverse; then all others by name; then
 * CoinGecko (its bars are made of price points), filled gaps and unknown; made-up rows last.
 */
export const providerOrderKey = (
  provider: string,
  timeframe: Timeframe,
  prefer: ReadonlyArray<string>,
): readonly [number, number, string] => {
  const wanted = prefer.indexOf(provider)
  if (wanted >= 0) return [0, wanted, provider]
  if (isMadeUp(provider)) return [4, 0, provider]
  const order = isIntraday(timeframe) ? intradayOrder : dailyOrder
  const place = order.indexOf(provider)
  if (place >= 0) return [1, place, provider]
  const last = lastOrder.indexOf(provider)
  return last >= 0 ? [3, last, provider] : [2, 0, provider]
}

/** Sorts by `providerOrderKey`. */
export const compareProviders = (
  a: readonly [number, number, string],
  b: readonly [number, number, string],
): number => a[0] - b[0] || a[1] - b[1] || (a[2] < b[2] ? -1 : a[2] > b[2] ? 1 : 0)
