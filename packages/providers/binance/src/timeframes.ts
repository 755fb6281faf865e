import type { Timeframe } from "@barkeep/market-data"

/** Binance's own names, which are case sensitive: `1m` is a minute, `1M` a month. */
const vendorIntervals: { readonly [name in Timeframe]: string } = {
  "1m": "1m",
  "3m": "3m",
  "5m": "5m",
  "15m": "15m",
  "30m": "30m",
  "1h": "1h",
  "2h": "2h",
  "4h": "4h",
  "6h": "6h",
  "8h": "8h",
  "12h": "12h",
  "1d": "1d",
  "1w": "1w",
  "1mo": "1M",
}

/** The `interval` to ask for; `undefined` for a text that is no timeframe. */
export const toVendorInterval = (timeframe: string): string | undefined =>
  Object.hasOwn(vendorIntervals, timeframe) ? vendorIntervals[timeframe as Timeframe] : undefined
