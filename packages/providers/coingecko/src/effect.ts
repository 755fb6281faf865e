import { BarProviderService } from "@barkeep/provider-kit/effect"
import * as Layer from "effect/Layer"
import { type EffectCoingecko, makeCoingecko } from "./coingecko-provider.ts"
import type { CoingeckoOptions } from "./options.ts"

export type { EffectCoingecko }

/** CoinGecko in Effect's terms; holds one limiter. */
export const make: (options?: CoingeckoOptions) => EffectCoingecko = makeCoingecko

/** The `BarProviderService` served by CoinGecko's own candles. */
export const layer = (options?: CoingeckoOptions): Layer.Layer<BarProviderService> =>
  Layer.sync(BarProviderService, () => makeCoingecko(options))
