import type { Instrument, Timeframe } from "@barkeep/market-data"
import type { CallCost, VendorCall } from "@barkeep/provider-kit"
import { functions, queryPath } from "./endpoints.ts"
import type { Datatype } from "./options.ts"
import type { SeriesCall } from "./plan-series.ts"

/** What all calls of one key share. */
export interface CallContext {
  readonly apiKey: string
  readonly cost: CallCost
}

type Query = NonNullable<VendorCall["query"]>

const callOf = (
  { apiKey, cost }: CallContext,
  name: keyof typeof functions,
  query: Query,
  operation: Omit<VendorCall["operation"], "operation"> = {},
): VendorCall => ({
  endpoint: queryPath,
  query: { function: functions[name], ...query, apikey: apiKey },
  cost,
  operation: { ...operation, operation: name },
})

/** Bars as traded, of the regular session. Without `adjusted=false` history would change with every dividend. */
export const seriesCall = (
  context: CallContext,
  { instrument, timeframe }: { readonly instrument: Instrument; readonly timeframe: Timeframe },
  { vendorSymbol, series, month, outputSize, range }: SeriesCall,
  datatype: Datatype,
): VendorCall =>
  callOf(
    context,
    series.name,
    {
      symbol: vendorSymbol,
      interval: series.interval,
      month: month?.name,
      ...(month && { adjusted: "false", extended_hours: "false" }),
      outputsize: outputSize,
      datatype,
    },
    { symbol: instrument.symbol, timeframe, range },
  )

export const symbolSearchCall = (context: CallContext, keywords: string): VendorCall =>
  callOf(context, "symbolSearch", { keywords, datatype: "json" })

export const actionsCall = (
  context: CallContext,
  name: "splits" | "dividends",
  { symbol }: Instrument,
  vendorSymbol: string,
): VendorCall => callOf(context, name, { symbol: vendorSymbol, datatype: "json" }, { symbol })

/** A month of the vendor's own example, which every premium key may ask for and no free one. */
export const entitlementCall = (context: CallContext): VendorCall =>
  callOf(context, "intraday", {
    symbol: "IBM",
    interval: "60min",
    month: "2009-01",
    adjusted: "false",
    extended_hours: "false",
    outputsize: "full",
    datatype: "json",
  })
