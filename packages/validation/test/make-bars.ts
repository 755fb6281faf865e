import { allocateBars, type Bars, type Instrument, takeRows } from "@barkeep/market-data"

export const bitcoin: Instrument = {
  symbol: "BTCUSDT",
  assetClass: "crypto",
  market: "24/7",
  timeZone: "UTC",
  currency: "USDT",
}
export const apple: Instrument = {
  symbol: "AAPL",
  assetClass: "stock",
  market: "XNYS",
  timeZone: "America/New_York",
  currency: "USD",
}

export const hour = 3_600_000
export const day = 24 * hour

/** A generator of numbers in [0, 1) that gives the same ones for the same seed. */
export const seeded = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A clean random walk: a sound bar with volume at each open time, none far from the one before. */
export const walk = (openTime: Float64Array, seed = 1, step = 0.001): Bars => {
  const random = seeded(seed)
  const bars = allocateBars(openTime.length)
  let price = 100
  for (let row = 0; row < openTime.length; row += 1) {
    const open = price
    const close = open * (1 + (random() - 0.5) * step)
    bars.openTime[row] = openTime[row] as number
    bars.open[row] = open
    bars.close[row] = close
    bars.high[row] = Math.max(open, close) * (1 + random() * step)
    bars.low[row] = Math.min(open, close) * (1 - random() * step)
    bars.volume[row] = 1 + random() * 10
    price = close
  }
  return bars
}

/** The rows for which `keep` says so. */
export const keepRows = (bars: Bars, keep: (row: number, openTime: number) => boolean): Bars =>
  takeRows(
    bars,
    Array.from(bars.openTime, (_, row) => row).filter((row) => keep(row, bars.openTime[row] as number)),
  )

/** A copy that may be written to. */
export const copyBars = (bars: Bars): Bars =>
  takeRows(
    bars,
    Array.from(bars.openTime, (_, row) => row),
  )

/**
 * A thin market: trades come at random, `tradesPerBar` on average. A bar without one is absent, a bar of one trade has
 * one price.
 */
export const thinWalk = (openTime: Float64Array, tradesPerBar: number, seed = 7): Bars => {
  const random = seeded(seed)
  const trades = Array.from(openTime, () => {
    let count = 0
    for (let left = random(); left > Math.exp(-tradesPerBar); left *= random()) count += 1
    return count
  })
  const bars = walk(openTime, seed)
  for (const [row, count] of trades.entries())
    if (count === 1)
      for (const column of [bars.high, bars.low, bars.close]) column[row] = bars.open[row] as number
  return keepRows(bars, (row) => trades[row] !== 0)
}
