import type { Timeframe } from "@barkeep/market-data"
import type { SeriesName } from "./endpoints.ts"
import type { AlphaVantageTier } from "./tiers.ts"

/** Where bars of a timeframe are found. There is no `4h`, and a daily series never stands in for one. */
export interface VendorSeries {
  readonly name: SeriesName
  /** The `interval` of intraday series. */
  readonly interval?: string
  /** The key of an answer that holds the rows. */
  readonly rowsKey: string
}

const intraday = (interval: string): VendorSeries => ({
  name: "intraday",
  interval,
  rowsKey: `Time Series (${interval})`,
})

const vendorSeries = {
  "1m": intraday("1min"),
  "5m": intraday("5min"),
  "15m": intraday("15min"),
  "30m": intraday("30min"),
  "1h": intraday("60min"),
  "1d": { name: "daily", rowsKey: "Time Series (Daily)" },
  "1w": { name: "weekly", rowsKey: "Weekly Time Series" },
  "1mo": { name: "monthly", rowsKey: "Monthly Time Series" },
} as const satisfies { readonly [name in Timeframe]?: VendorSeries }

export type OfferedTimeframe = keyof typeof vendorSeries

const isKnown = (timeframe: string): timeframe is OfferedTimeframe => Object.hasOwn(vendorSeries, timeframe)

/** The timeframes of a tier, finest first. */
export const offeredTimeframes = (tier: AlphaVantageTier): ReadonlyArray<OfferedTimeframe> =>
  (Object.keys(vendorSeries) as ReadonlyArray<OfferedTimeframe>).filter(
    (timeframe) => tier === "premium" || vendorSeries[timeframe].name !== "intraday",
  )

/** The series of a timeframe, whatever the tier; `undefined` when Alpha Vantage has none. */
export const toVendorSeries = (timeframe: string): VendorSeries | undefined =>
  isKnown(timeframe) ? vendorSeries[timeframe] : undefined

/** The series that is whole on every tier. */
export const monthlySeries: VendorSeries = vendorSeries["1mo"]
