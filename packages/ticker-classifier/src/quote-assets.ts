import { isCurrency } from "./currencies.ts"

/**
 * Quote assets that name a pair by themselves: no other kind of ticker ends with these letters. Stablecoins of
 * Binance's spot markets, past ones too (BUSD, USDP, USDS, BIDR, IDRT), since caches reach back.
 * @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/general-endpoints#exchange-information
 */
const stablecoinQuotes = "USDT USDC BUSD FDUSD TUSD USDP USDS USD1 AEUR EURI BIDR IDRT".split(" ")

/** Coins that Binance quotes many pairs in. Words and tickers can end with them (`METH`, `KENNETH`). */
const coinQuotes = "BTC ETH BNB".split(" ")

/** Coins that few pairs are quoted in; they count only after a known base asset. */
const rareQuotes = "XRP TRX DOGE SOL DOT DAI PAX VAI UST BKRW BVND".split(" ")

/** Fiat currencies of Binance's spot markets, past ones too. `USD` is none of them. */
const binanceFiat = "EUR GBP AUD TRY BRL RUB UAH NGN ZAR PLN RON ARS JPY MXN CZK COP".split(" ")

const exchangeQuotes: ReadonlySet<string> = new Set([
  ...stablecoinQuotes,
  ...coinQuotes,
  ...rareQuotes,
  ...binanceFiat,
])
const stablecoins: ReadonlySet<string> = new Set(stablecoinQuotes)
const coins: ReadonlySet<string> = new Set(coinQuotes)

const longestQuote = 5
const shortestQuote = 3

/** How much a quote asset at the end of a text says by itself; `fiat` and `rare` say nothing without a known base. */
export type QuoteKind = "stablecoin" | "coin" | "rare" | "fiat"

/** `undefined` when prices are not quoted in this asset anywhere we know. */
export const quoteKind = (asset: string): QuoteKind | undefined => {
  if (stablecoins.has(asset)) return "stablecoin"
  if (coins.has(asset)) return "coin"
  if (exchangeQuotes.has(asset) && !isCurrency(asset)) return "rare"
  return isCurrency(asset) ? "fiat" : undefined
}

/** True for the quote assets of Binance's spot markets. `USD` is not one: BTC/USD is another instrument than BTC/USDT. */
const isExchangeQuote = (asset: string): boolean => exchangeQuotes.has(asset)

/**
 * True for a quote asset that the exchange has, or may have by now: it adds new ones, but no currencies of which we know
 * that it quotes nothing in them.
 */
export const mayBeExchangeQuote = (asset: string): boolean =>
  isExchangeQuote(asset) || quoteKind(asset) === undefined

/** All ways to end a text with a quote asset and a base before it, the longest quote first. */
export const quoteSplits = (
  text: string,
): ReadonlyArray<{ readonly base: string; readonly quote: string; readonly kind: QuoteKind }> => {
  const splits = []
  for (let length = longestQuote; length >= shortestQuote; length -= 1) {
    const base = text.slice(0, -length)
    const quote = text.slice(-length)
    const kind = base === "" || base === quote ? undefined : quoteKind(quote)
    if (kind !== undefined) splits.push({ base, quote, kind })
  }
  return splits
}

/** What an asset is most often quoted in. */
export const usualQuote = (asset: string): string => (asset === "USDT" ? "USD" : "USDT")

/** The pair that is most often meant by an asset's name alone. */
export const usualPair = (asset: string): string => `${asset}${usualQuote(asset)}`
