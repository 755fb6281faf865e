import { allocateBars, type Bars, barCount, type TimeRange } from "@barkeep/market-data"
import type { Random } from "./random.ts"

/** A market: how much it moves from bar to bar, and how long a bar is. */
export interface Market {
  readonly name: string
  readonly timeframe: "1m" | "15m" | "1h" | "1d"
  readonly stepMillis: number
  readonly move: number
}

export const markets: ReadonlyArray<Market> = [
  { name: "pair 1m", timeframe: "1m", stepMillis: 60_000, move: 0.0006 },
  { name: "pair 15m", timeframe: "15m", stepMillis: 900_000, move: 0.002 },
  { name: "pair 1h", timeframe: "1h", stepMillis: 3_600_000, move: 0.005 },
  { name: "share 1d", timeframe: "1d", stepMillis: 86_400_000, move: 0.014 },
]

/** The truth: a walk with highs, lows and volumes. */
export const walk = (market: Market, rows: number, random: Random, price = 1000): Bars => {
  const bars = allocateBars(rows)
  let last = price
  let traded = 100
  for (let row = 0; row < rows; row += 1) {
    const close = last * Math.exp(market.move * random.normal())
    traded = 100 * Math.exp(0.8 * random.normal()) * 0.5 + traded * 0.5
    bars.openTime[row] = 1_600_000_000_000 - (1_600_000_000_000 % 86_400_000) + row * market.stepMillis
    bars.open[row] = last
    bars.close[row] = close
    bars.high[row] = Math.max(last, close) * Math.exp(market.move * 0.5 * random.uniform())
    bars.low[row] = Math.min(last, close) * Math.exp(-market.move * 0.5 * random.uniform())
    bars.volume[row] = traded
    last = close
  }
  return bars
}

const map = (bars: Bars, price: (row: number) => number, volume: (row: number) => number): Bars => {
  const rows = barCount(bars)
  const made = allocateBars(rows)
  for (let row = 0; row < rows; row += 1) {
    made.openTime[row] = bars.openTime[row] as number
    const factor = price(row)
    for (const name of ["open", "high", "low", "close"] as const)
      made[name][row] = (bars[name][row] as number) * factor
    made.volume[row] = volume(row)
  }
  return made
}

/** What an honest other source says: the same, but for noise of so many typical moves, and its own reading of volume. */
export const noisy = (bars: Bars, market: Market, noise: number, random: Random): Bars => {
  const made = map(
    bars,
    () => 1,
    (row) => (bars.volume[row] as number) * Math.exp(0.02 * random.normal()),
  )
  for (let row = 0; row < barCount(made); row += 1) {
    const sway = (): number => Math.exp(noise * market.move * random.normal())
    made.open[row] = (made.open[row] as number) * sway()
    made.close[row] = (made.close[row] as number) * sway()
    const [open, close] = [made.open[row] as number, made.close[row] as number]
    made.high[row] = Math.max(open, close, (made.high[row] as number) * sway())
    made.low[row] = Math.min(open, close, (made.low[row] as number) * sway())
  }
  return made
}

/**
 * The same bars made from price points, one in twelfths of a bar: the last point lies somewhere before the close, and
 * the points between are too few to see the high and the low. No volume.
 */
export const fromSamples = (bars: Bars, market: Market, random: Random): Bars => {
  const made = map(
    bars,
    () => 1,
    () => Number.NaN,
  )
  for (let row = 0; row < barCount(made); row += 1) {
    const missed = Math.sqrt(random.uniform() / 12)
    const close = (made.close[row] as number) * Math.exp(market.move * missed * random.normal())
    const open = made.open[row] as number
    made.close[row] = close
    made.high[row] = Math.max(open, close)
    made.low[row] = Math.min(open, close)
  }
  return made
}

/** A way in which a donor can speak of something else. */
export interface Corruption {
  readonly name: string
  /** `prices`: must be refused. `volume`: the prices are right, so only the volume must be left out. */
  readonly kind: "prices" | "volume"
  readonly apply: (bars: Bars, market: Market, gap: TimeRange, random: Random) => Bars
}

const scaled = (bars: Bars, factor: number): Bars =>
  map(
    bars,
    () => factor,
    (row) => bars.volume[row] as number,
  )

