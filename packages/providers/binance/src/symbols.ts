import type { Instrument } from "@barkeep/market-data"

/**
 * Binance's spelling of a pair: base and quote joined, also where our symbol keeps a dash between them (`A-BNB`, since
 * `ABNB` is a share). `undefined` for what Binance's spot market does not trade.
 */
export const toVendorSymbol = ({ symbol, assetClass, base, currency }: Instrument): string | undefined => {
  if (assetClass !== "crypto" || symbol === "") return undefined
  return symbol === `${base}-${currency}` ? `${base}${currency}` : symbol
}

/** The instrument of a pair as `exchangeInfo` lists it. */
export const fromVendorSymbol = (pair: {
  readonly symbol: string
  readonly base: string
  readonly quote: string
}): Instrument => ({
  symbol: pair.symbol,
  assetClass: "crypto",
  market: "24/7",
  timeZone: "UTC",
  base: pair.base,
  currency: pair.quote,
})
