import {
  type EpochMillis,
  isEmptyRange,
  nominalMillis,
  openTimeAtOrAfter,
  openTimeOf,
  type Timeframe,
  type TimeRange,
} from "@barkeep/market-data"
import type { BarRequest, PlannedCall, ProviderError } from "@barkeep/provider-kit"
import * as Result from "effect/Result"
import { oldestAnswerMillis } from "./capabilities.ts"
import { endpointOf, endpoints, ohlcRangeBegins } from "./endpoints.ts"
import {
  coveredFrom,
  type Planning,
  refuse,
  type ResolvedRequest,
  resolveRequest,
  slackMillis,
} from "./resolve-request.ts"
import type { VendorSymbol } from "./symbols.ts"
import { callCost } from "./tiers.ts"
import { offeredTimeframes, type OhlcSource, ohlcSource } from "./timeframes.ts"

/** One call for candles: the part of the request that it answers, and what CoinGecko is asked for that. */
export interface OhlcWindow {
  readonly symbol: VendorSymbol
  readonly timeframe: Timeframe
  /** These ranges are disjoint, ascending, and tile the reachable part of the request. */
  readonly range: TimeRange
  readonly question: DaysQuestion | IntervalQuestion
}

/** The last so many days, up to the moment of the answer. */
export interface DaysQuestion {
  readonly days: number
}

/** Whole candles of that size. */
export interface IntervalQuestion {
  readonly interval: "hourly" | "daily"
  readonly asked: TimeRange
}

const second = 1000
const day = 86_400_000

/**
 * The windows that answer a request as far as CoinGecko reaches back at `now`; a request that lies wholly
 * before that is refused.
 * @throws {InvalidInput} when the range is none
 */
export const planOhlcWindows = (
  request: BarRequest,
  planning: Planning,
): Result.Result<ReadonlyArray<OhlcWindow>, ProviderError> =>
  Result.flatMap(resolveRequest(request, planning.names), (resolved) => {
    const source = ohlcSource(planning.tier, request.timeframe)
    if (source === undefined)
      return refuse(request, "ohlc", {
        _tag: "UnsupportedTimeframe",
        supported: offeredTimeframes(planning.tier),
      })
    if (isEmptyRange(resolved.range) || resolved.range.from >= planning.now) return Result.succeed([])
    return "interval" in source
      ? intervalWindows(request, resolved, source, planning.now)
      : daysWindow(request, resolved, source.days, planning.now)
  })

type Windows = Result.Result<ReadonlyArray<OhlcWindow>, ProviderError>

const intervalWindows = (
  request: BarRequest,
  { symbol, range }: ResolvedRequest,
  { interval, pageBars }: Extract<OhlcSource, { readonly interval: unknown }>,
  now: EpochMillis,
): Windows => {
  const { timeframe } = request
  const earliest = openTimeAtOrAfter(timeframe, ohlcRangeBegins)
  if (range.to <= earliest) return refuse(request, "ohlc", { _tag: "OutsideHistory", earliest })
  const reachable = { from: coveredFrom(timeframe, range, earliest), to: range.to }
  return Result.succeed(
    // Less than a call may hold, since the candle before the first one is asked, and the one before that may come too.
    splitByBars(timeframe, reachable, now, pageBars - 2).map((part) => {
      const question = { interval, asked: wholeCandles(timeframe, part, now) }
      return { symbol, timeframe, range: part, question }
    }),
  )
}

/** One window, of the fewest days that reach back far enough. */
const daysWindow = (
  request: BarRequest,
  { symbol, range }: ResolvedRequest,
  choices: ReadonlyArray<number>,
  now: EpochMillis,
): Windows => {
  const { timeframe } = request
  const reachOf = (days: number): EpochMillis => reachOfDays(timeframe, days, now + slackMillis)
  const earliest = Math.min(...choices.map(reachOf))
  if (range.to <= earliest) return refuse(request, "ohlc", { _tag: "OutsideHistory", earliest })
  const reachable = { from: coveredFrom(timeframe, range, earliest), to: range.to }
  const first = openTimeAtOrAfter(timeframe, reachable.from)
  const days = choices.find((choice) => reachOf(choice) <= first) as number
  return Result.succeed([{ symbol, timeframe, range: reachable, question: { days } }])
}

/** The first candle that lies wholly in the last `days` days before `now`; the one before it may be cut. */
export const reachOfDays = (timeframe: Timeframe, days: number, now: EpochMillis): EpochMillis =>
  openTimeAtOrAfter(timeframe, now - days * day)

/**
 * The closes, both included, that an answer of that moment can hold: a candle more on either side, and for
 * the last days what an older answer has.
 */
export const closesOf = ({ timeframe, question }: OhlcWindow, now: EpochMillis): TimeRange => {
  const length = nominalMillis(timeframe)
  return "days" in question
    ? { from: now - question.days * day - length - oldestAnswerMillis, to: now + length }
    : { from: question.asked.from - length, to: question.asked.to + length }
}

/** Parts of at most so many candles, with boundaries on the timeframe's grid, up to the present. */
const splitByBars = (
  timeframe: Timeframe,
  range: TimeRange,
  now: EpochMillis,
  bars: number,
): ReadonlyArray<TimeRange> => {
  const parts: Array<TimeRange> = []
  for (let { from } = range; from < Math.min(range.to, now);) {
    const to = Math.min(openTimeOf(timeframe, from) + bars * nominalMillis(timeframe), range.to)
    parts.push({ from, to })
    from = to
  }
  return parts
}

/**
 * What to ask for the candles that open inside a part: the one before the first too, so that no candle is without a
 * neighbour to be compared with. It is not documented whether the bounds mean opens or closes and whether they are
 * included, so that one more may come; both are left out.
 */
const wholeCandles = (timeframe: Timeframe, { from, to }: TimeRange, now: EpochMillis): TimeRange => ({
  from: Math.max(ohlcRangeBegins, openTimeOf(timeframe, from) - nominalMillis(timeframe)),
  to: Math.min(openTimeAtOrAfter(timeframe, to) + second, now),
})

/**
 * The calls that answer a request. Where their first range starts after the request's, CoinGecko reaches no
 * further back.
 */
export const planOhlc = (
  request: BarRequest,
  planning: Planning,
): Result.Result<ReadonlyArray<PlannedCall>, ProviderError> =>
  Result.map(planOhlcWindows(request, planning), (windows) =>
    windows.map(({ symbol, range, question }) => ({
      endpoint: endpointOf("days" in question ? endpoints.ohlc : endpoints.ohlcRange, symbol.coinId),
      range,
      cost: callCost(planning.tier),
    })),
  )
