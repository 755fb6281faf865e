import {
  allocateBars,
  type Bars,
  barEnd,
  type EpochMillis,
  isoTime,
  nominalMillis,
  openTimeOf,
  sliceRows,
  type TimeRange,
} from "@barkeep/market-data"
import * as Result from "effect/Result"
import type { DroppedRow } from "./dropped-rows.ts"
import { parsePricePoints, type PricePoints } from "./price-points.ts"
import { medianSpacing, showMillis } from "./row-spacing.ts"
import type { SampledTimeframe } from "./timeframes.ts"

/** Pseudo-bars made from price points. */
export interface SampledBars {
  /** The closed ones that open inside the range. */
  readonly bars: Bars
  readonly dropped: ReadonlyArray<DroppedRow>
  /** The spacing that CoinGecko chose; `undefined` where it has no points. */
  readonly stepMillis: number | undefined
  /** The fewest points that a bar is made from; 0 without bars. */
  readonly samplesPerBar: number
  /** Bars left out, because more than one point and more than a quarter of them is missing. */
  readonly incompleteBars: number
}

/** What the points are to answer. */
export interface SamplesQuestion {
  readonly timeframe: SampledTimeframe
  /** Open times that are wanted. */
  readonly range: TimeRange
  readonly asked: TimeRange
  /** The spacing that the points must have, or a finer one. */
  readonly stepMillis: number
  /** CoinGecko's clock when it answered. */
  readonly now: EpochMillis
}

/**
 * The bars that the price points of an answer make, or why it cannot be trusted: a malformed point, one
 * outside what was asked, or points further apart than they must be. Open and close are the first and last
 * point inside a bar, high and low the extremes of the points, which understates them. Volume is NaN: what
 * CoinGecko sends is a sum over 24 hours at each point. The points' jittered times are taken as they are and
 * never become open times.
 */
export const samplesToBars = (
  payload: unknown,
  question: SamplesQuestion,
): Result.Result<SampledBars, string> =>
  Result.flatMap(parsePricePoints(payload, question.now), ({ points, dropped }) => {
    const issue = findPointIssue(points, question)
    if (issue !== undefined) return Result.fail(issue)
    const spacing = medianSpacing(points.time)
    const stepMillis = spacing === undefined ? undefined : spacingOf(spacing)
    return Result.succeed({ ...gather(points, question, stepMillis), dropped, stepMillis })
  })

const minute = 60_000
const hour = 60 * minute

/** The spacing meant by one with jitter. */
const spacingOf = (spacing: number): number => (spacing < 30 * minute ? 5 * minute : hour)

const findPointIssue = (
  { time }: PricePoints,
  { range, asked, stepMillis }: SamplesQuestion,
): string | undefined => {
  for (const at of time)
    if (at < asked.from - stepMillis || at > asked.to + stepMillis)
      return `the price of ${isoTime(at)} is not what was asked, ${isoTime(asked.from)}..${isoTime(asked.to)}`
  const spacing = medianSpacing(time)
  if (spacing === undefined)
    return time.some((at) => at >= range.from && at < range.to)
      ? "a single price, whose spacing cannot be told"
      : undefined
  // Jitter is a few minutes at most; the next spacings are 12 and 24 times as long.
  return spacing > 2 * stepMillis
    ? `prices are ${showMillis(spacing)} apart instead of ${showMillis(stepMillis)}`
    : undefined
}

/** Three quarters of what a bar should have; jitter may move one point to its neighbour. */
const fewestPoints = (expected: number): number =>
  Math.max(1, Math.min(Math.ceil(0.75 * expected), Math.floor(expected) - 1))

const gather = (
  { time, price }: PricePoints,
  { timeframe, range, now }: SamplesQuestion,
  stepMillis: number | undefined,
): Pick<SampledBars, "bars" | "samplesPerBar" | "incompleteBars"> => {
  const fewest = fewestPoints(nominalMillis(timeframe) / (stepMillis ?? Number.POSITIVE_INFINITY))
  const bars = allocateBars(time.length)
  let count = 0
  let samplesPerBar = 0
  let incompleteBars = 0
  for (let start = 0; start < time.length;) {
    const openTime = openTimeOf(timeframe, time[start] as EpochMillis)
    const close = barEnd(timeframe, openTime)
    let end = start + 1
    while (end < time.length && (time[end] as EpochMillis) < close) end += 1
    if (openTime >= range.from && openTime < range.to && close <= now) {
      if (end - start < fewest) incompleteBars += 1
      else {
        const prices = price.slice(start, end)
        bars.openTime[count] = openTime
        bars.open[count] = prices[0] as number
        bars.high[count] = Math.max(...prices)
        bars.low[count] = Math.min(...prices)
        bars.close[count] = prices.at(-1) as number
        bars.volume[count] = Number.NaN
        samplesPerBar = count === 0 ? end - start : Math.min(samplesPerBar, end - start)
        count += 1
      }
    }
    start = end
  }
  return { bars: sliceRows(bars, 0, count), samplesPerBar, incompleteBars }
}
