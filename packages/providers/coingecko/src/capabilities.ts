import type { Timeframe } from "@barkeep/market-data"
import type { Capabilities, TimeframeCapability } from "@barkeep/provider-kit"
import { type CoingeckoTier, tiers } from "./tiers.ts"
import { offeredTimeframes, ohlcSource, sampledTimeframes, sampleStepMillis } from "./timeframes.ts"

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

const documentation = "https://docs.coingecko.com"

const ohlcReach = (tier: CoingeckoTier, timeframe: Timeframe): TimeframeCapability => {
  const source = ohlcSource(tier, timeframe)
  if (source === undefined) return {}
  if ("interval" in source) return { pageBars: source.pageBars }
  const reach = Math.max(...source.days) * day
  return { lookBackMillis: reach, pageMillis: reach }
}

export const coingeckoProviderId = "coingecko"

/**
 * How old the answers are that CoinGecko gives from its caches: 15 minutes for candles, 30 for price points.
 */
export const oldestAnswerMillis = 30 * minute

/** The last day is ready 35 minutes after its end; ten minutes more are for the way. */
export const settleMillis = 45 * minute + oldestAnswerMillis

const common = {
  provider: coingeckoProviderId,
  assetClasses: ["crypto"],
  adjustment: "none",
  // What CoinGecko calls volume is the sum of the last 24 hours at each point, never a bar's.
  volume: "none",
  settleMillis,
} as const

const commonSources = [
  {
    fact: "calls a minute by tier; error codes",
    url: `${documentation}/docs/errors-and-rate-limits`,
  },
  {
    fact: "call credits a month, years of history and range candles by plan",
    url: "https://www.coingecko.com/en/api/pricing",
  },
]

/**
 * What CoinGecko's own candles (OHLC) give on a tier. No tier has others, so no finer timeframe is offered.
 */
export const coingeckoCapabilities = (tier: CoingeckoTier): Capabilities => ({
  ...common,
  tier,
  timeframes: Object.fromEntries(
    offeredTimeframes(tier).map((timeframe) => [timeframe, ohlcReach(tier, timeframe)]),
  ),
  budgets: tiers[tier].budgets,
  label: "close",
  sources: [
    {
      fact: "30 minutes up to 2 days back, 4 hours up to 30, 4 days beyond; stamps are closes; no volume",
      url: `${documentation}/demo/reference/coins-id-ohlc`,
    },
    {
      fact: "answers are up to 15 minutes old, the last day is ready at 00:35 UTC",
      url: `${documentation}/reference/coins-id-ohlc`,
    },
    {
      fact: "paid plans: 744 hourly or 180 daily candles a call, from 2018-02-09",
      url: `${documentation}/reference/coins-id-ohlc-range`,
    },
    ...commonSources,
  ],
})

/** The longest range of one call that still gives hourly points, less a margin on both sides. */
export const hourlyWindowMillis = 88 * day

const sampledReach = (
  tier: CoingeckoTier,
  timeframe: (typeof sampledTimeframes)[number],
): TimeframeCapability => {
  if (sampleStepMillis(timeframe) < hour) return { lookBackMillis: day, pageMillis: day }
  const { lookBackMillis } = tiers[tier]
  return { ...(lookBackMillis !== undefined && { lookBackMillis }), pageMillis: hourlyWindowMillis }
}

/**
 * What pseudo-bars made from price points give on a tier. They understate highs and lows; only good for
 * filling gaps where nothing better is to be had.
 */
export const coingeckoSampledCapabilities = (tier: CoingeckoTier): Capabilities => ({
  ...common,
  tier,
  timeframes: Object.fromEntries(
    sampledTimeframes.map((timeframe) => [timeframe, sampledReach(tier, timeframe)]),
  ),
  budgets: tiers[tier].budgets,
  label: "open",
  sources: [
    {
      fact: "points every 5 minutes in the last day, hours in up to 90 days, days beyond; volume of 24 hours",
      url: `${documentation}/demo/reference/coins-id-market-chart-range`,
    },
    {
      fact: "hourly points from 2018-01-30; answers are up to 30 minutes old",
      url: `${documentation}/reference/coins-id-market-chart-range`,
    },
    ...commonSources,
  ],
})
