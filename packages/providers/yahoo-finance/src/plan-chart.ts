import {
  barEnd,
  checkTimeZone,
  type EpochMillis,
  isIntraday,
  openTimeAtOrAfter,
  openTimeOf,
  type TimeRange,
  timeRange,
  zoneOfDays,
} from "@barkeep/market-data"
import { type BarRequest, type PlannedCall, ProviderError, type ProviderFailure } from "@barkeep/provider-kit"
import * as Result from "effect/Result"
import { reaches } from "./capabilities.ts"
import { chartCost, chartEndpoint } from "./endpoints.ts"
import { toVendorSymbol } from "./symbols.ts"
import { isOffered, type OfferedTimeframe, offeredTimeframes } from "./timeframes.ts"

/** One call: the part of the request that it answers, and what Yahoo is asked for that. */
export interface ChartWindow {
  readonly vendorSymbol: string
  readonly timeframe: OfferedTimeframe
  /** These windows are disjoint, ascending, and tile the reachable part of the request. */
  readonly range: TimeRange
  /** Whole days, weeks or months that hold the range. */
  readonly asked: TimeRange
}

/**
 * The windows that answer a request as far as Yahoo reaches back at `now`. Intraday windows are whole days, since nobody
 * knows whether Yahoo's bins move with the start of a question; for the same reason days, weeks and months (whose weeks
 * do start where the question starts) are asked on their grid, with one bar more on either side, which is not used.
 * @throws {InvalidInput} when the range is none
 */
export const planWindows = (
  request: BarRequest,
  now: EpochMillis,
): Result.Result<ReadonlyArray<ChartWindow>, ProviderError> => {
  const { instrument, timeframe } = request
  const range = timeRange(request.range.from, request.range.to)
  const timeZone = checkTimeZone(zoneOfDays(instrument))
  const refuse = (reason: ProviderFailure) =>
    Result.fail(
      new ProviderError(
        { provider: "yahoo-finance", operation: "chart", symbol: instrument.symbol, timeframe, range },
        reason,
      ),
    )
  const vendorSymbol = toVendorSymbol(instrument)
  if (vendorSymbol === undefined) return refuse({ _tag: "SymbolNotFound", certain: true })
  if (!isOffered(timeframe)) return refuse({ _tag: "UnsupportedTimeframe", supported: offeredTimeframes })
  if (range.to <= range.from || range.from >= now) return Result.succeed([])
  const untilNow = ({ from, to }: TimeRange): TimeRange => ({ from, to: Math.min(to, now) })
  const windowOf = (part: TimeRange, asked: TimeRange): ChartWindow => ({
    vendorSymbol,
    timeframe,
    range: part,
    asked,
  })
  if (!isIntraday(timeframe))
    return Result.succeed([windowOf(range, withNeighbours(timeframe, untilNow(range), timeZone))])
  const { lookBackMillis = 0, pageMillis = 0 } = reaches[timeframe]
  const earliest = openTimeAtOrAfter("1d", now - lookBackMillis + slackMillis, timeZone)
  if (range.to <= earliest) return refuse({ _tag: "OutsideHistory", earliest })
  const windows: Array<ChartWindow> = []
  const { to: end } = untilNow(range)
  for (let from = Math.max(range.from, earliest); from < end;) {
    const askedFrom = openTimeOf("1d", from, timeZone)
    const to = Math.min(openTimeOf("1d", askedFrom + pageMillis, timeZone), range.to)
    const askedTo = openTimeAtOrAfter("1d", Math.min(to, now), timeZone)
    windows.push(windowOf({ from, to }, { from: askedFrom, to: askedTo }))
    from = to
  }
  return Result.succeed(windows)
}

/** Yahoo's clock may be ahead of ours, and time passes until it is asked. */
const slackMillis = 300_000

/** From the bar before the first one to the end of the bar after the last one. */
const withNeighbours = (
  timeframe: OfferedTimeframe,
  { from, to }: TimeRange,
  timeZone: string,
): TimeRange => {
  const first = openTimeOf(timeframe, from, timeZone)
  const end = openTimeAtOrAfter(timeframe, to, timeZone)
  return { from: openTimeOf(timeframe, first - 1, timeZone), to: barEnd(timeframe, end, timeZone) }
}

/**
 * The calls that answer a request. Where their first range starts after the request's, Yahoo does not reach further back.
 * @throws {InvalidInput} when the range is none
 */
export const planChart = (
  request: BarRequest,
  now: EpochMillis,
): Result.Result<ReadonlyArray<PlannedCall>, ProviderError> =>
  Result.map(planWindows(request, now), (windows) =>
    windows.map(({ vendorSymbol, range }) => ({
      endpoint: chartEndpoint(vendorSymbol),
      range,
      cost: chartCost,
    })),
  )
