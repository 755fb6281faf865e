import {
  type Bars,
  barCount,
  checkTimeZone,
  type EpochMillis,
  type Instrument,
  instantsOfLocal,
  isIntraday,
  nominalMillis,
  openTimeOf,
  sliceBars,
  takeRows,
  type Timeframe,
  toLocalMillis,
  zoneOffsets,
  zoneOfDays,
} from "@barkeep/market-data"
import { checkPage } from "@barkeep/provider-kit"
import * as Result from "effect/Result"
import { extendedClose, extendedOpen, labelEvidence, sessionClose, sessionOpen } from "./bar-label.ts"
import { compactRows } from "./capabilities.ts"
import { localTimeText } from "./local-times.ts"
import type { BarLabel, Datatype } from "./options.ts"
import { type SeriesCall, vendorTimeZone } from "./plan-series.ts"
import type { Series } from "./series.ts"
import { isSameSymbol } from "./symbols.ts"

/** What was asked, for comparison with what came. */
export interface SeriesQuestion {
  readonly instrument: Instrument
  readonly timeframe: Timeframe
  readonly call: SeriesCall
  readonly label: BarLabel
  readonly datatype: Datatype
}

/** The checked bars of one answer. */
export interface SeriesAnswer {
  /** Those of the call's range. */
  readonly bars: Bars
  /** Before this the answer says nothing; absent when it holds the whole month or history. */
  readonly reachesFrom?: EpochMillis
}

/**
 * The bars of an answer, or why it is not the answer to the question: another symbol, interval, size, month or zone,
 * times that mark the other end of the bar, times off the grid, rows that are no prices. Sparse minutes are no fault: a
 * minute without a trade has no row. Rows outside the regular session are left out, since only that was asked for.
 */
export const seriesToBars = (
  series: Series,
  question: SeriesQuestion,
): Result.Result<SeriesAnswer, string> => {
  const { call, timeframe, instrument } = question
  const mismatch = metaIssue(series, question) ?? placeholderIssue(series)
  if (mismatch !== undefined) return Result.fail(mismatch)
  const all = isIntraday(timeframe) ? intradayBars(series, question) : datedBars(series, question)
  if (Result.isFailure(all)) return Result.fail(all.failure)
  const bars = sliceBars(all.success, call.range)
  const issue =
    orderIssue(all.success) ??
    priceIssue(bars) ??
    checkPage({ instrument, timeframe, range: call.range }, bars)
  if (issue !== undefined) return Result.fail(issue)
  const isCut = call.outputSize === "compact" && barCount(all.success) >= compactRows
  const [oldest] = all.success.openTime
  return Result.succeed({ bars, ...(isCut && oldest !== undefined && { reachesFrom: oldest }) })
}

const metaIssue = (
  { meta, localTime }: Series,
  { call: { vendorSymbol, series, outputSize, month }, datatype }: SeriesQuestion,
): string | undefined => {
  const { symbol, interval, outputSize: size = "" } = meta
  // JSON says all of this; what a CSV download says is in its name, if it has one.
  if (symbol === undefined ? datatype === "json" : !isSameSymbol(vendorSymbol, symbol))
    return `an answer about ${symbol ?? "no symbol"} instead of ${vendorSymbol}`
  if (series.interval !== interval && (datatype === "json" || interval !== undefined))
    return `an answer with the interval ${interval ?? "none"} instead of ${series.interval ?? "none"}`
  if (
    outputSize === "full" &&
    (datatype === "json" ? !/^full/i.test(size) : localTime.length === compactRows)
  )
    return `${localTime.length} rows of the size ${size || "compact"}, though all were asked for`
  if (localTime.length === 0 && month === undefined) return "no row at all"
  return undefined
}

const fewRows = 5

/** Endpoints of other plans are shown with made-up rows, all alike. */
const placeholderIssue = ({ values, localTime }: Series): string | undefined => {
  if (localTime.length < fewRows || !((values.volume[0] as number) > 0)) return undefined
  const isFlat = Object.values(values).every((column) => column.every((cell) => cell === column[0]))
  return isFlat ? `${localTime.length} rows that are all the same: placeholders, no prices` : undefined
}

