import {
  barCount,
  barRows,
  type Bars,
  concatBars,
  type EpochMillis,
  resampleBars,
  type TimeRange,
} from "@barkeep/market-data"
import type { CoinPrices } from "./coin-market.ts"
import type { Round } from "./round-price.ts"

/** `[close time, open, high, low, close]` */
export type Candle = ReadonlyArray<unknown>

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** The size of the candles of so many days: half an hour, four hours, four days. */
export const candleMillis = (days: number): number =>
  days <= 2 ? 30 * minute : days <= 30 ? 4 * hour : 4 * day

/** The last UTC day is there 35 minutes after its end. */
const dayDelay = 35 * minute

/**
 * The candles that closed in the last `days` days before `now`, stamped with their close. The first one is cut where those
 * days begin.
 */
export const candlesOfDays = (
  prices: CoinPrices,
  days: number,
  length: number,
  now: EpochMillis,
  round: Round,
): ReadonlyArray<Candle> => {
  const from = now - days * day
  const firstOpen = Math.floor(from / length) * length
  const first = firstOpen === from ? [] : [cut(prices, { from, to: firstOpen + length }, length, now)]
  const wholeFrom = Math.ceil(from / length) * length
  const whole = prices.candles(length, { from: wholeFrom, to: now - length + 1 }, now)
  return stamped(concatBars([...first, whole]), length, now, round)
}

/** The candles that closed between two instants, both included. */
export const candlesOfRange = (
  prices: CoinPrices,
  closes: TimeRange,
  length: number,
  now: EpochMillis,
  round: Round,
): ReadonlyArray<Candle> => {
  const range = { from: closes.from - length, to: Math.min(closes.to, now) - length + 1 }
  return stamped(prices.candles(length, range, now), length, now, round)
}

/** The candle that is running, stamped with the close it will have. */
export const runningCandle = (
  prices: CoinPrices,
  length: number,
  now: EpochMillis,
  round: Round,
): Candle | undefined => {
  const from = Math.floor(now / length) * length
  return rowsOf(prices.candles(length, { from, to: from + 1 }, now), length, round)[0]
}

const stamped = (bars: Bars, length: number, now: EpochMillis, round: Round): ReadonlyArray<Candle> => {
  const ready = length % day === 0 ? now - dayDelay : now
  return rowsOf(bars, length, round).filter(([close]) => (close as number) <= ready)
}

const rowsOf = (bars: Bars, length: number, round: Round): ReadonlyArray<Candle> =>
  Array.from(barRows(bars), ({ openTime, open, high, low, close }) => [
    openTime + length,
    round(open),
    round(high),
    round(low),
    round(close),
  ])

/** A candle made of what is left of its time. */
const cut = (prices: CoinPrices, { from, to }: TimeRange, length: number, now: EpochMillis): Bars => {
  const step = Math.max(minute, prices.finestMillis)
  const parts = prices.candles(step, { from, to }, now)
  return barCount(parts) === 0 ? parts : resampleBars(parts, () => to - length)
}
