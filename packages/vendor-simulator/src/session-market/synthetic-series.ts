import {
  allocateBars,
  type Bar,
  barAt,
  barCount,
  type Bars,
  barsFromRows,
  concatBars,
  type EpochMillis,
  firstRowAtOrAfter,
  sliceBars,
  sliceRows,
  type TimeRange,
} from "@barkeep/market-data"
import { barProgress } from "../market/bar-progress.ts"
import type { CorporateActions } from "./corporate-actions.ts"
import type { SessionListing } from "./session-listing.ts"
import { sessionMinutes } from "./session-minutes.ts"
import { binDay, type SessionSeries, wholeDay } from "./session-series.ts"
import type { TradingDay, TradingDays } from "./trading-days.ts"

const minuteMillis = 60_000
const dayMillis = 86_400_000

/** An invented symbol: every coarser bar is exactly the aggregate of its minutes. */
export const syntheticSeries = (options: {
  readonly seed: number
  readonly listing: SessionListing
  readonly days: TradingDays
  readonly actions: CorporateActions
  readonly halts: ReadonlyArray<TimeRange>
}): SessionSeries => {
  const { listing, days, actions } = options
  const ticksOf = sessionMinutes(options.seed, listing, actions.listedShares, actions.lot, options.halts)
  const scale = 10 ** listing.priceDecimals
  /** Days that are over, in ticks. A day never changes. */
  const known = new Map<number, Bar | undefined>()

  const minutesUntil = (day: TradingDay, asOf: EpochMillis): Bars => {
    const minutes = ticksOf(day)
    if (asOf >= day.close) return minutes
    const end = firstRowAtOrAfter(minutes.openTime, asOf + 1)
    if (end === 0) return sliceRows(minutes, 0, 0)
    const last = barAt(minutes, end - 1)
    return concatBars([
      sliceRows(minutes, 0, end - 1),
      barsFromRows([unfinished(last, (asOf - last.openTime) / minuteMillis)]),
    ])
  }

  const dayUntil = (day: TradingDay, asOf: EpochMillis): Bar | undefined => {
    if (asOf < day.close) return firstBar(dayOf(minutesUntil(day, asOf), day))
    if (!known.has(day.date)) known.set(day.date, firstBar(dayOf(ticksOf(day), day)))
    return known.get(day.date)
  }

  /** A fund has one price a day, that of the close. */
  const dayOf = (minutes: Bars, day: TradingDay): Bars => {
    const whole = wholeDay(minutes, day.stamp)
    return listing.kind === "fund"
      ? { ...whole, open: whole.close, high: whole.close, low: whole.close }
      : whole
  }

  const inPrices = (bars: Bars): Bars => {
    const priced = allocateBars(barCount(bars))
    for (const name of ["open", "high", "low", "close"] as const)
      for (const [row, ticks] of bars[name].entries()) priced[name][row] = ticks / scale
    return { ...priced, openTime: bars.openTime, volume: bars.volume }
  }

  const begun = ({ from, to }: TimeRange, asOf: EpochMillis): ReadonlyArray<TradingDay> =>
    days
      .between({ from: Math.max(from, listing.listedAt), to: Math.min(to, asOf + 1) })
      .filter(({ open }) => open <= asOf)

  return {
    begins: days.firstFrom(listing.listedAt)?.stamp ?? listing.listedAt,
    isRecorded: false,
    offers: (step) => step === "day" || listing.kind !== "fund",
    intraday: (minutes, range, asOf) =>
      inPrices(
        sliceBars(
          concatBars(begun(range, asOf).map((day) => binDay(minutesUntil(day, asOf), day, minutes))),
          range,
        ),
      ),
    days: (range, asOf) =>
      inPrices(
        sliceBars(
          barsFromRows(
            begun({ from: range.from - dayMillis, to: range.to + dayMillis }, asOf).flatMap((day) => dayUntil(day, asOf) ?? []),
          ),
          range,
        ),
      ),
  }
}

const firstBar = (bars: Bars): Bar | undefined => (barCount(bars) === 0 ? undefined : barAt(bars, 0))

/** A minute as it looks after `fraction` of its time. */
const unfinished = (bar: Bar, fraction: number): Bar => {
  const { high, low, close } = barProgress(bar, Math.min(Math.max(fraction, 0), 0.999_999))
  return {
    ...bar,
    high: Math.round(high),
    low: Math.round(low),
    close: Math.round(close),
    volume: Math.floor(bar.volume * fraction),
  }
}
