import type { TimeRange } from "@barkeep/market-data"
import { hashPair, hashText, randomWords } from "../random.ts"
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

/**
 * The minutes of one invented pair, a day at a time. A day depends on nothing but seed, symbol and date: any day
 * can be had without its predecessors, and twice the same. Each minute opens within a tick of the close before
 * it, across midnight too. Minutes before the listing, after the delisting and in a halt are absent; the price
 * moves on during a halt.
 */
export const syntheticMinutes = (
  seed: number,
  listing: Listing,
  halts: ReadonlyArray<TimeRange>,
): { readonly scale: FixedScale; readonly ofDay: (day: EpochDay) => FixedBars } => {
  const scale: FixedScale = {
    priceDecimals: listing.priceDecimals,
    volumeDecimals: listing.volumeDecimals,
    quoteDecimals: quoteDecimalsOf(listing),
  }
  const root = hashPair(seed, hashText(listing.symbol))
  const firstDay = Math.floor(listing.listedAt / dayMillis)
  const openOfDay = dailyOpens(root, Math.round(listing.price * 10 ** listing.priceDecimals))
  const delistedAt = listing.delistedAt ?? Number.POSITIVE_INFINITY

  const ofDay = (day: EpochDay): FixedBars => {
    const midnight = day * dayMillis
    if (midnight + dayMillis <= listing.listedAt || midnight >= delistedAt) return allocateFixedBars(scale, 0)
    const bars = fillDay(
      scale,
      randomWords(hashPair(root, day)),
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
  return { scale, ofDay }
}

/** Price at the midnight before the n-th day of a listing, in ticks. */
const dailyOpens = (root: number, firstPrice: number): ((index: number) => number) => {
  const opens: Array<number> = [firstPrice]
  const next = randomWords(hashPair(root, 0x0d_a1))
  return (index) => {
    while (opens.length <= index) {
      const price = opens.at(-1) as number
      // Four uniforms make a bell of variance 1/3.
      const bell = (next() + next() + next() + next()) / 4_294_967_296 - 2
      const change = dailySpread * 1.732 * bell + dailyReturn * (1 - price / firstPrice)
      opens.push(Math.max(10, Math.round(price * (1 + change))))
    }
    return opens[index] as number
  }
}

/** All minutes of a day whose price goes from `from` to `to`: a random walk tied down at both ends. */
const fillDay = (
  scale: FixedScale,
  next: () => number,
  midnight: number,
  from: number,
  to: number,
  volumePerMinute: number,
): FixedBars => {
  const bars = allocateFixedBars(scale, dayMinutes)
  const walk = new Float64Array(dayMinutes + 1)
  for (let minute = 0; minute < dayMinutes; minute += 1)
    walk[minute + 1] = (walk[minute] as number) + triangle(next()) * 2.449 * minuteSpread
  const drift = (walk[dayMinutes] as number) / dayMinutes
  const slope = (to - from) / dayMinutes
  const toQuote = 10 ** (scale.priceDecimals + scale.volumeDecimals - scale.quoteDecimals)
  let before = from
  for (let minute = 0; minute < dayMinutes; minute += 1) {
    const end = minute + 1
    const close =
      end === dayMinutes
        ? to
        : Math.max(3, Math.round((from + slope * end) * (1 + (walk[end] as number) - drift * end)))
    const shape = next()
    const open = Math.max(2, before + ((shape & 3) === 0 ? 1 : (shape & 3) === 1 ? -1 : 0))
    const wick = close * minuteSpread * 1.5
    const high = Math.max(open, close) + Math.round(wick * square((shape >>> 2) & 0x3f_ff))
    const low = Math.max(1, Math.min(open, close) - Math.round(wick * square((shape >>> 16) & 0x3f_ff)))
    const size = next()
    const activity = 3 * square(size & 0x3f_ff)
    const volume = Math.round(volumePerMinute * activity * hourlyActivity(minute))
    const taker = Math.floor(volume * (0.3 + ((size >>> 14) & 0xff) / 640))
    const price = (high + low + close) / 3
    bars.openTime[minute] = midnight + minute * minuteMillis
    bars.open[minute] = open
    bars.high[minute] = volume === 0 ? open : high
    bars.low[minute] = volume === 0 ? open : low
    // A minute without a trade repeats one price four times.
    bars.close[minute] = volume === 0 ? open : close
    bars.volume[minute] = volume
    bars.quoteVolume[minute] = Math.round((volume * price) / toQuote)
    bars.trades[minute] = volume === 0 ? 0 : 1 + Math.floor(activity * 250)
    bars.takerVolume[minute] = taker
    bars.takerQuoteVolume[minute] = Math.round((taker * price) / toQuote)
    before = close
  }
  return bars
}

/** In `(-1, 1)`, variance 1/6. */
const triangle = (word: number): number => ((word & 0xff_ff) + (word >>> 16) - 65_535) / 65_536

/** The square of 14 bits seen as a number in `[0, 1)`; mean 1/3. */
const square = (bits: number): number => (bits / 16_384) * (bits / 16_384)

/** Trading ebbs at 04:00 UTC and peaks at 16:00; mean 1. */
const hourlyActivity = (minute: number): number => {
  const distance = Math.abs(minute - 960)
  return 1.4 - 0.8 * (Math.min(distance, dayMinutes - distance) / 720)
}

const keepRows = (bars: FixedBars, keeps: (openTime: number) => boolean): FixedBars => {
  const builder = fixedBarsBuilder(bars.scale, bars.openTime.length)
  for (const [row, openTime] of bars.openTime.entries()) if (keeps(openTime)) builder.add(bars, row, openTime)
  return builder.build()
}
