import {
  type Bars,
  barRows,
  barsFromRows,
  type EpochMillis,
  firstRowAtOrAfter,
  resampleBars,
  sliceBars,
  type TimeRange,
} from "@barkeep/market-data"
import type { SessionSymbol } from "../session-market/session-market.ts"
import { minutesAroundSession } from "./extended-hours.ts"

const minuteMillis = 60_000

/**
 * The bars of so many minutes that open in the half-open range, as traded, ascending: on the grid of full hours, so hours
 * of the regular session begin at 09:00. A minute without a trade has no row; the bar that is open at `now` shows what
 * had happened by then. `undefined` where nothing as fine is recorded.
 */
export const intradayBars = (
  symbol: SessionSymbol,
  minutes: number,
  hasExtendedHours: boolean,
  range: TimeRange,
  now: EpochMillis,
): Bars | undefined => {
  const { series } = symbol
  const step = [1, 5, 15, 30, 60].find((finer) => minutes % finer === 0 && series.offers(finer))
  if (step === undefined) return undefined
  const regular = series.intraday(step, range, now)
  const all =
    hasExtendedHours && !series.isRecorded ? withExtendedHours(symbol, regular, range, now) : regular
  const traded = all.volume.includes(0)
    ? barsFromRows([...barRows(all)].filter(({ volume }) => volume > 0))
    : all
  if (step === minutes) return traded
  const length = minutes * minuteMillis
  // New York is whole hours away from UTC.
  return resampleBars(traded, (time) => time - (time % length))
}

const withExtendedHours = (
  symbol: SessionSymbol,
  regular: Bars,
  range: TimeRange,
  now: EpochMillis,
): Bars => {
  const whole = symbol.series.intraday(1, range, range.to)
  const rows = symbol.days.between(range).flatMap((day) => {
    if (day.midnight > now) return []
    const { before, after } = minutesAroundSession(symbol, day, whole, now)
    return [...before, ...barRows(sliceBars(regular, { from: day.open, to: day.close })), ...after]
  })
  const bars = barsFromRows(rows)
  return bars.openTime[0] === undefined || firstRowAtOrAfter(bars.openTime, range.from) === 0
    ? bars
    : sliceBars(bars, range)
}
