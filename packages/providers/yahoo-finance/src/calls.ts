import type { Instrument } from "@barkeep/market-data"
import type { VendorCall } from "@barkeep/provider-kit"
import { chartCost, chartEndpoint } from "./endpoints.ts"
import type { ChartWindow } from "./plan-chart.ts"
import { toVendorInterval } from "./timeframes.ts"

/** The call of one window. Yahoo counts seconds and includes both ends. */
export const chartCall = (
  instrument: Instrument,
  { vendorSymbol, timeframe, asked, range }: ChartWindow,
  crumb?: string,
): VendorCall => ({
  endpoint: chartEndpoint(vendorSymbol),
  query: {
    period1: Math.ceil(asked.from / 1000),
    period2: Math.ceil(asked.to / 1000) - 1,
    interval: toVendorInterval(timeframe),
    includePrePost: "false",
    events: "div|split|capitalGains",
    crumb,
  },
  cost: chartCost,
  operation: { operation: "chart", symbol: instrument.symbol, timeframe, range },
})
