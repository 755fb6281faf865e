import { BarProviderService } from "@barkeep/provider-kit/effect"
import * as Layer from "effect/Layer"
import type { YahooFinanceOptions } from "./options.ts"
import { type EffectYahooFinance, makeYahooFinance } from "./yahoo-finance-provider.ts"

export type { EffectYahooFinance }

/** Yahoo Finance in Effect's terms; holds one limiter. */
export const make: (options?: YahooFinanceOptions) => EffectYahooFinance = makeYahooFinance

/** The `BarProviderService` served by Yahoo Finance. */
export const layer = (options?: YahooFinanceOptions): Layer.Layer<BarProviderService> =>
  Layer.sync(BarProviderService, () => makeYahooFinance(options))
