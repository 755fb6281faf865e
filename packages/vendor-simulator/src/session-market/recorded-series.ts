import {
  type Bar,
  barAt,
  barCount,
  type Bars,
  barsFromRows,
  concatBars,
  type EpochMillis,
  firstRowAtOrAfter,
  InvalidInput,
  isIntraday,
  nominalMillis,
  resampleBars,
  sliceBars,
  sliceRows,
  type TimeRange,
} from "@barkeep/market-data"
import { barProgress } from "../market/bar-progress.ts"
import type { LoadedRecording } from "../market/read-recording.ts"
import type { TextBars } from "../market/text-bars.ts"
import { sessionBin, type SessionSeries } from "./session-series.ts"
import type { TradingDay, TradingDays } from "./trading-days.ts"

const minuteMillis = 60_000
const dayMillis = 86_400_000

/**
 * A symbol that replays recordings. A recorded timeframe comes as recorded; a coarser one, days included, is made from the
 * coarsest intraday recording that divides it; a finer one is not offered.
 * @throws {InvalidInput} for weeks and months, which are made from days, and for two recordings of one timeframe
 */
export const recordedSeries = (
  symbol: string,
  recordings: ReadonlyArray<LoadedRecording>,
  days: TradingDays,
): SessionSeries => {
  const intraday = new Map<number, Bars>()
  let recordedDays: Bars | undefined
  for (const { timeframe, bars, name } of recordings) {
    const wrong = (expected: string): InvalidInput =>
      new InvalidInput({ field: `data: ${symbol} ${timeframe}`, value: name, expected })
    if (isIntraday(timeframe)) {
      const minutes = nominalMillis(timeframe) / minuteMillis
      if (intraday.has(minutes)) throw wrong("the only recording of that timeframe")
      intraday.set(minutes, toNumbers(bars))
    } else {
      if (timeframe !== "1d") throw wrong("of days or finer: weeks and months are made from days")
      if (recordedDays !== undefined) throw wrong("the only recording of that timeframe")
      recordedDays = atStamps(toNumbers(bars), days)
    }
  }

  const sourceOf = (minutes: number): number | undefined =>
    [...intraday.keys()].toSorted((a, b) => b - a).find((finer) => minutes % finer === 0)

  const dayOfTime = (): ((time: EpochMillis) => TradingDay | undefined) => {
    let last: TradingDay | undefined
    return (time) => {
      if (last === undefined || time < last.open || time >= last.close)
        last = days.between({ from: time, to: time + 1 })[0]
      return last
    }
  }

  const bins = (minutes: number): Bars => {
    const source = sourceOf(minutes) as number
    const bars = intraday.get(source) as Bars
    if (source === minutes) return bars
    const findDay = dayOfTime()
    return resampleBars(inSessions(bars, findDay), (time) =>
      sessionBin(findDay(time) as TradingDay, minutes)(time),
    )
  }

  const made = new Map<number, Bars>()
  const barsOf = (minutes: number): Bars => {
    let bars = made.get(minutes)
    if (bars === undefined) {
      bars = bins(minutes)
      made.set(minutes, bars)
    }
    return bars
  }

  const finest = Math.min(...intraday.keys())
  const daysOf = (asOf: EpochMillis): Bars => {
    if (recordedDays !== undefined) {
      const closeOf = (stamp: EpochMillis): EpochMillis =>
        days.findDate(days.dateOf(stamp))?.close ?? stamp + dayMillis
      return until(recordedDays, closeOf, asOf)
    }
    const findDay = dayOfTime()
    const minutes = until(barsOf(finest), (time) => time + finest * minuteMillis, asOf)
    return resampleBars(inSessions(minutes, findDay), (time) => (findDay(time) as TradingDay).stamp)
  }

  const firsts = [recordedDays, ...intraday.values()].flatMap((bars) => bars?.openTime[0] ?? [])
  return {
    begins: Math.min(...firsts),
    isRecorded: true,
    offers: (step) => (step === "day" ? true : sourceOf(step) !== undefined),
    intraday: (minutes, range, asOf) =>
      sliceBars(
        until(barsOf(minutes), (time) => time + minutes * minuteMillis, asOf),
        range,
      ),
    days: (range, asOf) => sliceBars(daysOf(asOf), range),
  }
}

const toNumbers = (bars: TextBars): Bars => ({
  openTime: bars.openTime,
  open: Float64Array.from(bars.open, Number),
  high: Float64Array.from(bars.high, Number),
  low: Float64Array.from(bars.low, Number),
  close: Float64Array.from(bars.close, Number),
  volume: Float64Array.from(bars.volume, Number),
})

/** Days are recorded at the midnights of their dates and stamped with the open of their session. */
const atStamps = (bars: Bars, days: TradingDays): Bars => ({
  ...bars,
  openTime: bars.openTime.map((midnight) => days.findDate(days.dateOf(midnight))?.stamp ?? midnight),
})

const inSessions = (bars: Bars, findDay: (time: EpochMillis) => TradingDay | undefined): Bars => {
  const rows = Array.from(bars.openTime, (time, row) => ({ time, row }))
    .filter(({ time }) => findDay(time)?.stretches.some(({ from, to }) => time >= from && time < to))
    .map(({ row }) => barAt(bars, row))
  return rows.length === barCount(bars) ? bars : barsFromRows(rows)
}

/** What exists of the bars at `asOf`. */
const until = (bars: Bars, endOf: (openTime: EpochMillis) => EpochMillis, asOf: EpochMillis): Bars => {
  const end = firstRowAtOrAfter(bars.openTime, asOf + 1)
  if (end === 0) return sliceRows(bars, 0, 0)
  const last = barAt(bars, end - 1)
  const close = endOf(last.openTime)
  if (close <= asOf) return sliceRows(bars, 0, end)
  return concatBars([
    sliceRows(bars, 0, end - 1),
    barsFromRows([unfinished(last, { from: last.openTime, to: close }, asOf)]),
  ])
}

const unfinished = (bar: Bar, { from, to }: TimeRange, asOf: EpochMillis): Bar => {
  const fraction = (asOf - from) / (to - from)
  const { high, low, close } = barProgress(bar, fraction)
  return { ...bar, high, low, close, volume: Math.floor(bar.volume * fraction) }
}
