import type { Instrument } from "@barkeep/market-data"

/**
 * Suffixes of exchanges, ours and Alpha Vantage's, as far as its documentation shows them.
 * @see https://www.alphavantage.co/documentation/#daily
 */
const vendorSuffixes: ReadonlyMap<string, string> = new Map([
  ["L", "LON"],
  ["TO", "TRT"],
  ["V", "TRV"],
  ["DE", "DEX"],
  ["BO", "BSE"],
  ["SS", "SHH"],
  ["SZ", "SHZ"],
])

const ourSuffixes: ReadonlyMap<string, string> = new Map(
  Array.from(vendorSuffixes, ([ours, vendor]) => [vendor, ours]),
)

const symbolText = /^[A-Z0-9-]+(?:\.[A-Z]+)?$/

/**
 * Alpha Vantage's symbol of a stock or ETF: `BRK-B`, `TSCO.LON` for our `TSCO.L`. `undefined` for other asset classes
 * and for exchanges whose suffix it does not document.
 */
export const toVendorSymbol = ({ symbol, assetClass }: Instrument): string | undefined => {
  if ((assetClass !== "stock" && assetClass !== "etf") || !symbolText.test(symbol)) return undefined
  return replaceSuffix(symbol, vendorSuffixes)
}

/** Our spelling of a symbol as `SYMBOL_SEARCH` lists it; `undefined` for a suffix that is not documented. */
export const fromVendorSymbol = (vendorSymbol: string): string | undefined =>
  symbolText.test(vendorSymbol) ? replaceSuffix(vendorSymbol, ourSuffixes) : undefined

const replaceSuffix = (symbol: string, suffixes: ReadonlyMap<string, string>): string | undefined => {
  const dot = symbol.lastIndexOf(".")
  if (dot < 0) return symbol
  const suffix = suffixes.get(symbol.slice(dot + 1))
  return suffix === undefined ? undefined : `${symbol.slice(0, dot)}.${suffix}`
}

/** True when an answer about `told` answers a question about `asked`. */
export const isSameSymbol = (asked: string, told: string): boolean =>
  asked.toUpperCase() === told.trim().toUpperCase()
