import { BarProviderService } from "@barkeep/provider-kit/effect"
import * as Layer from "effect/Layer"
import { type EffectAlphaVantage, makeAlphaVantage } from "./alpha-vantage-provider.ts"
import type { AlphaVantageOptions } from "./options.ts"

export type { EffectAlphaVantage }

/** Alpha Vantage in Effect's terms; holds one limiter. */
export const make: (options: AlphaVantageOptions) => EffectAlphaVantage = makeAlphaVantage

/** The `BarProviderService` served by Alpha Vantage. */
export const layer = (options: AlphaVantageOptions): Layer.Layer<BarProviderService> =>
  Layer.sync(BarProviderService, () => makeAlphaVantage(options))
