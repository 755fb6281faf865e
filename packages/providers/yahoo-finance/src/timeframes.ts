import type { Timeframe } from "@barkeep/market-data"

/**
 * Yahoo's names of the timeframes that it serves as whole bars. It lists `4h` too, since 2026, but nobody knows how far
 * that reaches and where its bars start, so four hours are built from one-hour bars.
 */
const vendorIntervals = {
  "1m": "1m",
  "5m": "5m",
  "15m": "15m",
  "30m": "30m",
  "1h": "1h",
  "1d": "1d",
  "1w": "1wk",
  "1mo": "1mo",
} as const satisfies { readonly [name in Timeframe]?: string }

export type OfferedTimeframe = keyof typeof vendorIntervals

/** The timeframes that Yahoo can be asked for, finest first. */
export const offeredTimeframes = Object.keys(vendorIntervals) as ReadonlyArray<OfferedTimeframe>

export const isOffered = (timeframe: string): timeframe is OfferedTimeframe =>
  Object.hasOwn(vendorIntervals, timeframe)

/** The `interval` to ask for. */
export const toVendorInterval = (timeframe: OfferedTimeframe): string => vendorIntervals[timeframe]

/** The timeframe of an interval as Yahoo names it in answers, where an hour may be `60m`; `undefined` for any other. */
export const fromVendorInterval = (interval: string): OfferedTimeframe | undefined => {
  const name = interval === "60m" ? "1h" : interval
  return offeredTimeframes.find((timeframe) => vendorIntervals[timeframe] === name)
}
