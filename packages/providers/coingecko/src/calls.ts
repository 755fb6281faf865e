import type { Instrument } from "@barkeep/market-data"
import type { VendorCall } from "@barkeep/provider-kit"
import { endpointOf, endpoints } from "./endpoints.ts"
import type { OhlcWindow } from "./plan-ohlc.ts"
import type { SampleWindow } from "./plan-samples.ts"
import { callCost, type CoingeckoTier } from "./tiers.ts"

/** The call for one window of candles. */
export const ohlcCall = (
  tier: CoingeckoTier,
  instrument: Instrument,
  { symbol: { coinId, vsCurrency }, timeframe, range, question }: OhlcWindow,
): VendorCall => {
  const operation = { operation: "ohlc", symbol: instrument.symbol, timeframe, range }
  const cost = callCost(tier)
  return "days" in question
    ? {
        endpoint: endpointOf(endpoints.ohlc, coinId),
        // Without `precision`, prices are rounded.
        query: { vs_currency: vsCurrency, days: question.days, precision: "full" },
        cost,
        operation,
      }
    : {
        endpoint: endpointOf(endpoints.ohlcRange, coinId),
        query: {
          vs_currency: vsCurrency,
          from: Math.floor(question.asked.from / 1000),
          to: Math.floor(question.asked.to / 1000),
          interval: question.interval,
        },
        cost,
        operation,
      }
}

/** The call for one window of price points. Whole seconds, since the two addresses agree on those only. */
export const samplesCall = (
  tier: CoingeckoTier,
  instrument: Instrument,
  { symbol: { coinId, vsCurrency }, timeframe, range, asked }: SampleWindow,
): VendorCall => ({
  endpoint: endpointOf(endpoints.marketChartRange, coinId),
  query: {
    vs_currency: vsCurrency,
    from: Math.ceil(asked.from / 1000),
    to: Math.floor(asked.to / 1000),
    precision: "full",
  },
  cost: callCost(tier),
  operation: { operation: "samples", symbol: instrument.symbol, timeframe, range },
})

/** Every coin there is, about a mebibyte. */
export const coinsListCall = (tier: CoingeckoTier, symbol: string): VendorCall => ({
  endpoint: endpoints.coinsList,
  cost: callCost(tier),
  operation: { operation: "coins/list", symbol },
})

export const pingCall = (tier: CoingeckoTier): VendorCall => ({
  endpoint: endpoints.ping,
  cost: callCost(tier),
  operation: { operation: "ping" },
})
