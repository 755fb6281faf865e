import type { Instrument } from "@barkeep/market-data"

/** Our symbols of crypto pairs are Binance's own; `undefined` for what Binance's spot market does not trade. */
export const toVendorSymbol = ({ symbol, assetClass }: Instrument): string | undefined =>
  assetClass === "crypto" && symbol !== "" ? symbol : undefined

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
