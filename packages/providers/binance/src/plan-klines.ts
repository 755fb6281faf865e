import { type Timeframe, timeframes, timeRange, type TimeRange } from "@barkeep/market-data"
import { type BarRequest, type PlannedCall, ProviderError, type ProviderFailure } from "@barkeep/provider-kit"
import * as Result from "effect/Result"
import { endpoints, pageBars, weightBudget } from "./endpoints.ts"
import { openTimeAfter, openTimesIn } from "./grid.ts"
import { toVendorSymbol } from "./symbols.ts"
import { toVendorInterval } from "./timeframes.ts"

/**
 * The request itself, its range checked, or why Binance cannot answer it.
 * @throws {InvalidInput} when the range is none
 */
export const checkRequest = (request: BarRequest): Result.Result<BarRequest, ProviderError> => {
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
  return Result.succeed({ ...request, range })
}

/**
 * Windows of 1000 open times each, ascending, which tile the range. Without gaps every window but the last is full, and
 * no answer can be cut short by Binance's row limit.
 */
export const klineWindows = (timeframe: Timeframe, range: TimeRange): ReadonlyArray<TimeRange> =>
  windowsOf(timeframe, range, pageBars)

/** As few windows as `klineWindows`, but of the same length: none is short. */
export const evenWindows = (timeframe: Timeframe, range: TimeRange): ReadonlyArray<TimeRange> => {
  const bars = openTimesIn(timeframe, range)
  const windows = Math.max(1, Math.ceil(bars / pageBars))
  return windowsOf(timeframe, range, Math.max(1, Math.ceil(bars / windows)))
}

const windowsOf = (timeframe: Timeframe, range: TimeRange, bars: number): ReadonlyArray<TimeRange> => {
  const windows: Array<TimeRange> = []
  for (let { from } = range; from < range.to;) {
    const to = Math.min(openTimeAfter(timeframe, from, bars), range.to)
    windows.push({ from, to })
    from = to
  }
  return windows
}

/** The call that answers one window. */
export const klinesCost = (range: TimeRange): PlannedCall => ({
  endpoint: endpoints.klines.path,
  range,
  cost: { [weightBudget]: endpoints.klines.weight },
})
