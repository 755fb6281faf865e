import type { Instrument } from "@barkeep/market-data"

/**
 * Yahoo's symbol of an instrument: `BTC-USD` for a crypto pair, `EURUSD=X` for currencies, `BRK-B` for an American share
 * class, else our symbol, which follows Yahoo's suffixes. `undefined` for text that is no symbol. `BTCUSDT` stays a pair
 * with USDT and never becomes dollars.
 */
export const toVendorSymbol = (instrument: Instrument): string | undefined => {
  const symbol = spell(instrument)
  // Dots alone would be a step up in the URL's path.
  return /^\.*$/.test(symbol) || /[\s\p{Cc}]/u.test(symbol) ? undefined : symbol
}

const spell = ({ symbol, assetClass, market, base, currency }: Instrument): string => {
  if (assetClass === "crypto")
    return base === undefined || currency === undefined ? symbol : `${base}-${currency}`
  if (assetClass === "fx") return symbol.endsWith("=X") ? symbol : `${symbol}=X`
  const shareClass = usMarkets.has(market) ? /^([A-Z]+)\.([A-Z])$/.exec(symbol) : null
  return shareClass === null ? symbol : `${shareClass[1]}-${shareClass[2]}`
}

/** Symbols of these markets have no suffix, so a dot can only separate a share class. */
const usMarkets: ReadonlySet<string> = new Set(["XNYS", "XNAS"])

/** True when an answer about `told` answers a question about `asked`: Yahoo names dollar pairs `JPY=X` or `USDJPY=X`. */
export const isSameSymbol = (asked: string, told: string): boolean =>
  asked === told || withoutDollar(asked) === withoutDollar(told)

const withoutDollar = (symbol: string): string => symbol.replace(/^USD([A-Z]{3}=X)$/, "$1")
