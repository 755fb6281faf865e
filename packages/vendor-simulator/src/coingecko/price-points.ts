import type { EpochMillis, TimeRange } from "@barkeep/market-data"
import { hashPair, hashText, unitInterval } from "../random.ts"
import type { CoinPrices } from "./coin-market.ts"
import type { Round } from "./round-price.ts"

/** `[time, value]` */
export type Point = ReadonlyArray<unknown>

/** The body of `market_chart`. */
export interface PricePoints {
  readonly prices: ReadonlyArray<Point>
  readonly market_caps: ReadonlyArray<Point>
  readonly total_volumes: ReadonlyArray<Point>
}

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/**
 * The distance of the points, which CoinGecko chooses itself: five minutes for what lies within the last day, an hour for
 * up to 90 days, else a day.
 * @see https://docs.coingecko.com/reference/coins-id-market-chart-range
 */
export const stepOf = ({ from, to }: TimeRange, now: EpochMillis): number => {
  if (to - from <= day + minute && from >= now - day - minute) return 5 * minute
  return to - from <= 90 * day ? hour : day
}

/**
 * The points of a range, both ends included: prices seconds after every full step (but for days, which are at midnight), and
 * the price of the moment at the end when the range reaches it. `total_volumes` is what the 24 hours before a point saw.
 * @param now the moment of the answer
 */
export const pricePoints = (
  coin: string,
  prices: CoinPrices,
  range: TimeRange,
  step: number,
  now: EpochMillis,
  round: Round,
): PricePoints => {
  const length = Math.max(step, prices.finestMillis)
  const times: Array<EpochMillis> = []
  const values: Array<number> = []
  const add = (time: EpochMillis): void => {
    const price = prices.priceAt(time, now)
    if (price === undefined || time <= (times.at(-1) ?? Number.NEGATIVE_INFINITY)) return
    times.push(time)
    values.push(price)
  }
  const end = Math.min(range.to, now)
  for (let grid = Math.floor(range.from / length) * length; grid <= end; grid += length) {
    const time = length >= day ? grid : grid + jitter(coin, grid, length)
    if (time >= range.from && time <= end) add(time)
  }
  if (range.to >= now && range.from <= now) add(now)
  const volumes = prices.dayVolumes(times, now)
  const points = (value: (index: number) => number): ReadonlyArray<Point> =>
    times.map((time, index) => [time, value(index)])
  return {
    prices: points((index) => round(values[index] as number)),
    market_caps: points((index) => (values[index] as number) * supplyOf(coin)),
    total_volumes: points((index) => volumes[index] as number),
  }
}

/** Up to four minutes late for an hour, up to ten seconds for five minutes. */
const jitter = (coin: string, grid: EpochMillis, length: number): number =>
  Math.floor(unitInterval(hashPair(hashText(coin), grid / minute)) * (length >= hour ? 240_000 : 10_000))

/** Coins in circulation, forever. */
const supplyOf = (coin: string): number =>
  coin === "bitcoin" ? 19_700_000 : 1_000_000 + (hashText(coin) >>> 8)
