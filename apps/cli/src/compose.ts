import { type Cache, openCache } from "@barkeep/cache-core"
import type { Timeframe } from "@barkeep/market-data"
import { type PopulateTask, resampled } from "@barkeep/populate"
import { createBinance } from "@barkeep/provider-binance"
import type { BarProvider, CallRecord } from "@barkeep/provider-kit"
import { classifyTicker, type ProviderChoice, providerOrder } from "@barkeep/ticker-classifier"
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
export const makeProviders = (
  configuration: Configuration,
  onCall: (call: CallRecord) => void,
): ReadonlyArray<BarProvider> => [
  createBinance({
    onCall,
    ...(configuration.binanceUrl === undefined ? {} : { baseUrl: configuration.binanceUrl }),
  }),
]

/** A symbol and timeframe that no provider gives, with the reasons and what would help. */
export interface RefusedTask {
  readonly symbol: string
  readonly timeframe: Timeframe
  readonly reasons: ReadonlyArray<{
    readonly provider: string
    readonly reason: string
    readonly help: string
  }>
}

export interface ChosenTasks {
  readonly tasks: ReadonlyArray<PopulateTask>
  readonly refused: ReadonlyArray<RefusedTask>
}

/**
 * The tasks of `symbols` x `timeframes`, each with the providers that suit it, best first.
 * @throws {InvalidInput} when a symbol is no symbol
 */
export const chooseTasks = (
  symbols: ReadonlyArray<string>,
  timeframes: ReadonlyArray<Timeframe>,
  span: DateSpan,
  providers: ReadonlyArray<BarProvider>,
  now: number,
): ChosenTasks => {
  const tasks: Array<PopulateTask> = []
  const refused: Array<RefusedTask> = []
  for (const symbol of symbols) {
    const { instrument } = classifyTicker(symbol)
    const range = toTimeRange(span, instrument.timeZone, now)
    for (const timeframe of timeframes) {
      const order = providerOrder(
        instrument,
        timeframe,
        providers.map(({ capabilities }) => capabilities),
        { wanted: { range, now } },
      )
      const [provider, ...fallbacks] = order.ordered.flatMap((choice) =>
        providerOf(choice, providers, timeframe),
      )
      if (provider === undefined)
        refused.push({ symbol: instrument.symbol, timeframe, reasons: order.refused })
      else tasks.push({ instrument, timeframe, range, provider, fallbacks })
    }
  }
  return { tasks, refused }
}

const providerOf = (
  choice: ProviderChoice,
  providers: ReadonlyArray<BarProvider>,
  timeframe: Timeframe,
): ReadonlyArray<BarProvider> =>
  providers
    .filter(({ id }) => id === choice.provider)
    .map((provider) =>
      choice.via === "direct" ? provider : resampled(provider, timeframe, choice.via.resampledFrom),
    )
