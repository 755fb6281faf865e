import {
  allocateBars,
  barCount,
  type Bars,
  emptyBars,
  type EpochMillis,
  sliceRows,
  takeRows,
  type TimeRange,
} from "@barkeep/market-data"
import { hashPair, hashText, randomWord, unitInterval } from "../random.ts"
import type { SessionKind, SessionListing } from "./session-listing.ts"
import type { TradingDay } from "./trading-days.ts"

const minuteMillis = 60_000
const dayMillis = 86_400_000

/** Standard deviation of a day's return. */
const dailySpreads: { readonly [kind in SessionKind]: number } = {
  stock: 0.018,
  etf: 0.01,
  fund: 0.01,
  index: 0.01,
  fx: 0.005,
  future: 0.01,
  crypto: 0.035,
}
/** Share of the distance to the listing's price that a day takes back. */
const dailyReturn = 0.003

/**
 * The minutes of the days of one invented symbol, for passing use: the next call overwrites them. Prices are in ticks and
 * volumes in shares as they were traded that day, all of them integers. A day depends on nothing but seed, symbol, date and
 * the splits up to then: any day can be had without its predecessors.
 * @param sharesAt shares that one share of the listing's price stood for at a time: 4 before a split of 4:1
 * @param lot all volumes are multiples of it
 */
export const sessionMinutes = (
  seed: number,
  listing: SessionListing,
  sharesAt: (time: EpochMillis) => number,
  lot: number,
  halts: ReadonlyArray<TimeRange>,
): ((day: TradingDay) => Bars) => {
  const root = hashPair(seed, hashText(listing.symbol))
  const scale = 10 ** listing.priceDecimals
  const spread = dailySpreads[listing.kind]
  const firstDate = Math.floor(listing.listedAt / dayMillis)
  const levelOf = dailyLevels(root, spread)
  const lotsPerDay = listing.dailyVolume / lot
  // Whole histories pass through here: new columns for each day would cost more than what is in them.
  let room = allocateBars(0)

  return (day) => {
    if (day.close <= listing.listedAt || day.date < firstDate) return emptyBars
    const words = hashPair(root, day.date)
    const price = listing.price * sharesAt(day.open) * scale
    const index = day.date - firstDate
    // Between a close and the next open there is news.
    const gap = (unitInterval(randomWord(words, -1)) - 0.5) * spread
    const from = levelOf(index) * price * (1 + gap)
    const to = levelOf(index + 1) * price
    const count = day.stretches.reduce((sum, stretch) => sum + (stretch.to - stretch.from) / minuteMillis, 0)
    if (barCount(room) < count) room = allocateBars(count)
    const bars = sliceRows(room, 0, count)
    fillMinutes(bars, words, {
      from,
      to,
      spread,
      lotsPerMinute: lotsPerDay / sharesAt(day.open) / count,
      lot,
    })
    let row = 0
    for (const stretch of day.stretches)
      for (let time = stretch.from; time < stretch.to; time += minuteMillis) {
        bars.openTime[row] = time
        row += 1
      }
    const dayHalts = halts.filter((halt) => halt.from < day.close && halt.to > day.open)
    return dayHalts.length === 0 ? bars : withoutHalts(bars, dayHalts)
  }
}

/** The level of the n-th day's beginning, 1 on the first. */
const dailyLevels = (root: number, spread: number): ((index: number) => number) => {
  const levels = [1]
  const seed = hashPair(root, -1)
  return (index) => {
    while (levels.length <= index) {
      const level = levels.at(-1) as number
      const first = levels.length * 4
      // Four uniforms make a bell of variance 1/3.
      let bell = -2
      for (let word = first; word < first + 4; word += 1) bell += unitInterval(randomWord(seed, word))
      levels.push(Math.max(0.05, level * (1 + spread * 1.732 * bell + dailyReturn * (1 - level))))
    }
    return levels[Math.max(0, index)] as number
  }
}

interface Course {
  /** Price at the open and at the close, in ticks. */
  readonly from: number
  readonly to: number
  /** Of a day. */
  readonly spread: number
  readonly lotsPerMinute: number
  readonly lot: number
}

/** A random walk tied down at both ends. */
const fillMinutes = (bars: Bars, words: number, { from, to, spread, lotsPerMinute, lot }: Course): void => {
  const { open, high, low, close, volume } = bars
  const count = open.length
  const step = (spread * 0.8) / Math.sqrt(count)
  const walk = new Float64Array(count + 1)
  for (let minute = 0; minute < count; minute += 1)
    walk[minute + 1] =
      (walk[minute] as number) + (unitInterval(randomWord(words, minute)) - 0.5) * 3.464 * step
  const drift = (walk[count] as number) / count
  const slope = (to - from) / count
  let before = Math.max(2, Math.round(from))
  for (let minute = 0; minute < count; minute += 1) {
    const shape = randomWord(words, count + 2 * minute)
    const size = randomWord(words, count + 2 * minute + 1)
    const deviation = (walk[minute + 1] as number) - drift * (minute + 1)
    const last = Math.max(2, Math.round((from + slope * (minute + 1)) * (1 + deviation)))
    const wick = last * step * 0.8
    open[minute] = before
    high[minute] = Math.max(before, last) + Math.round(wick * part(shape & 0x3f_ff))
    low[minute] = Math.max(1, Math.min(before, last) - Math.round(wick * part((shape >>> 16) & 0x3f_ff)))
    close[minute] = last
    // Much is traded at the open and at the close, little in between.
    const place = (2 * minute) / count - 1
    const activity = (0.4 + 1.8 * place * place) * (0.1 + 2.7 * part(size & 0x3f_ff))
    volume[minute] = Math.round(lotsPerMinute * activity) * lot
    before = last
  }
}

/** The square of 14 bits seen as a number in `[0, 1)`. */
const part = (bits: number): number => (bits / 16_384) * (bits / 16_384)

const withoutHalts = (bars: Bars, halts: ReadonlyArray<TimeRange>): Bars => {
  const rows = [...bars.openTime.keys()].filter((row) => {
    const time = bars.openTime[row] as number
    return !halts.some((halt) => time >= halt.from && time < halt.to)
  })
  return takeRows(bars, rows)
}
