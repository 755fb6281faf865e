import type { Instrument } from "@barkeep/market-data"
import type { BarProvider, CallOptions } from "@barkeep/provider-kit"
import { runPromise, toBarProvider } from "@barkeep/provider-kit/effect"
import { makeAlphaVantage } from "./alpha-vantage-provider.ts"
import type { Dividend, Split } from "./corporate-actions.ts"
import type { AlphaVantageOptions } from "./options.ts"
import type { SymbolMatch } from "./symbol-search.ts"
import type { AlphaVantageTier } from "./tiers.ts"

/** Alpha Vantage's bars of stocks and ETFs, and what else a user of bars asks. Every method is one call. */
export interface AlphaVantageClient extends BarProvider {
  /** Listings that fit the words, best first. @throws {ProviderError} */
  readonly symbolSearch: (keywords: string, options?: CallOptions) => Promise<ReadonlyArray<SymbolMatch>>
  /**
   * All splits of an instrument, ascending. Bars are as traded, so they jump there.
   * @throws {ProviderError}
   */
  readonly splits: (instrument: Instrument, options?: CallOptions) => Promise<ReadonlyArray<Split>>
  /** All dividends of an instrument, ascending. @throws {ProviderError} */
  readonly dividends: (instrument: Instrument, options?: CallOptions) => Promise<ReadonlyArray<Dividend>>
  /**
   * What the key's plan includes, by asking for something that a free key is refused.
   * @throws {ProviderError} `AuthenticationFailed` for a key that Alpha Vantage does not know
   */
  readonly tierOfKey: (options?: CallOptions) => Promise<AlphaVantageTier>
}

/**
 * A client of Alpha Vantage. One client holds one limiter; pass a shared one where several processes use the key, since
 * 25 calls a day are 25 for all of them.
 * @throws {InvalidInput} for an unusable key, base URL, call rate or concurrency
 * @example
 * const alphaVantage = createAlphaVantage({ apiKey, tier: "premium" })
 * for await (const page of alphaVantage.bars({ instrument, timeframe: "5m", range })) use(page.bars)
 */
export const createAlphaVantage = (options: AlphaVantageOptions): AlphaVantageClient => {
  const alphaVantage = makeAlphaVantage(options)
  return {
    ...toBarProvider(alphaVantage),
    symbolSearch: (keywords, callOptions) => runPromise(alphaVantage.symbolSearch(keywords), callOptions),
    splits: (instrument, callOptions) => runPromise(alphaVantage.splits(instrument), callOptions),
    dividends: (instrument, callOptions) => runPromise(alphaVantage.dividends(instrument), callOptions),
    tierOfKey: (callOptions) => runPromise(alphaVantage.tierOfKey, callOptions),
  }
}
