import { InvalidInput } from "@barkeep/market-data"
import { createBlockCache } from "./block-cache.ts"
import { checkHalt, type Halt, haltsOf } from "./halts.ts"
import { checkListing, isSymbol, type Listing } from "./listing.ts"
import type { LoadedRecording } from "./read-recording.ts"
import { recordedMarket } from "./recorded-market.ts"
import type { SymbolMarket } from "./symbol-market.ts"
import { syntheticMarket } from "./synthetic-market.ts"

/** All symbols of a simulated venue, by symbol. */
export type Market = ReadonlyMap<string, SymbolMarket>

/** About 40 MB of bars and their rendered text at most. */
const cachedBlocks = 128

/**
 * A market of invented and recorded symbols; a symbol with a recording has nothing invented.
 * @throws {InvalidInput} when a listing, halt or recording is not usable
 */
export const createMarket = (options: {
  readonly seed: number
  readonly listings: ReadonlyArray<Listing>
  readonly recordings: ReadonlyArray<LoadedRecording>
  readonly halts: ReadonlyArray<Halt>
}): Market => {
  for (const listing of options.listings) checkListing(listing)
  for (const halt of options.halts) checkHalt(halt)
  const cache = createBlockCache(cachedBlocks)
  const market = new Map<string, SymbolMarket>()
  for (const listing of options.listings)
    market.set(
      listing.symbol,
      syntheticMarket(options.seed, listing, haltsOf(options.halts, listing.symbol), cache),
    )
  for (const [symbol, recordings] of Map.groupBy(options.recordings, (recording) => recording.symbol)) {
    checkSymbol(symbol)
    market.set(symbol, recordedMarket(symbol, recordings, haltsOf(options.halts, symbol)))
  }
  for (const { symbol } of options.halts)
    if (symbol !== "*" && !market.has(symbol))
      throw new InvalidInput({
        field: "halts",
        value: symbol,
        expected: "a symbol that the market has, or *",
      })
  return market
}

const checkSymbol = (symbol: string): void => {
  if (!isSymbol(symbol))
    throw new InvalidInput({
      field: "data",
      value: symbol,
      expected: "a symbol such as BTCUSDT (capital letters)",
    })
}