/** Days, weeks and months by the date of their last session, in the market's own zone. */
const datedBars = (
  { localTime, values }: Series,
  { instrument, timeframe }: SeriesQuestion,
): Result.Result<Bars, string> => {
  const timeZone = zoneOfDays(instrument)
  const openTime = new Float64Array(localTime.length)
  if (localTime.length === 0) return Result.succeed({ openTime, ...values })
  const zone = zoneOffsets(timeZone, aroundOf(localTime))
  for (const [row, local] of localTime.entries()) {
    if (local % day !== 0) return Result.fail(`${localTimeText(local)} is no date`)
    const [noon] = instantsOfLocal(zone, local + day / 2)
    if (noon === undefined) return Result.fail(`${localTimeText(local)} is no date in ${timeZone}`)
    openTime[row] = openTimeOf(timeframe, noon, timeZone)
  }
  return Result.succeed({ openTime, ...values })
}

/** Bars of the regular session by the times that New York's or the told zone's clocks showed. */
const intradayBars = (
  { meta, localTime, values }: Series,
  { timeframe, label, call: { month } }: SeriesQuestion,
): Result.Result<Bars, string> => {
  const instants = toInstants(localTime, meta.timeZone ?? vendorTimeZone)
  if (Result.isFailure(instants)) return Result.fail(instants.failure)
  const times = instants.success
  const stray =
    month === undefined ? undefined : times.find((time) => time < month.range.from || time > month.range.to)
  if (stray !== undefined && month !== undefined) return Result.fail(`rows outside the month ${month.name}`)
  const newYork = zoneOffsets(vendorTimeZone, aroundOf(times))
  const onItsClocks = times.map((time) => toLocalMillis(newYork, time))
  const issue = hoursIssue(onItsClocks) ?? labelIssue(labelEvidence(onItsClocks, timeframe), label)
  if (issue !== undefined) return Result.fail(issue)
  const length = nominalMillis(timeframe)
  const openTime = label === "close" ? times.map((time) => time - length) : times
  const regular = Array.from(openTime.keys()).filter((row) => {
    const timeOfDay = toLocalMillis(newYork, openTime[row] as number) % day
    return timeOfDay + length > sessionOpen && timeOfDay < sessionClose
  })
  return Result.succeed(takeRows({ openTime, ...values }, regular))
}

/** Outside these hours nobody trades: such rows are dates, or times of another zone than the one named. */
const hoursIssue = (localTime: Float64Array): string | undefined => {
  const stray = localTime.find((time) => time % day < extendedOpen || time % day > extendedClose)
  return stray === undefined
    ? undefined
    : `a row at ${localTimeText(stray)} in New York, where nobody trades at that time`
}

const labelIssue = (
  { label, isExtended }: ReturnType<typeof labelEvidence>,
  expected: BarLabel,
): string | undefined => {
  if (label === undefined)
    return isExtended ? "extended hours, and nothing shows which end of the bars their times mark" : undefined
  return label === expected
    ? undefined
    : `times that mark the ${label} of their bars, not the ${expected}; pass label "${label}" only if all answers do`
}

const toInstants = (localTime: Float64Array, timeZone: string): Result.Result<Float64Array, string> => {
  try {
    checkTimeZone(timeZone)
  } catch {
    return Result.fail(`the unknown time zone ${timeZone}`)
  }
  const zone = zoneOffsets(timeZone, aroundOf(localTime))
  const times = new Float64Array(localTime.length)
  for (const [row, local] of localTime.entries()) {
    const [time, second] = instantsOfLocal(zone, local)
    // Clocks are set at night, when no session runs: such a row is not a trade's.
    if (time === undefined || second !== undefined)
      return Result.fail(
        `${localTimeText(local)} was shown ${time === undefined ? "never" : "twice"} in ${timeZone}`,
      )
    times[row] = time
  }
  return Result.succeed(times)
}

const orderIssue = ({ openTime }: Bars): string | undefined => {
  const row = openTime.findIndex((time, index) => index > 0 && time <= (openTime[index - 1] as number))
  return row < 0 ? undefined : "two rows of one bar"
}

/** Nothing was ever traded for nothing; Alpha Vantage has sent zeros for prices that it lost. */
const priceIssue = ({ low, openTime }: Bars): string | undefined => {
  const row = low.indexOf(0)
  return row < 0 ? undefined : `a price of zero at ${localTimeText(openTime[row] as number)} UTC`
}

const day = 86_400_000

/** Wide enough for the offset of any zone. */
const aroundOf = (times: Float64Array) => ({ from: (times[0] ?? 0) - day, to: (times.at(-1) ?? 0) + day })
