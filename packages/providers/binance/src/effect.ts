import { BarProviderService } from "@barkeep/provider-kit/effect"
import * as Layer from "effect/Layer"
import { type EffectBinance, makeBinance } from "./binance-provider.ts"
import type { BinanceOptions } from "./options.ts"

export type { EffectBinance }

/** Binance in Effect's terms; holds one limiter. */
export const make: (options?: BinanceOptions) => EffectBinance = makeBinance

/** The `BarProviderService` served by Binance. */
export const layer = (options?: BinanceOptions): Layer.Layer<BarProviderService> =>
  Layer.sync(BarProviderService, () => makeBinance(options))
