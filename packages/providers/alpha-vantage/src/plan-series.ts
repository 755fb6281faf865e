import {
  barEnd,
  checkTimeZone,
  type EpochMillis,
  intersectRanges,
  isIntraday,
  openTimeAtOrAfter,
  openTimeOf,
  parseIsoTime,
  type TimeRange,
  timeRange,
} from "@barkeep/market-data"
import { type BarRequest, type PlannedCall, ProviderError, type ProviderFailure } from "@barkeep/provider-kit"
import * as Result from "effect/Result"
import { Temporal } from "temporal-polyfill"
import { alphaVantageCapabilities } from "./capabilities.ts"
import { functions, type SeriesName } from "./endpoints.ts"
import { toVendorSymbol } from "./symbols.ts"
import { type AlphaVantageTier, limitsOf } from "./tiers.ts"
import { offeredTimeframes, toVendorSeries, type VendorSeries } from "./timeframes.ts"

/** A calendar month of New York, as intraday bars are asked for. */
export interface VendorMonth {
  /** `YYYY-MM`. */
  readonly name: string
  readonly range: TimeRange
}

/** One call: the part of the request that it answers, and what Alpha Vantage is asked for that. */
export interface SeriesCall {
  readonly vendorSymbol: string
  readonly series: VendorSeries
  /** These ranges are disjoint, ascending, and tile the reachable part of the request. */
  readonly range: TimeRange
  /** Of intraday series only. */
  readonly month?: VendorMonth
  /** `undefined` where the series has no such parameter. */
  readonly outputSize?: "compact" | "full"
}

/** The zone of the vendor's months, and of the sessions that it has intraday bars of. */
export const vendorTimeZone = "America/New_York"

/** The first month of intraday bars. @see https://www.alphavantage.co/documentation/#intraday */
export const intradayBeginning = parseIsoTime("2000-01-01T05:00:00Z")

/** What a plan depends on besides the request. */
export interface PlanContext {
  readonly tier: AlphaVantageTier
  readonly now: EpochMillis
}

/**
 * The calls that answer a request as far as the tier reaches at `now`: a month each for intraday bars, one for
 * everything else. A bar that is still running is not asked for. Where the first range starts after the request's,
 * Alpha Vantage does not reach further back.
 * @throws {InvalidInput} when the range is none or the instrument's zone is unknown
 */
export const planCalls = (
  request: BarRequest,
  { tier, now }: PlanContext,
): Result.Result<ReadonlyArray<SeriesCall>, ProviderError> => {
  const { instrument, timeframe } = request
  const range = timeRange(request.range.from, request.range.to)
  const timeZone = checkTimeZone(instrument.timeZone)
  const series = toVendorSeries(timeframe)
  const refuse = (reason: ProviderFailure) =>
    Result.fail(
      new ProviderError(
        {
          provider: "alpha-vantage",
          operation: series?.name ?? "bars",
          symbol: instrument.symbol,
          timeframe,
          range,
        },
        reason,
      ),
    )
  const offered = offeredTimeframes(tier)
  const vendorSymbol = toVendorSymbol(instrument)
  if (vendorSymbol === undefined) return refuse({ _tag: "SymbolNotFound", certain: true })
  if (series === undefined) return refuse({ _tag: "UnsupportedTimeframe", supported: offered })
  if (!(offered as ReadonlyArray<string>).includes(timeframe))
    return refuse({
      _tag: "TierRequired",
      needed: `a premium plan for ${timeframe}; ${tier} has ${offered.join(" ")}`,
    })
  if (isIntraday(timeframe) && timeZone !== vendorTimeZone)
    return refuse({
      _tag: "UnsupportedTimeframe",
      supported: offered.filter((each) => !isIntraday(each)),
    })
  const earliest = earliestOf(series.name, { tier, now }, timeZone)
  if (range.to > range.from && range.to <= earliest) return refuse({ _tag: "OutsideHistory", earliest })
  const reachable = intersectRanges(range, { from: earliest, to: openTimeOf(timeframe, now, timeZone) })
  if (reachable === undefined) return Result.succeed([])
  if (series.name === "intraday")
    return Result.succeed(
      monthsOf(reachable).map((month) => ({
        vendorSymbol,
        series,
        month,
        outputSize: "full",
        range: intersectRanges(reachable, month.range) ?? reachable,
      })),
    )
  const isDaily = series.name === "daily"
  return Result.succeed([
    {
      vendorSymbol,
      series,
      range: reachable,
      ...(isDaily && { outputSize: tier === "premium" ? "full" : "compact" }),
    },
  ])
}

/** The calls of a request for people and budgets; see `planCalls`. */
export const planSeries = (
  request: BarRequest,
  context: PlanContext,
): Result.Result<ReadonlyArray<PlannedCall>, ProviderError> => {
  const { cost } = limitsOf(context.tier)
  return Result.map(planCalls(request, context), (calls) =>
    calls.map(({ series, range }) => ({ endpoint: functions[series.name], range, cost })),
  )
}

/** Where the reach of a series begins, whatever the instrument. */
const earliestOf = (series: SeriesName, { tier, now }: PlanContext, timeZone: string): EpochMillis => {
  if (series === "intraday") return intradayBeginning
  if (series !== "daily") return Number.NEGATIVE_INFINITY
  const { lookBackMillis } = alphaVantageCapabilities(tier).timeframes["1d"] ?? {}
  return lookBackMillis === undefined
    ? Number.NEGATIVE_INFINITY
    : openTimeAtOrAfter("1d", now - lookBackMillis, timeZone)
}

/** The months that share an instant with the range, ascending. */
const monthsOf = (range: TimeRange): ReadonlyArray<VendorMonth> => {
  const months: Array<VendorMonth> = []
  for (let from = openTimeOf("1mo", range.from, vendorTimeZone); from < range.to;) {
    const to = barEnd("1mo", from, vendorTimeZone)
    months.push({ name: monthName(from), range: { from, to } })
    from = to
  }
  return months
}

const monthName = (start: EpochMillis): string =>
  Temporal.Instant.fromEpochMilliseconds(start)
    .toZonedDateTimeISO(vendorTimeZone)
    .toPlainDate()
    .toString()
    .slice(0, 7)