const shifted = (bars: Bars, count: number): Bars => {
  const made = map(
    bars,
    () => 1,
    (row) => bars.volume[row] as number,
  )
  const rows = barCount(bars)
  for (let row = 0; row < rows; row += 1) {
    const from = Math.min(rows - 1, Math.max(0, row - count))
    for (const name of ["open", "high", "low", "close", "volume"] as const)
      made[name][row] = bars[name][from] as number
  }
  return made
}

const withVolume = (bars: Bars, volume: (row: number) => number): Bars => map(bars, () => 1, volume)

export const corruptions: ReadonlyArray<Corruption> = [
  { name: "x100", kind: "prices", apply: (bars) => scaled(bars, 100) },
  { name: "/4", kind: "prices", apply: (bars) => scaled(bars, 0.25) },
  {
    name: "x0.25 mid-series",
    kind: "prices",
    apply: (bars, _market, gap, random) => {
      const first = bars.openTime.findIndex((time) => time >= gap.from)
      const last = bars.openTime.findLastIndex((time) => time < gap.to)
      const from = random.integer(first - 10, last)
      return map(
        bars,
        (row) => (row >= from ? 0.25 : 1),
        (row) => bars.volume[row] as number,
      )
    },
  },
  { name: "+1 bar", kind: "prices", apply: (bars) => shifted(bars, 1) },
  { name: "-1 bar", kind: "prices", apply: (bars) => shifted(bars, -1) },
  {
    name: "+1 h",
    kind: "prices",
    apply: (bars, { stepMillis }) => shifted(bars, Math.max(1, Math.round(3_600_000 / stepMillis))),
  },
  { name: "0.3 % quote drift", kind: "prices", apply: (bars) => scaled(bars, 1.003) },
  {
    name: "adjusted against raw",
    kind: "prices",
    // A dividend of a half to four per cent, paid after all of these bars or inside the gap.
    apply: (bars, _market, gap, random) => {
      const factor = 1 - 0.005 - 0.035 * random.uniform()
      const isInside = random.uniform() < 0.5
      return map(
        bars,
        (row) => (isInside && (bars.openTime[row] as number) >= gap.from ? 1 : factor),
        (row) => bars.volume[row] as number,
      )
    },
  },
  {
    name: "another coin",
    kind: "prices",
    apply: (bars, market, _gap, random) => {
      const other = walk(market, barCount(bars), random, bars.open[0])
      return { ...other, openTime: bars.openTime }
    },
  },
  {
    name: "made from samples",
    kind: "prices",
    apply: (bars) => ({ ...bars, open: bars.close, high: bars.close, low: bars.close }),
  },
  {
    name: "one row x100",
    kind: "prices",
    apply: (bars, _market, gap, random) => {
      const first = bars.openTime.findIndex((time) => time >= gap.from)
      const last = bars.openTime.findLastIndex((time) => time < gap.to)
      const at = random.integer(first, last)
      return map(
        bars,
        (row) => (row === at ? 100 : 1),
        (row) => bars.volume[row] as number,
      )
    },
  },
  {
    name: "rolling 24 h volume",
    kind: "volume",
    apply: (bars, { stepMillis }) => {
      const window = Math.max(2, Math.round(86_400_000 / stepMillis))
      let sum = 0
      const sums = Array.from(bars.volume, (volume, row) => {
        sum += volume - (row >= window ? (bars.volume[row - window] as number) : 0)
        // Before the first day is over the sum of a whole day is known to the vendor all the same.
        return row >= window ? sum : (sum / (row + 1)) * window
      })
      return withVolume(bars, (row) => sums[row] as number)
    },
  },
  {
    name: "quote volume",
    kind: "volume",
    apply: (bars) => withVolume(bars, (row) => (bars.volume[row] as number) * (bars.close[row] as number)),
  },
  { name: "no volume", kind: "volume", apply: (bars) => withVolume(bars, () => Number.NaN) },
  {
    name: "another venue's volume",
    kind: "volume",
    apply: (bars, _market, _gap, random) =>
      withVolume(bars, (row) => (bars.volume[row] as number) * 0.3 * Math.exp(0.7 * random.normal())),
  },
]
