import type { BarPage } from "@barkeep/market-data"
import type { BarProvider, BarRequest, CallOptions } from "@barkeep/provider-kit"
import { runPromise, toBarProvider } from "@barkeep/provider-kit/effect"
import { makeCoingecko } from "./coingecko-provider.ts"
import type { CoingeckoOptions } from "./options.ts"

/** CoinGecko: its own candles, pseudo-bars from price points, and the ids of coins. */
export interface CoingeckoClient extends BarProvider {
  /**
   * Pseudo-bars made from price points, as pages whose provenance has the method `donor` and the evidence
   * `ohlc: "sampled"`: open and close are the first and last price seen in a bar, high and low the extremes
   * of those seen, volume is NaN. Never part of `bars`.
   * @throws {ProviderError} `MalformedResponse` when the prices are further apart than the timeframe allows
   */
  readonly samples: (request: BarRequest, options?: CallOptions) => AsyncIterable<BarPage>
  /** `samples` with its plan and capabilities, for code that takes providers. */
  readonly sampled: BarProvider
  /**
   * CoinGecko's id of a coin by its symbol, for the option `coinIds`. Makes no call for a well-known coin or
   * one of that option.
   * @throws {AmbiguousCoin} when several coins share the symbol
   * @throws {ProviderError} `SymbolNotFound` when none has it
   */
  readonly findCoinId: (symbol: string, options?: CallOptions) => Promise<string>
  /** Resolves when CoinGecko can be reached; does not check the key. @throws {ProviderError} */
  readonly ping: (options?: CallOptions) => Promise<void>
}

/**
 * A client of CoinGecko. Only crypto with `base` and `currency`: the coin must be well known or in `coinIds`,
 * and the currency one that CoinGecko has prices in, or in `quoteAs`; else `plan` and `bars` fail with
 * `SymbolNotFound`. They go as far back as CoinGecko reaches: what is older is not in them, and a range that
 * lies wholly before that fails with `OutsideHistory`. One client holds one limiter.
 * @throws {InvalidInput} for unusable options
 * @example
 * const coingecko = createCoingecko({ tier: "demo", apiKey })
 * for await (const page of coingecko.bars({ instrument, timeframe: "4h", range })) use(page.bars)
 */
export const createCoingecko = (options?: CoingeckoOptions): CoingeckoClient => {
  const coingecko = makeCoingecko(options)
  const sampled = toBarProvider(coingecko.sampled)
  return {
    ...toBarProvider(coingecko),
    samples: sampled.bars,
    sampled,
    findCoinId: (symbol, callOptions) => runPromise(coingecko.findCoinId(symbol), callOptions),
    ping: (callOptions) => runPromise(coingecko.ping, callOptions),
  }
}
