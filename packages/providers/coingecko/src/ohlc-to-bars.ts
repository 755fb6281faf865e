import {
  allocateBars,
  type Bars,
  type EpochMillis,
  isoTime,
  nominalMillis,
  sliceRows,
  type Timeframe,
  type TimeRange,
} from "@barkeep/market-data"
import * as Result from "effect/Result"
import { oldestAnswerMillis } from "./capabilities.ts"
import type { DroppedRow } from "./dropped-rows.ts"
import { commonSpacing, showMillis } from "./row-spacing.ts"
import { findUnitSlip } from "./unit-slips.ts"

/** The closed candles of one answer as bars. */
export interface OhlcBars {
  /** Those that open inside the range. */
  readonly bars: Bars
  readonly dropped: ReadonlyArray<DroppedRow>
}

/** What the candles are to answer. */
export interface OhlcQuestion {
  readonly timeframe: Timeframe
  /** Open times that are wanted. */
  readonly range: TimeRange
  /** Closes that can be in the answer; any other means that another question was answered. */
  readonly closes: TimeRange
  /** CoinGecko's clock when it answered. */
  readonly now: EpochMillis
  /** The size of the candles was left to CoinGecko, so that a single one does not show it. */
  readonly isSizeImplied: boolean
}

/** `[close time, open, high, low, close]` */
type Candle = readonly [number, number, number, number, number]

/**
 * The bars of an OHLC answer, or why it cannot be trusted: a malformed row, one off the timeframe's grid or
 * outside what was asked, or candles of a coarser size. CoinGecko stamps a candle with its close; its bar
 * opens one timeframe earlier. Volume is NaN, since there is none. The row of the moment at the end is left
 * out and listed, as are running candles.
 */
export const ohlcToBars = (payload: unknown, question: OhlcQuestion): Result.Result<OhlcBars, string> => {
  const { timeframe, range, now } = question
  if (!Array.isArray(payload)) return Result.fail("the answer is not a list of candles")
  const rows: ReadonlyArray<unknown> = payload
  const length = nominalMillis(timeframe)
  const bars = allocateBars(rows.length)
  const closes: Array<EpochMillis> = []
  const dropped: Array<DroppedRow> = []
  const prices: Array<ReadonlyArray<number>> = []
  let count = 0
  let previous = Number.NEGATIVE_INFINITY
  for (const [index, row] of rows.entries()) {
    if (!isCandle(row)) return Result.fail(`row ${index} is no candle of five numbers`)
    const [time, open, high, low, close] = row
    const issue = findTimeIssue(time, previous, question)
    if (issue !== undefined) return Result.fail(`row ${index}: ${issue}`)
    previous = time
    if (time % length !== 0) {
      if (index < rows.length - 1 || time < now - oldestAnswerMillis)
        return Result.fail(`row ${index}: ${isoTime(time)} is no close of a ${timeframe} candle`)
      dropped.push({ time, reason: "now" })
      continue
    }
    closes.push(time)
    if (time > now) {
      dropped.push({ time, reason: "running" })
      continue
    }
    prices.push([open, high, low, close])
    const openTime = time - length
    if (openTime < range.from || openTime >= range.to) continue
    if (Math.min(open, high, low, close) <= 0) return Result.fail(`row ${index}: a price is not positive`)
    bars.openTime[count] = openTime
    bars.open[count] = open
    bars.high[count] = high
    bars.low[count] = low
    bars.close[count] = close
    bars.volume[count] = Number.NaN
    count += 1
  }
  // The first candle of an answer may be cut, and lies before what is wanted then.
  const isWanted = (row: number): boolean => (closes[row] as number) - length >= range.from
  const slip = findUnitSlip(prices, (row) => row.at(-1) as number, isWanted)
  const issue =
    findSizeIssue(closes, question) ??
    (slip === undefined
      ? undefined
      : `the candle that closes ${isoTime(closes[slip] as number)} is a hundred times its neighbours, or a hundredth`)
  return issue === undefined
    ? Result.succeed({ bars: sliceRows(bars, 0, count), dropped })
    : Result.fail(issue)
}

const isCandle = (row: unknown): row is Candle =>
  Array.isArray(row) &&
  row.length === 5 &&
  row.every((cell) => typeof cell === "number" && Number.isFinite(cell))

/** Temporal knows times up to the year 275760 only; a vendor's slip of units lies beyond. */
const latestTime = 8.64e15

const findTimeIssue = (time: number, previous: EpochMillis, { closes }: OhlcQuestion): string | undefined => {
  if (!Number.isSafeInteger(time) || Math.abs(time) > latestTime) return `${time} is no time in milliseconds`
  if (time <= previous) return `${isoTime(time)} does not come after ${isoTime(previous)}`
  if (time < closes.from || time > closes.to)
    return `${isoTime(time)} is not what was asked, ${isoTime(closes.from)}..${isoTime(closes.to)}`
  return undefined
}

const hour = 3_600_000
const day = 24 * hour

/**
 * The next size of candles that CoinGecko has. Coarser candles lie on the grid of finer ones, so only their
 * spacing tells.
 */
const coarserMillis: { readonly [name in Timeframe]?: number } = {
  "30m": hour,
  "1h": 4 * hour,
  "4h": day,
  "1d": 4 * day,
}

const findSizeIssue = (
  closes: ReadonlyArray<EpochMillis>,
  { timeframe, isSizeImplied }: OhlcQuestion,
): string | undefined => {
  const spacing = commonSpacing(closes)
  if (spacing === undefined)
    return isSizeImplied && closes.length > 0 ? "a single candle, whose size cannot be told" : undefined
  return spacing >= (coarserMillis[timeframe] ?? Number.POSITIVE_INFINITY)
    ? `candles are ${showMillis(spacing)} apart instead of ${timeframe}`
    : undefined
}
