import {
  allocateBars,
  type Bar,
  barAt,
  barCount,
  type Bars,
  barsFromRows,
  type EpochMillis,
  firstRowAtOrAfter,
  sliceBars,
  type TimeRange,
} from "@barkeep/market-data"
import { barProgress } from "../market/bar-progress.ts"
import type { CorporateActions } from "./corporate-actions.ts"
import type { SessionListing } from "./session-listing.ts"
import { sessionMinutes } from "./session-minutes.ts"
import { type SessionSeries, sessionBin } from "./session-series.ts"
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

  /** Adds the bars of a day as known at `asOf`, one for each bin of the minutes' open times. */
  const addDay = (
    rows: Array<Bar>,
    day: TradingDay,
    asOf: EpochMillis,
    binOf: (time: EpochMillis) => EpochMillis,
  ): void => {
    const minutes = ticksOf(day)
    const count = asOf >= day.close ? barCount(minutes) : firstRowAtOrAfter(minutes.openTime, asOf + 1)
    if (count === 0) return
    const last = barAt(minutes, count - 1)
    const isRunning = asOf < last.openTime + minuteMillis
    const whole = isRunning ? count - 1 : count
    const first = rows.length
    addMinutes(rows, minutes, whole, binOf)
    if (!isRunning) return
    const minute = unfinished(last, asOf)
    const bar = rows.length > first ? rows.at(-1) : undefined
    const bin = binOf(minute.openTime)
    if (bar?.openTime !== bin) rows.push({ ...minute, openTime: bin })
    else
      rows[rows.length - 1] = {
        ...bar,
        high: Math.max(bar.high, minute.high),
        low: Math.min(bar.low, minute.low),
        close: minute.close,
        volume: bar.volume + minute.volume,
      }
  }

  const dayUntil = (day: TradingDay, asOf: EpochMillis): Bar | undefined => {
    const isOver = asOf >= day.close
    if (isOver && known.has(day.date)) return known.get(day.date)
    const rows: Array<Bar> = []
    addDay(rows, day, asOf, () => day.stamp)
    const bar = rows[0] && listing.kind === "fund" ? atClose(rows[0]) : rows[0]
    if (isOver) known.set(day.date, bar)
    return bar
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
    // Works out a year of the calendar: not before somebody asks.
    get begins() {
      return days.firstFrom(listing.listedAt)?.stamp ?? listing.listedAt
    },
    isRecorded: false,
    offers: (step) => step === "day" || listing.kind !== "fund",
    intraday: (minutes, range, asOf) => {
      const rows: Array<Bar> = []
      for (const day of begun(range, asOf))
        addDay(rows, day, asOf, minutes === 1 ? (time) => time : sessionBin(day, minutes))
      return inPrices(sliceBars(barsFromRows(rows), range))
    },
    days: (range, asOf) =>
      inPrices(
        sliceBars(
          barsFromRows(
            begun({ from: range.from - dayMillis, to: range.to + dayMillis }, asOf).flatMap(
              (day) => dayUntil(day, asOf) ?? [],
            ),
          ),
          range,
        ),
      ),
  }
}

/** Adds the bars of the first `count` minutes. */
const addMinutes = (
  rows: Array<Bar>,
  minutes: Bars,
  count: number,
  binOf: (time: EpochMillis) => EpochMillis,
): void => {
  // Whole histories pass through here: columns are looked up once.
  const { openTime, open, high, low, close, volume } = minutes
  for (let start = 0; start < count;) {
    const bin = binOf(openTime[start] as number)
    let highest = high[start] as number
    let lowest = low[start] as number
    let sum = volume[start] as number
    let end = start + 1
    for (; end < count && binOf(openTime[end] as number) === bin; end += 1) {
      const top = high[end] as number
      const bottom = low[end] as number
      if (top > highest) highest = top
      if (bottom < lowest) lowest = bottom
      sum += volume[end] as number
    }
    rows.push({
      openTime: bin,
      open: open[start] as number,
      high: highest,
      low: lowest,
      close: close[end - 1] as number,
      volume: sum,
    })
    start = end
  }
}

/** A fund has one price a day, that of the close. */
const atClose = (bar: Bar): Bar => ({ ...bar, open: bar.close, high: bar.close, low: bar.close })

/** A minute as it looks at `asOf`. */
const unfinished = (bar: Bar, asOf: EpochMillis): Bar => {
  const fraction = (asOf - bar.openTime) / minuteMillis
  const { high, low, close } = barProgress(bar, fraction)
  return {
    ...bar,
    high: Math.round(high),
    low: Math.round(low),
    close: Math.round(close),
    volume: Math.floor(bar.volume * fraction),
  }
}
