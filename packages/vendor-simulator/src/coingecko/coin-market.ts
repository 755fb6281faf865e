import {
  barCount,
  type Bars,
  emptyBars,
  type EpochMillis,
  firstRowAtOrAfter,
  nominalMillis,
  resampleBars,
  sliceBars,
  type Timeframe,
  type TimeRange,
} from "@barkeep/market-data"
import type { Market } from "../market/market.ts"
import { splitSymbol } from "../market/listing.ts"
import type { SymbolMarket } from "../market/symbol-market.ts"
import { pairBars } from "../session-market/followed-series.ts"
import { type Coin, coinIdOf, coinsList } from "./coins.ts"

/** CoinGecko averages over many places of trading: its prices are this much above those of the simulated Binance. */
const aggregateRatio = 1.0004

/** What US dollars are worth, forever. */
const fiats: { readonly [currency: string]: number } = { usd: 1, eur: 0.9, gbp: 0.8, jpy: 150, chf: 0.88 }

/** One coin in one currency. */
export interface CoinPrices {
  /** Candles of so many milliseconds that open in the range, as known at `now`; empty where nothing as fine is known. */
  readonly candles: (length: number, range: TimeRange, now: EpochMillis) => Bars
  /** The price at a moment up to `now`; `undefined` where there is none. */
  readonly priceAt: (time: EpochMillis, now: EpochMillis) => number | undefined
  /** What was traded in the 24 hours before each time, in the currency. */
  readonly dayVolumes: (times: ReadonlyArray<EpochMillis>, now: EpochMillis) => ReadonlyArray<number>
  /** The shortest time between two different prices. */
  readonly finestMillis: number
}

/** The coins of a simulator. */
export interface CoinMarket {
  readonly coins: ReadonlyArray<Coin>
  readonly has: (id: string) => boolean
  /** `nobody` where the coin is listed and not traded; `undefined` for a currency that is unknown. */
  readonly prices: (id: string, currency: string) => CoinPrices | "nobody" | undefined
}

/** Every asset that the simulated Binance trades against USDT is a coin. */
export const createCoinMarket = (pairs: Market): CoinMarket => {
  const assets = new Map<string, string>()
  for (const { symbol, baseAsset, quoteAsset } of pairs.values()) {
    const { baseAsset: base, quoteAsset: quote } =
      quoteAsset === "" ? splitSymbol(symbol) : { baseAsset, quoteAsset }
    if (quote === "USDT") assets.set(coinIdOf(base), base)
  }
  const coins = coinsList([...assets.values(), "USDT", "USDC"])
  const ids = new Set(coins.map(({ id }) => id))
  const known = new Map<string, CoinPrices>()
  return {
    coins,
    has: (id) => ids.has(id),
    prices: (id, currency) => {
      const asset = assets.get(id)
      const direct = asset && pairs.get(asset + currency.toUpperCase())
      const fiat = fiats[currency]
      if (fiat === undefined && direct === undefined && !cryptoCurrencies.has(currency)) return undefined
      const pair = fiat === undefined ? direct : asset && pairs.get(`${asset}USDT`)
      if (pair === undefined || pair === "") return "nobody"
      const key = `${id} ${currency}`
      let prices = known.get(key)
      if (prices === undefined) {
        prices = pairPrices(pair, (fiat ?? 1) * aggregateRatio)
        known.set(key, prices)
      }
      return prices
    },
  }
}

const cryptoCurrencies = new Set(["btc", "eth", "bnb"])

const hour = 3_600_000
const day = 24 * hour
const fineTimeframes: ReadonlyArray<Timeframe> = ["5m", "15m", "30m", "1h", "4h", "1d"]

const pairPrices = (pair: SymbolMarket, ratio: number): CoinPrices => {
  // Between two trades of five minutes a price goes in a straight line.
  const offered = fineTimeframes.filter((timeframe) => pair.offers(timeframe))
  const finest = offered[0] ?? "1d"
  const finestMillis = nominalMillis(finest)
  const read = (timeframe: Timeframe, range: TimeRange, now: EpochMillis): Bars =>
    range.to <= range.from ? emptyBars : pairBars(pair, timeframe, range, now, ratio)

  const candles: CoinPrices["candles"] = (length, range, now) => {
    const direct = offered.find((timeframe) => nominalMillis(timeframe) === length)
    if (direct !== undefined) return read(direct, range, now)
    const source = offered.findLast((timeframe) => length % nominalMillis(timeframe) === 0)
    if (source === undefined) return emptyBars
    const bin = (time: EpochMillis): EpochMillis => Math.floor(time / length) * length
    const whole = { from: bin(range.from), to: bin(range.to - 1) + length }
    return sliceBars(resampleBars(read(source, whole, now), bin), range)
  }

  return {
    finestMillis,
    candles,
    priceAt: (time, now) => {
      const from = Math.floor(time / finestMillis) * finestMillis
      const [slice] = pair.slices({ timeframe: finest, from, to: from + 1, limit: 1, take: "oldest", now })
      if (slice === undefined) return lastPriceBefore(from, now)
      const { bars, start } = slice
      const value = (cell: number | string | undefined): number =>
        (bars.kind === "fixed" ? (cell as number) / 10 ** bars.scale.priceDecimals : Number(cell)) * ratio
      const open = value(bars.open[start])
      // The bar that is open at `now` has come as far as `now`.
      const elapsed = now < from + finestMillis ? 1 : (time - from) / finestMillis
      return open + (value(bars.close[start]) - open) * elapsed
    },
    dayVolumes: (times, now) => {
      const [first = 0] = times
      const last = times.at(-1) ?? 0
      const length = pair.offers("1h") ? hour : day
      const range = { from: Math.floor(first / length) * length - day, to: last }
      const bars = candles(length, range, now)
      const sums = new Float64Array(barCount(bars) + 1)
      for (const [row, volume] of bars.volume.entries()) sums[row + 1] = (sums[row] as number) + volume
      const sumBefore = (time: EpochMillis): number => sums[firstRowAtOrAfter(bars.openTime, time)] as number
      return times.map((time) => {
        const end = Math.floor(time / length) * length
        return sumBefore(end) - sumBefore(end - day)
      })
    },
  }

  /** What was paid last, when nothing is traded at the moment. */
  function lastPriceBefore(time: EpochMillis, now: EpochMillis): number | undefined {
    const bars = read(finest, { from: Math.max(0, time - 2 * day), to: time }, now)
    return bars.close.at(-1)
  }
}
