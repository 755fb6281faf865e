import { existsSync, readFileSync } from "node:fs"
import { gunzipSync } from "node:zlib"
import { allocateBars, type Bars } from "@barkeep/market-data"

/** A year of 1m bars for measuring: made of real bars where there are some, else of a seeded walk. */
export interface Workload {
  readonly name: string
  readonly origin: string
  readonly bars: Bars
}

const minute = 60_000
/** 2022-01-01T00:00:00Z; the year has 365 days. */
export const yearStart = 1_640_995_200_000
export const yearRows = 525_600

/** One minute relative to the close before it. */
interface Shape {
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
}

const sharedData = process.env["BARKEEP_SHARED_DATA"]
const seriesFolder =
  sharedData === undefined
    ? new URL("../../../../shared/data/ohlcv/", import.meta.url)
    : new URL(`file://${sharedData}/ohlcv/`)
const sampleFile = new URL("crypto/ftx_BTC-PERP_1m_202201.csv.gz", seriesFolder)

/** Real series of several markets and price scales, for sizes; empty when they are not there. */
export const realSeries = (): ReadonlyArray<{ readonly name: string; readonly bytes: Uint8Array }> =>
  [
    "crypto/bitfinex_BTCUSD_1m_2015",
    "crypto/bitfinex_LTCUSD_1m_2015",
    "crypto/ftx_BTC-PERP_1m_202201",
    "crypto/freqtrade_UNITTEST-BTC_1m_201711",
    "crypto/freqtrade_ADA-BTC_5m_2018",
    "crypto/bybit_BTCUSDT_1m_20221213",
    "us-minute/lean_SPY_1m",
    "us-minute/lean_AAPL_1m",
  ].flatMap((name) => {
    const file = new URL(`${name}.csv.gz`, seriesFolder)
    return existsSync(file) ? [{ name, bytes: readFileSync(file) }] : []
  })

/** A small, fast generator with a fixed seed (mulberry32): the same bars in every run. */
export const seededRandom = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const realShapes = (): ReadonlyArray<Shape> | undefined => {
  if (!existsSync(sampleFile)) return undefined
  const lines = gunzipSync(readFileSync(sampleFile)).toString("latin1").trimEnd().split("\n").slice(1)
  let before = Number.NaN
  const shapes: Array<Shape> = []
  for (const line of lines) {
    const [open, high, low, close, volume] = line.split(",").slice(1).map(Number) as [
      number,
      number,
      number,
      number,
      number,
    ]
    if (!Number.isNaN(before))
      shapes.push({
        open: open / before,
        high: high / before,
        low: low / before,
        close: close / before,
        volume: volume / close,
      })
    before = close
  }
  return shapes
}

const madeShapes = (random: () => number): ReadonlyArray<Shape> =>
  Array.from({ length: 45_000 }, () => {
    const close = 1 + (random() - 0.5) * 0.001
    const high = Math.max(1, close) + random() * 0.0004
    const low = Math.min(1, close) - random() * 0.0004
    return { open: 1, high, low, close, volume: Math.exp(random() * 8 - 3) }
  })

const bootstrap = (
  shapes: ReadonlyArray<Shape>,
  random: () => number,
  price: {
    readonly start: number
    readonly decimals: number
    readonly volumeDecimals: number
    readonly volumeFactor: number
  },
): Bars => {
  const bars = allocateBars(yearRows)
  const scale = 10 ** price.decimals
  const volumeScale = 10 ** price.volumeDecimals
  let before = price.start
  let at = 0
  for (let row = 0; row < yearRows; row += 1) {
    // Blocks of six hours keep the real runs of quiet and busy minutes.
    if (row % 360 === 0) at = Math.floor(random() * (shapes.length - 360))
    const shape = shapes[at] as Shape
    at += 1
    // The sample's tick is a whole dollar: noise below it gives the cents that a real feed has.
    const tick = before * 2e-5
    const noise = (): number => (random() - 0.5) * tick
    const open = before * shape.open + noise()
    const close = before * shape.close + noise()
    const rounded = (value: number): number => Math.round(value * scale) / scale
    bars.openTime[row] = yearStart + row * minute
    bars.open[row] = rounded(open)
    bars.high[row] = rounded(Math.max(before * shape.high, open, close) + Math.abs(noise()))
    bars.low[row] = rounded(Math.min(before * shape.low, open, close) - Math.abs(noise()))
    bars.close[row] = rounded(close)
    bars.volume[row] = Math.round(shape.volume * price.volumeFactor * volumeScale) / volumeScale
    // A pull towards the start keeps the walk inside the price range of a real year.
    before = close * (1 + (price.start - close) * (1e-5 / price.start))
  }
  return bars
}

/**
 * `BTC`: prices of five digits and two decimals; `ADA`: prices below 1e-4 and volumes, both of eight
 * decimals.
 */
export const makeWorkload = (name: "BTC" | "ADA"): Workload => {
  const random = seededRandom(name === "BTC" ? 20_220_101 : 20_180_101)
  const real = realShapes()
  const price =
    name === "BTC"
      ? { start: 46_000, decimals: 2, volumeDecimals: 5, volumeFactor: 1 }
      : { start: 0.000_028_2, decimals: 8, volumeDecimals: 8, volumeFactor: 400 }
  return {
    name,
    origin: real === undefined ? "seeded walk" : "block bootstrap of 45,030 real minutes",
    bars: bootstrap(real ?? madeShapes(random), random, price),
  }
}
