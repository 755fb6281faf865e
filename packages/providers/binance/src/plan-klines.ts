import {
  barEnd,
  type EpochMillis,
  nominalMillis,
  openTimeAtOrAfter,
  type Timeframe,
  timeframes,
  timeRange,
} from "@barkeep/market-data"
import { type BarRequest, type PlannedCall, ProviderError, type ProviderFailure } from "@barkeep/provider-kit"
import * as Result from "effect/Result"
import { endpoints, pageBars, weightBudget } from "./endpoints.ts"
import { toVendorSymbol } from "./symbols.ts"
import { toVendorInterval } from "./timeframes.ts"

/**
 * The klines calls that answer a request: windows of 1000 open times each, ascending, which tile the range. Without
 * gaps every window but the last is full, and no answer can be cut short by Binance's row limit.
 * @throws {InvalidInput} when the range is none
 */
export const planKlines = (request: BarRequest): Result.Result<ReadonlyArray<PlannedCall>, ProviderError> => {
  const { instrument, timeframe } = request
  const range = timeRange(request.range.from, request.range.to)
  const refuse = (reason: ProviderFailure) =>
    Result.fail(
      new ProviderError(
        { provider: "binance", operation: "klines", symbol: instrument.symbol, timeframe, range },
        reason,
      ),
    )
  if (toVendorSymbol(instrument) === undefined) return refuse({ _tag: "SymbolNotFound", certain: true })
  if (toVendorInterval(timeframe) === undefined)
    return refuse({ _tag: "UnsupportedTimeframe", supported: timeframes })
  const calls: Array<PlannedCall> = []
  const cost = { [weightBudget]: endpoints.klines.weight }
  for (let from = range.from; from < range.to;) {
    const to = Math.min(windowEnd(timeframe, from), range.to)
    calls.push({ endpoint: endpoints.klines.path, range: { from, to }, cost })
    from = to
  }
  return Result.succeed(calls)
}

/** The end of the window whose first open time is the first one at or after `from`. */
const windowEnd = (timeframe: Timeframe, from: EpochMillis): EpochMillis => {
  const first = openTimeAtOrAfter(timeframe, from)
  if (timeframe !== "1mo") return first + pageBars * nominalMillis(timeframe)
  let end = first
  for (let month = 0; month < pageBars; month += 1) end = barEnd(timeframe, end)
  return end
}
