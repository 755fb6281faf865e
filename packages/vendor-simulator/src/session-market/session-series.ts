import {
  type Bars,
  dateOfDays,
  daysOfDate,
  type EpochMillis,
  resampleBars,
  type TimeRange,
  valueColumns,
} from "@barkeep/market-data"
import type { CorporateActions } from "./corporate-actions.ts"
import type { TradingDay, TradingDays } from "./trading-days.ts"

/**
 * The bars of one symbol, in prices and shares as they were on the day. Bars that open after `asOf` do not exist yet; the
 * one that is open then shows what had happened by then. The same question has the same answer whenever it is asked.
 */
export interface SessionSeries {
  /** Open of the first bar. */
  readonly begins: EpochMillis
  /** Prices are texts of a recording, not to be touched without need. */
  readonly isRecorded: boolean
  /** False where nothing as fine is known. */
  readonly offers: (step: SessionStep) => boolean
  /**
   * Bars of so many minutes that open in the half-open range, ascending; bins start at the open of each stretch of a
   * session, the last one may be short.
   * @param minutes must be offered
   */
  readonly intraday: (minutes: number, range: TimeRange, asOf: EpochMillis) => Bars
  /** One bar for each trading day whose stamp lies in the half-open range; its open time is the day's stamp. */
  readonly days: (range: TimeRange, asOf: EpochMillis) => Bars
}

/** Minutes of an intraday bar, or a day. */
export type SessionStep = number | "day"

const minuteMillis = 60_000

/** The open time of the bin of `minutes` that holds an instant of a day. */
export const sessionBin = (day: TradingDay, minutes: number): ((time: EpochMillis) => EpochMillis) => {
  const length = minutes * minuteMillis
  return (time) => {
    const from = day.stretches.findLast((stretch) => time >= stretch.from)?.from ?? day.open
    return from + Math.floor((time - from) / length) * length
  }
}

/** The bars in shares of `now`: prices divided and volumes multiplied by the splits between each bar and `now`. */
export const adjustForSplits = (bars: Bars, actions: CorporateActions, now: EpochMillis): Bars => {
  const first = bars.openTime[0]
  if (first === undefined || actions.shares(first, now) === 1) {
    const isSame = bars.openTime.every((time) => actions.shares(time, now) === 1)
    if (isSame) return bars
  }
  const adjusted = Object.fromEntries(valueColumns.map((name) => [name, new Float64Array(bars[name].length)]))
  for (const [row, time] of bars.openTime.entries()) {
    const shares = actions.shares(time, now)
    for (const name of valueColumns) {
      const value = bars[name][row] as number
      ;(adjusted[name] as Float64Array)[row] = name === "volume" ? Math.round(value * shares) : value / shares
    }
  }
  return { openTime: bars.openTime, ...adjusted } as Bars
}

/** A calendar week, month or quarter as it is stamped. */
export type Period = "week" | "month" | "quarter"

/** Weeks (from Monday), months or quarters of daily bars, stamped with the first midnight of their first date. */
export const binDays = (bars: Bars, days: TradingDays, period: Period): Bars =>
  resampleBars(bars, (stamp) => days.midnightOf(firstDateOf(period, days.dateOf(stamp))))

/** The first date of the week, month or quarter that holds a date; both as days since 1970-01-01. */
export const firstDateOf = (period: Period, date: number): number => {
  if (period === "week") return date - ((((date + 3) % 7) + 7) % 7)
  const { year, month } = dateOfDays(date)
  const first = period === "quarter" ? month - ((month - 1) % 3) : month
  return daysOfDate(year, first, 1)
}
