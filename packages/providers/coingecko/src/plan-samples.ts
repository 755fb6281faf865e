import {
  type EpochMillis,
  isEmptyRange,
  openTimeAtOrAfter,
  openTimeOf,
  type TimeRange,
} from "@barkeep/market-data"
import type { BarRequest, PlannedCall, ProviderError } from "@barkeep/provider-kit"
import * as Result from "effect/Result"
import { hourlyWindowMillis } from "./capabilities.ts"
import { endpointOf, endpoints, hourlyPricesBegin } from "./endpoints.ts"
import { coveredFrom, type Planning, refuse, resolveRequest, slackMillis } from "./resolve-request.ts"
import type { VendorSymbol } from "./symbols.ts"
import { callCost, type CoingeckoTier, tiers } from "./tiers.ts"
import { isSampled, type SampledTimeframe, sampledTimeframes, sampleStepMillis } from "./timeframes.ts"

/** One call for price points. */
export interface SampleWindow {
  readonly symbol: VendorSymbol
  readonly timeframe: SampledTimeframe
  /** These ranges are disjoint, ascending, and tile the reachable part of the request. */
  readonly range: TimeRange
  /** Whole bars with a few points on either side, by which the spacing can be told. */
  readonly asked: TimeRange
  /** The spacing that the answer must have, or a finer one. */
  readonly stepMillis: number
}

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/**
 * The windows of price points that answer a request. CoinGecko chooses their spacing itself: five minutes for
 * a window within the last day, an hour for one of up to ninety days, else a day, which is too coarse for
 * anything. So windows are never longer than that, and bars below an hour come from the last day only.
 * @throws {InvalidInput} when the range is none
 */
export const planSampleWindows = (
  request: BarRequest,
  { tier, names, now }: Planning,
): Result.Result<ReadonlyArray<SampleWindow>, ProviderError> =>
  Result.flatMap(resolveRequest(request, names), ({ symbol, range }) => {
    const { timeframe } = request
    if (!isSampled(timeframe))
      return refuse(request, "samples", { _tag: "UnsupportedTimeframe", supported: sampledTimeframes })
    if (isEmptyRange(range) || range.from >= now) return Result.succeed([])
    const stepMillis = sampleStepMillis(timeframe)
    const begins = stepMillis < hour ? now - day + slackMillis : hourlyBegins(tier, now)
    const earliest = openTimeAtOrAfter(timeframe, begins)
    if (range.to <= earliest) return refuse(request, "samples", { _tag: "OutsideHistory", earliest })
    const windows: Array<SampleWindow> = []
    for (let from = coveredFrom(timeframe, range, earliest); from < Math.min(range.to, now);) {
      const firstOpen = openTimeOf(timeframe, from)
      const to = stepMillis < hour ? range.to : Math.min(firstOpen + hourlyWindowMillis, range.to)
      const asked = {
        from: Math.max(firstOpen - 2 * stepMillis, begins - slackMillis + minute),
        // The spacing of five minutes is promised for windows that end now.
        to: stepMillis < hour ? now : Math.min(openTimeAtOrAfter(timeframe, to) + 2 * stepMillis, now),
      }
      windows.push({ symbol, timeframe, range: { from, to }, asked, stepMillis })
      from = to
    }
    return Result.succeed(windows)
  })

const hourlyBegins = (tier: CoingeckoTier, now: EpochMillis): EpochMillis => {
  const { lookBackMillis = Number.POSITIVE_INFINITY } = tiers[tier]
  return Math.max(hourlyPricesBegin, now - lookBackMillis + slackMillis)
}

/**
 * The calls that answer a request. Where their first range starts after the request's, CoinGecko reaches no
 * further back.
 */
export const planSamples = (
  request: BarRequest,
  planning: Planning,
): Result.Result<ReadonlyArray<PlannedCall>, ProviderError> =>
  Result.map(planSampleWindows(request, planning), (windows) =>
    windows.map(({ symbol, range }) => ({
      endpoint: endpointOf(endpoints.marketChartRange, symbol.coinId),
      range,
      cost: callCost(planning.tier),
    })),
  )
