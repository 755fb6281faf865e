import type { Cache } from "@barkeep/cache-core"
import { InvalidInput, type Timeframe } from "@barkeep/market-data"
import { canonicalSymbol } from "@barkeep/ticker-classifier"

/** The symbol as stored, or as it is usually written. */
export const findSymbol = async (cache: Cache, symbol: string, timeframe: Timeframe): Promise<string> => {
  if ((await cache.listYears(symbol, timeframe)).length > 0) return symbol
  const canonical = canonicalSymbol(symbol)
  if ((await cache.listYears(canonical, timeframe)).length > 0) return canonical
  // A pair that only the exchange's list could read: its key has no separator, the text may.
  const joined = canonical.replace("-", "")
  if ((await cache.listYears(joined, timeframe)).length > 0) return joined
  throw notStored(symbol, timeframe)
}

export const notStored = (symbol: string, timeframe: Timeframe): InvalidInput =>
  new InvalidInput({
    field: "symbol",
    value: symbol,
    expected: `stored at ${timeframe}; barkeep list shows what is`,
  })
