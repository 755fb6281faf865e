import { existsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { openCache } from "@barkeep/cache-core"
import {
  allocateBars,
  barCount,
  type BarPage,
  type Bars,
  type Instrument,
  nominalMillis,
  resampleBars,
  takeRows,
  type Timeframe,
} from "@barkeep/market-data"
import { tradingCalendar } from "@barkeep/trading-calendar"

export interface TreeSize {
  readonly symbols: number
  readonly years: ReadonlyArray<number>
}

/** 250 files, 33.5 million rows. */
export const wholeTree: TreeSize = { symbols: 10, years: [2019, 2020, 2021, 2022, 2023] }

const timeframes = ["1m", "5m", "15m", "1h", "1d"] as const
const calendar = tradingCalendar("24/7")

/**
 * Makes a cache of seeded bars with some gaps in every file, once: a folder that is finished is used again. Every entry
 * of a symbol is made of the same minutes.
 */
export const makeTree = async (folder: string, { symbols, years }: TreeSize): Promise<void> => {
  const mark = join(folder, "_barkeep-bench-tree")
  if (existsSync(mark)) return
  const cache = await openCache(folder, { durability: "none" })
  for (let index = 0; index < symbols; index += 1) {
    const instrument: Instrument = {
      symbol: `COIN${index}USDT`,
      assetClass: "crypto",
      market: "24/7",
      timeZone: "UTC",
      base: `COIN${index}`,
      currency: "USDT",
    }
    const random = seededRandom(index + 1)
    const walk = makeWalk(random, 46_000)
    for (const year of years) {
      const minutes = walk(Date.UTC(year, 0), Date.UTC(year + 1, 0))
      for (const timeframe of timeframes) {
        const bars = timeframe === "1m" ? minutes : resampleBars(minutes, calendar.binOf(timeframe))
        const pages = [toPage(withGaps(bars, random), timeframe, year)]
        await cache.put({ entry: { instrument, timeframe, adjustment: "none" }, pages })
      }
    }
    console.error(`${instrument.symbol} made`)
  }
  await cache.close()
  writeFileSync(mark, "")
}

const toPage = (bars: Bars, timeframe: Timeframe, year: number): BarPage => ({
  range: { from: Date.UTC(year, 0), to: Date.UTC(year + 1, 0) },
  bars,
  provenance: {
    provider: "binance",
    endpoint: "/api/v3/klines",
    method: "direct",
    adjustment: "none",
    fetchedAt: Date.UTC(2024, 0, 2) + nominalMillis(timeframe),
    settled: true,
  },
})

/** Prices and volumes with as many digits as real ones: two decimals and five. */
const makeWalk = (random: () => number, start: number): ((from: number, to: number) => Bars) => {
  let before = start
  const cents = (value: number): number => Math.max(0.01, Math.round(value * 100) / 100)
  return (from, to) => {
    const rows = (to - from) / 60_000
    const bars = allocateBars(rows)
    for (let row = 0; row < rows; row += 1) {
      const open = cents(before * (1 + (random() - 0.5) * 2e-5))
      const close = cents(open * (1 + (random() - 0.5) * 0.001))
      bars.openTime[row] = from + row * 60_000
      bars.open[row] = open
      bars.high[row] = cents(Math.max(open, close) * (1 + random() * 0.0004) + 0.01)
      bars.low[row] = cents(Math.min(open, close) * (1 - random() * 0.0004) - 0.01)
      bars.close[row] = close
      bars.volume[row] = Math.round(Math.exp(random() * 8 - 3) * 1e5) / 1e5
      // A pull towards the start keeps the price in its range.
      before = cents(close * (1 + (start - close) * (1e-5 / start)))
    }
    return bars
  }
}

/** Takes out some runs of bars, one at least: about 36 in each file. */
const withGaps = (bars: Bars, random: () => number): Bars => {
  const rows = barCount(bars)
  const lost = new Set<number>()
  const gaps = Math.min(60, Math.max(3, Math.floor(rows / 250)))
  for (let gap = 0; gap < gaps; gap += 1) {
    const first = Math.floor(random() * rows)
    const length = 1 + Math.floor(random() ** 3 * 60)
    for (let row = first; row < Math.min(rows, first + length); row += 1) lost.add(row)
  }
  return takeRows(
    bars,
    Array.from({ length: rows }, (_, row) => row).filter((row) => !lost.has(row)),
  )
}

/** A small, fast generator with a fixed seed (mulberry32): the same bars in every run. */
const seededRandom = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
