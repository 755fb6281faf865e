import { type AssetClass, isIntraday, nominalMillis, type Timeframe } from "@barkeep/market-data"

/** What is normal for bars of one asset class and timeframe. */
export interface BarRules {
  /** The largest ratio, up or down, between a price and the close before that is no jump. */
  readonly largestMove: number
  /** Flat bars of one price in a row that are still normal. */
  readonly staleBars: number
  /** Bars without volume in a row that are still normal; infinite where there is no volume. */
  readonly zeroVolumeBars: number
  /** The longest silence, in milliseconds, that can be `thin`; 0 where every expected bar must be there. */
  readonly longestThinMillis: number
}

/** The rules that go by asset class and timeframe; `validateBars` documents those that go by the bars themselves. */
export const rulesFor = (assetClass: AssetClass, timeframe: Timeframe): BarRules => {
  const step = stepOf(timeframe)
  return {
    largestMove: largestMoves[assetClass][step] as number,
    staleBars: (staleBars[step] as number) * (assetClass === "fund" ? 3 : 1),
    zeroVolumeBars: hasVolume(assetClass) ? (zeroVolumeBars[step] as number) : Number.POSITIVE_INFINITY,
    longestThinMillis: longestThin(assetClass, timeframe),
  }
}

/** Indices, funds and currencies are quoted, not traded: their volume means nothing. */
const hasVolume = (assetClass: AssetClass): boolean =>
  assetClass === "crypto" || assetClass === "stock" || assetClass === "etf" || assetClass === "future"

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** Row of the tables: 1m, to 5m, to 30m, to 4h, to 1d, 1w, 1mo. */
const stepOf = (timeframe: Timeframe): number => {
  const length = nominalMillis(timeframe)
  return [minute, 5 * minute, 30 * minute, 4 * hour, day, 7 * day].filter((limit) => length > limit).length
}

// Low enough for a 3:2 split (0.67) at every timeframe of stocks, high enough for the worst real days of the class.
const equityMoves = [1.2, 1.2, 1.25, 1.35, 1.4, 1.8, 2.5]
const broadMoves = [1.05, 1.05, 1.08, 1.12, 1.2, 1.3, 1.5]
const largestMoves: { readonly [name in AssetClass]: ReadonlyArray<number> } = {
  crypto: [1.25, 1.25, 1.35, 1.4, 1.6, 2.5, 4],
  stock: equityMoves,
  etf: equityMoves,
  fund: broadMoves,
  index: broadMoves,
  fx: [1.02, 1.02, 1.03, 1.05, 1.1, 1.15, 1.25],
  future: [1.1, 1.1, 1.15, 1.2, 1.3, 1.5, 2],
}

const staleBars = [60, 24, 12, 6, 5, 4, 3]
const zeroVolumeBars = [30, 6, 2, 0, 0, 0, 0]

const longestThin = (assetClass: AssetClass, timeframe: Timeframe): number => {
  if (!isIntraday(timeframe) || nominalMillis(timeframe) > hour) return 0
  switch (assetClass) {
    case "crypto":
      return day
    case "stock":
    case "etf":
    case "future":
      return 6.5 * hour
    case "fx":
      return nominalMillis(timeframe) <= 5 * minute ? hour : 0
    case "index":
    case "fund":
      return 0
  }
}
