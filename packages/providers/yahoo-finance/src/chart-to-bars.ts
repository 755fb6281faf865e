import {
  allocateBars,
  type Bars,
  type EpochMillis,
  hasSessions,
  isIntraday,
  nominalMillis,
  sliceRows,
  type TimeRange,
  zoneOffsets,
  zoneOfDays,
} from "@barkeep/market-data"
import type { BarRequest } from "@barkeep/provider-kit"
import * as Result from "effect/Result"
import { volumeMeaning } from "./capabilities.ts"
import type { DroppedRow, DropReason } from "./dropped-rows.ts"
import { findLiveBar, findLiveQuote, type LastRows } from "./live-row.ts"
import { datedOpenTimes } from "./local-dates.ts"
import type { Chart } from "./parse-chart.ts"
import { shortestFloat32 } from "./shortest-float32.ts"
import { outsideSessions } from "./trading-periods.ts"
import { unitSlips } from "./unit-slips.ts"

/** The bars of one answer; nothing says yet which of them are closed. */
export interface ChartBars {
  /** Those that open inside the range. */
  readonly bars: Bars
  /** The rows inside the range that are no bars. */
  readonly dropped: ReadonlyArray<DroppedRow>
  /** From here on the answer does not count: the bar that opens here is live. */
  readonly missingFrom: EpochMillis
}

/** What the bars are to answer. */
export interface BarsQuestion extends BarRequest {
  /** What Yahoo was asked for. */
  readonly asked: TimeRange
  /** Yahoo's clock when it answered. */
  readonly now: EpochMillis
}

/**
 * The bars of a chart, or why it cannot be trusted: a row outside what was asked, or on no grid. Rows without all four
 * prices, impossible ones, live ones and those outside the session are left out and listed; nothing is repaired.
 */
export const chartToBars = (chart: Chart, question: BarsQuestion): Result.Result<ChartBars, string> => {
  const { instrument, timeframe, range, asked } = question
  const datesOf = datesOfChart(chart, question)
  // The day, not the week or month it lies in: a row in the middle of one is on no grid and must not pass for it.
  const openTimeOfRow = (row: number): EpochMillis => {
    const stamp = chart.time[row] as EpochMillis
    return isIntraday(timeframe) ? stamp : datesOf(stamp).day
  }
  const priced: Array<number> = []
  const dropped: Array<DroppedRow> = []
  const drop = (row: number, reason: DropReason): void => {
    const openTime = openTimeOfRow(row)
    if (openTime >= range.from && openTime < range.to) dropped.push({ openTime, reason })
  }
  for (let row = 0; row < chart.time.length; row += 1) {
    const reason = findMissing(chart, row)
    if (reason === undefined) priced.push(row)
    else drop(row, reason)
  }
  const live = findLive(chart, priced, question, datesOf)
  for (const row of priced.splice(priced.length - live.dropped, live.dropped)) drop(row, "live")

  const isOutside =
    isIntraday(timeframe) && hasSessions(instrument) ? outsideSession(chart, asked) : () => false
  const isPossible = priceCheck(chart, question)
  const isInOtherUnit = unitSlips(chart, priced)
  const length = nominalMillis(timeframe)
  const hasVolume = volumeMeaning(instrument) !== "none"
  const volumeOf = (volume: number | null): number =>
    volume === null || (volume === 0 && !hasVolume) ? Number.NaN : volume
  const bars = allocateBars(priced.length)
  let count = 0
  for (const [position, row] of priced.entries()) {
    const time = chart.time[row] as EpochMillis
    if (time < asked.from - length || time >= asked.to + length)
      return Result.fail(`row ${row}: its time ${time / 1000} is not what was asked`)
    const openTime = openTimeOfRow(row)
    if (openTime < range.from || openTime >= range.to) continue
    if (isOutside(time)) drop(row, "outside-session")
    else if (!isPossible(row) || isInOtherUnit(position)) drop(row, "impossible")
    else {
      bars.openTime[count] = openTime
      for (const name of ["open", "high", "low", "close"] as const)
        bars[name][count] = shortestFloat32(chart[name][row] as number)
      bars.volume[count] = volumeOf(chart.volume[row] ?? null)
      count += 1
    }
  }
  return Result.succeed({
    bars: sliceRows(bars, 0, count),
    dropped: dropped.toSorted((a, b) => a.openTime - b.openTime),
    missingFrom: live.missingFrom ?? Number.POSITIVE_INFINITY,
  })
}

const findMissing = (chart: Chart, row: number): DropReason | undefined => {
  const prices = [chart.open[row], chart.high[row], chart.low[row], chart.close[row]]
  const missing = prices.filter((price) => price === null).length
  if (missing === 0) return undefined
  return missing === prices.length && (chart.volume[row] ?? 0) === 0 ? "null" : "incomplete"
}

const findLive = (
  chart: Chart,
  priced: ReadonlyArray<number>,
  { instrument, timeframe, now }: BarsQuestion,
  datesOf: DatesOf,
): LastRows =>
  isIntraday(timeframe)
    ? findLiveQuote(chart, priced, timeframe)
    : findLiveBar(chart, priced, { timeframe, timeZone: zoneOfDays(instrument), now }, datesOf)

type DatesOf = ReturnType<typeof datedOpenTimes>

const datesOfChart = (chart: Chart, { instrument, timeframe, asked }: BarsQuestion): DatesOf => {
  const last = chart.time.at(-1) ?? asked.to
  return datedOpenTimes(instrument, timeframe, chart.timeZone, {
    from: asked.from,
    to: Math.max(asked.to, last),
  })
}

const outsideSession = (chart: Chart, asked: TimeRange): ((time: EpochMillis) => boolean) =>
  outsideSessions(chart.tradingPeriods, zoneOffsets(chart.timeZone, asked))

/** Yahoo writes zero for a price that it does not have; only futures have traded at or below zero. */
const priceCheck = (
  { open, high, low, close, volume }: Chart,
  { instrument }: BarsQuestion,
): ((row: number) => boolean) => {
  const lowest = instrument.assetClass === "future" ? Number.NEGATIVE_INFINITY : Number.MIN_VALUE
  return (row) => {
    const prices = [open[row], close[row], high[row], low[row]] as ReadonlyArray<number>
    const [top, bottom] = [high[row] as number, low[row] as number]
    return (
      prices.every((price) => price <= top && price >= bottom && price >= lowest) && (volume[row] ?? 0) >= 0
    )
  }
}
