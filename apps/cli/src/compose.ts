import { type Cache, openCache } from "@barkeep/cache-core"
import { InvalidInput, type Instrument, type Timeframe } from "@barkeep/market-data"
import type { PopulateTask } from "@barkeep/populate"
import { createBinance } from "@barkeep/provider-binance"
import type { BarProvider } from "@barkeep/provider-kit"
import { classifyTicker } from "@barkeep/ticker-classifier"
import { type Configuration, loadConfiguration } from "./configuration.ts"
import { type DateSpan, toTimeRange } from "./dates.ts"

/** The configuration and the cache of one command. */
export interface Workplace {
  readonly configuration: Configuration
  readonly cache: Cache
}

/** Opens the cache the flags and the configuration name, and closes it after `body`. */
export const withCache = async <A>(
  flags: { readonly cacheDir: string | undefined },
  body: (workplace: Workplace) => Promise<A>,
): Promise<A> => {
  const configuration = loadConfiguration({ cacheDir: flags.cacheDir })
  const cache = await openCache(configuration.cacheDir)
  try {
    return await body({ configuration, cache })
  } finally {
    await cache.close()
  }
}

/** Every provider, set up by the configuration. */
export const makeProviders = (configuration: Configuration): ReadonlyArray<BarProvider> => [
  createBinance(configuration.binanceUrl === undefined ? {} : { baseUrl: configuration.binanceUrl }),
]

/**
 * The tasks of `symbols` x `timeframes`, each with the provider that suits it.
 * @throws {InvalidInput} when a symbol is no symbol, or when no provider has what is asked
 */
export const makeTasks = (
  symbols: ReadonlyArray<string>,
  timeframes: ReadonlyArray<Timeframe>,
  span: DateSpan,
  providers: ReadonlyArray<BarProvider>,
  now: number,
): ReadonlyArray<PopulateTask> =>
  symbols.flatMap((symbol) => {
    const { instrument } = classifyTicker(symbol)
    const range = toTimeRange(span, instrument.timeZone, now)
    return timeframes.map((timeframe) => ({
      instrument,
      timeframe,
      range,
      provider: chooseProvider(instrument, timeframe, providers),
    }))
  })

const chooseProvider = (
  instrument: Instrument,
  timeframe: Timeframe,
  providers: ReadonlyArray<BarProvider>,
): BarProvider => {
  const found = providers.find(
    ({ capabilities }) =>
      capabilities.assetClasses.includes(instrument.assetClass) &&
      capabilities.timeframes[timeframe] !== undefined,
  )
  if (found !== undefined) return found
  const offered = [...new Set(providers.flatMap(({ capabilities }) => capabilities.assetClasses))].join(
    " or ",
  )
  throw new InvalidInput({
    field: "--symbols",
    value: instrument.symbol,
    expected: `something a provider has at ${timeframe}: it looks like a ${instrument.assetClass}, providers offer ${offered}`,
  })
}
