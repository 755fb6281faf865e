import { nominalMillis, type Timeframe, timeframes } from "@barkeep/market-data"
import type { CoingeckoTier } from "./tiers.ts"

/** How candles of one timeframe are asked for. */
export type OhlcSource =
  /** `/ohlc`: so many days back from now, from which the size of the candles follows. */
  | { readonly days: ReadonlyArray<number> }
  /** `/ohlc/range`: of this size, at most so many a call. */
  | { readonly interval: "hourly" | "daily"; readonly pageBars: number }

/**
 * `/ohlc` takes 1, 7, 14, 30, 90, 180 or 365 days and nothing else. Up to two days it gives half hours, up to
 * thirty four hours, and beyond that candles of four days, which are none of our timeframes.
 * @see https://docs.coingecko.com/demo/reference/coins-id-ohlc
 */
const sizedByDays: { readonly [name in Timeframe]?: OhlcSource } = {
  "30m": { days: [1] },
  "4h": { days: [7, 14, 30] },
}

/** @see https://docs.coingecko.com/reference/coins-id-ohlc-range */
const sizedByInterval: { readonly [name in Timeframe]?: OhlcSource } = {
  "1h": { interval: "hourly", pageBars: 744 },
  "1d": { interval: "daily", pageBars: 180 },
}

/** How CoinGecko's own candles are asked for; `undefined` for a timeframe that it has no candles of. */
export const ohlcSource = (tier: CoingeckoTier, timeframe: string): OhlcSource | undefined => {
  const sources = tier === "analyst" ? { ...sizedByDays, ...sizedByInterval } : sizedByDays
  return Object.hasOwn(sources, timeframe) ? sources[timeframe as Timeframe] : undefined
}

/** The timeframes of CoinGecko's own candles, finest first. */
export const offeredTimeframes = (tier: CoingeckoTier): ReadonlyArray<Timeframe> =>
  timeframes.filter((timeframe) => ohlcSource(tier, timeframe) !== undefined)

/** Timeframes that price points can be gathered into. Weeks and months are better made from days. */
export const sampledTimeframes = [
  "5m",
  "15m",
  "30m",
  "1h",
  "2h",
  "4h",
  "6h",
  "8h",
  "12h",
  "1d",
] as const satisfies ReadonlyArray<Timeframe>

export type SampledTimeframe = (typeof sampledTimeframes)[number]

export const isSampled = (timeframe: string): timeframe is SampledTimeframe =>
  (sampledTimeframes as ReadonlyArray<string>).includes(timeframe)

const minute = 60_000
const hour = 60 * minute

/** The spacing of the price points that a timeframe is made from; five minutes only within the last day. */
export const sampleStepMillis = (timeframe: SampledTimeframe): number =>
  nominalMillis(timeframe) < hour ? 5 * minute : hour
