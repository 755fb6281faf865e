import type { TimeRange } from "@barkeep/market-data"
import { hashPair, hashText, randomWord, unitInterval } from "../random.ts"
import { allocateFixedBars, type FixedBars, fixedBarsBuilder, type FixedScale } from "./fixed-bars.ts"
import { type Listing, quoteDecimalsOf } from "./listing.ts"

/** Days since 1970-01-01 UTC. */
type EpochDay = number

const minuteMillis = 60_000
const dayMinutes = 1440
export const dayMillis = dayMinutes * minuteMillis

/** Standard deviation of a day's and of a minute's return. */
const dailySpread = 0.035
const minuteSpread = 0.000_85
/** Share of the distance to the listing's price that a day takes back, so that no price runs away. */
const dailyReturn = 0.004

/** The minutes of one invented pair. */
export interface SyntheticMinutes {
  readonly scale: FixedScale
  /** The minutes of a day, ascending. */
  readonly ofDay: (day: EpochDay) => FixedBars
  /** The same, for passing use: the next call overwrites them. */
  readonly passingDay: (day: EpochDay) => FixedBars
}

/**
 * The minutes of one invented pair, a day at a time. A day depends on nothing but seed, symbol and date: any day
 * can be had without its predecessors, and twice the same. Each minute opens within a tick of the close before
 * it, across midnight too (but for a pair so thin that its last minute had no trade). Minutes before the listing, after the delisting and in a halt are absent; the price
 * moves on during a halt.
 */
export const syntheticMinutes = (
  seed: number,
  listing: Listing,
  halts: ReadonlyArray<TimeRange>,
): SyntheticMinutes => {
  const scale: FixedScale = {
    priceDecimals: listing.priceDecimals,
    volumeDecimals: listing.volumeDecimals,
    quoteDecimals: quoteDecimalsOf(listing),
  }
  const root = hashPair(seed, hashText(listing.symbol))
  const firstDay = Math.floor(listing.listedAt / dayMillis)
  const openOfDay = dailyOpens(root, Math.round(listing.price * 10 ** listing.priceDecimals))
  const delistedAt = listing.delistedAt ?? Number.POSITIVE_INFINITY

  const empty = allocateFixedBars(scale, 0)
  const fillInto = (day: EpochDay, room: () => FixedBars): FixedBars => {
    const midnight = day * dayMillis
    if (midnight + dayMillis <= listing.listedAt || midnight >= delistedAt) return empty
    const bars = room()
    fillDay(
      bars,
      hashPair(root, day),
      midnight,
      openOfDay(day - firstDay),
      openOfDay(day - firstDay + 1),
      (listing.dailyVolume * 10 ** listing.volumeDecimals) / dayMinutes,
    )
    const whole = midnight >= listing.listedAt && midnight + dayMillis <= delistedAt
    const dayHalts = halts.filter((halt) => halt.from < midnight + dayMillis && halt.to > midnight)
    if (whole && dayHalts.length === 0) return bars
    return keepRows(
      bars,
      (time) =>
        time >= listing.listedAt &&
        time < delistedAt &&
        !dayHalts.some((halt) => time >= halt.from && time < halt.to),
    )
  }
  const passing = allocateFixedBars(scale, dayMinutes)
  return {
    scale,
    ofDay: (day) => fillInto(day, () => allocateFixedBars(scale, dayMinutes)),
    passingDay: (day) => fillInto(day, () => passing),
  }
}

/** Price at the midnight before the n-th day of a listing, in ticks. */
const dailyOpens = (root: number, firstPrice: number): ((index: number) => number) => {
  const opens: Array<number> = [firstPrice]
  const seed = hashPair(root, -1)
  return (index) => {
    while (opens.length <= index) {
      const price = opens.at(-1) as number
      const first = opens.length * 4
      // Four uniforms make a bell of variance 1/3.
      let bell = -2
      for (let word = first; word < first + 4; word += 1) bell += unitInterval(randomWord(seed, word))
      const change = dailySpread * 1.732 * bell + dailyReturn * (1 - price / firstPrice)
      opens.push(Math.max(10, Math.round(price * (1 + change))))
    }
    return opens[index] as number
  }
}

