import type { EpochMillis } from "@barkeep/market-data"
import type { BarProvider, CallOptions, FirstBarLookup } from "@barkeep/provider-kit"
import { runPromise, toBarProvider } from "@barkeep/provider-kit/effect"
import { makeBinance } from "./binance-provider.ts"
import { exchangeInfoCost } from "./calls.ts"
import type { BinanceSymbol } from "./exchange-info.ts"
import type { BinanceOptions } from "./options.ts"

/** Binance's spot market: its bars, and what else a user of bars asks. */
export interface BinanceClient extends BarProvider {
  readonly firstBar: FirstBarLookup
  /** What one call of `exchangeInfo` costs, for plans. */
  readonly exchangeInfoCall: FirstBarLookup["call"]
  /**
   * All spot pairs, or the one asked for. Costs a weight of 20.
   * @throws {ProviderError} `SymbolNotFound` for a pair that Binance does not know
   */
  readonly exchangeInfo: (symbol?: string, options?: CallOptions) => Promise<ReadonlyArray<BinanceSymbol>>
  /** Binance's clock. @throws {ProviderError} */
  readonly serverTime: (options?: CallOptions) => Promise<EpochMillis>
  /** Resolves when Binance can be reached. @throws {ProviderError} */
  readonly ping: (options?: CallOptions) => Promise<void>
}

/**
 * A client of Binance's spot market; no key is needed. One client holds one limiter, so that all its questions
 * together stay below Binance's limit.
 * @throws {InvalidInput} for an unusable base URL or concurrency
 * @example
 * const binance = createBinance()
 * for await (const page of binance.bars({ instrument, timeframe: "1h", range })) use(page.bars)
 */
export const createBinance = (options?: BinanceOptions): BinanceClient => {
  const binance = makeBinance(options)
  const provider = toBarProvider(binance)
  const { call, find } = binance.firstBar
  return {
    ...provider,
    firstBar: {
      call,
      find: (instrument, timeframe, callOptions) => runPromise(find(instrument, timeframe), callOptions),
    },
    exchangeInfoCall: exchangeInfoCost,
    exchangeInfo: (symbol, callOptions) => runPromise(binance.exchangeInfo(symbol), callOptions),
    serverTime: (callOptions) => runPromise(binance.serverTime, callOptions),
    ping: (callOptions) => runPromise(binance.ping, callOptions),
  }
}