/** Fills in all minutes of a day whose price goes from `from` to `to`: a random walk tied down at both ends. */
const fillDay = (
  bars: FixedBars,
  seed: number,
  midnight: number,
  from: number,
  to: number,
  volumePerMinute: number,
): void => {
  // Whole histories are made here: columns are looked up once, `Math.round` and `Math.max` are slower than this.
  const { open, high, low, close, volume, quoteVolume, trades, takerVolume, takerQuoteVolume } = bars
  const { priceDecimals, volumeDecimals, quoteDecimals } = bars.scale
  const deviations = tiedWalk(seed)
  const slope = (to - from) / dayMinutes
  const toQuote = 1 / 10 ** (priceDecimals + volumeDecimals - quoteDecimals)
  let before = from
  for (let minute = 0; minute < dayMinutes; minute += 1) {
    const shape = randomWord(seed, dayMinutes + 2 * minute)
    const size = randomWord(seed, dayMinutes + 2 * minute + 1)
    const activity = 0.02 + 2.94 * square(size & 0x3f_ff)
    const lots = nearest(volumePerMinute * activity * hourlyActivity(minute))
    const takerLots = Math.floor(lots * (0.3 + ((size >>> 14) & 0xff) / 640))
    const straight = from + slope * (minute + 1)
    const after = atLeast(3, nearest(straight * (1 + (deviations[minute + 1] as number))))
    const first = atLeast(2, before + openingStep(shape & 3))
    // A minute without a trade, as only a thin pair has them, repeats one price four times.
    const last = lots === 0 ? first : after
    const wick = lots === 0 ? 0 : after * minuteSpread * 1.5
    const top = (first > last ? first : last) + nearest(wick * square((shape >>> 2) & 0x3f_ff))
    const bottom = atLeast(
      1,
      (first < last ? first : last) - nearest(wick * square((shape >>> 16) & 0x3f_ff)),
    )
    const price = (top + bottom + last) / 3
    bars.openTime[minute] = midnight + minute * minuteMillis
    open[minute] = first
    high[minute] = top
    low[minute] = bottom
    close[minute] = last
    volume[minute] = lots
    quoteVolume[minute] = nearest(lots * price * toQuote)
    trades[minute] = lots === 0 ? 0 : 1 + Math.floor(activity * 250)
    takerVolume[minute] = takerLots
    takerQuoteVolume[minute] = nearest(takerLots * price * toQuote)
    before = last
  }
}

/** The nearest integer of a number that is not negative. */
const nearest = (value: number): number => Math.floor(value + 0.5)

const atLeast = (least: number, value: number): number => (value < least ? least : value)

/** Relative deviations from the straight line at each minute's end; none at the beginning and end of the day. */
const tiedWalk = (seed: number): Float64Array => {
  const walk = new Float64Array(dayMinutes + 1)
  for (let minute = 0; minute < dayMinutes; minute += 1)
    walk[minute + 1] = (walk[minute] as number) + triangle(randomWord(seed, minute)) * 2.449 * minuteSpread
  const drift = (walk[dayMinutes] as number) / dayMinutes
  for (let minute = 1; minute < dayMinutes; minute += 1)
    walk[minute] = (walk[minute] as number) - drift * minute
  walk[dayMinutes] = 0
  return walk
}

/** Most minutes open at the close before, some a tick off. */
const openingStep = (draw: number): number => (draw === 0 ? 1 : draw === 1 ? -1 : 0)

/** In `(-1, 1)`, variance 1/6. */
const triangle = (word: number): number => ((word & 0xff_ff) + (word >>> 16) - 65_535) / 65_536

/** The square of 14 bits seen as a number in `[0, 1)`; mean 1/3. */
const square = (bits: number): number => (bits / 16_384) * (bits / 16_384)

/** Trading ebbs at 04:00 UTC and peaks at 16:00; mean 1. */
const hourlyActivity = (minute: number): number => {
  const distance = minute < 960 ? 960 - minute : minute - 960
  return 1.4 - 0.8 * ((distance < 720 ? distance : dayMinutes - distance) / 720)
}

const keepRows = (bars: FixedBars, keeps: (openTime: number) => boolean): FixedBars => {
  const builder = fixedBarsBuilder(bars.scale, bars.openTime.length)
  for (const [row, openTime] of bars.openTime.entries())
    if (keeps(openTime)) builder.add(bars, row, row + 1, openTime)
  return builder.build()
}
