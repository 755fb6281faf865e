import {
  type Bar,
  type Bars,
  barsFromRows,
  concatBars,
  type EpochMillis,
  isEmptyRange,
  resampleBars,
  type Timeframe,
  type TimeRange,
} from "@barkeep/market-data"
import type { SymbolMarket } from "../market/symbol-market.ts"
import type { SessionSeries } from "./session-series.ts"

const timeframeOf: ReadonlyMap<number, Timeframe> = new Map([
  [1, "1m"],
  [5, "5m"],
  [15, "15m"],
  [30, "30m"],
  [60, "1h"],
])

const minuteMillis = 60_000

/**
 * A coin at the price of its pair on the simulated Binance, times `ratio`; its volume counts the quote currency.
 */
export const followedSeries = (pair: SymbolMarket, ratio: number): SessionSeries => {
  let begins: EpochMillis | undefined
  const sourceOf = (minutes: number): Timeframe | undefined => {
    const direct = timeframeOf.get(minutes)
    if (direct !== undefined) return pair.offers(direct) ? direct : undefined
    const [, finer] =
      [...timeframeOf].toReversed().find(([length, name]) => minutes % length === 0 && pair.offers(name)) ??
      []
    return finer
  }
  const read = (timeframe: Timeframe, range: TimeRange, asOf: EpochMillis): Bars =>
    isEmptyRange(range) ? barsFromRows([]) : pairBars(pair, timeframe, range, asOf, ratio)
  return {
    // Looked up when asked for: it takes the pair's first months.
    get begins() {
      begins ??= firstOpenTime(pair)
      return begins
    },
    isRecorded: false,
    offers: (step) => (step === "day" ? pair.offers("1d") : sourceOf(step) !== undefined),
    intraday: (minutes, { from, to }, asOf) => {
      const length = minutes * minuteMillis
      const whole = { from: Math.ceil(from / length) * length, to }
      const bars = read(sourceOf(minutes) as Timeframe, whole, asOf)
      return timeframeOf.has(minutes)
        ? bars
        : resampleBars(bars, (time) => Math.floor(time / length) * length)
    },
    days: (range, asOf) => read("1d", range, asOf),
  }
}

const firstOpenTime = (pair: SymbolMarket): EpochMillis => {
  const now = endOfTime
  const [first] = pair.slices({ timeframe: "1d", from: 0, to: now, limit: 1, take: "oldest", now })
  return first?.bars.openTime[first.start] ?? now
}

/** 2051-01-01, when calendars end. */
const endOfTime = 2_556_057_600_000

/** Bars of a pair, prices times `ratio`, volume in the quote asset rounded to whole units. */
export const pairBars = (
  pair: SymbolMarket,
  timeframe: Timeframe,
  { from, to }: TimeRange,
  asOf: EpochMillis,
  ratio: number,
): Bars =>
  concatBars(
    pair
      .slices({ timeframe, from, to, limit: Number.MAX_SAFE_INTEGER, take: "oldest", now: asOf })
      .map(({ bars, start, end }) => {
        const rows: Array<Bar> = []
        const price = (value: number | string | undefined): number =>
          (bars.kind === "fixed" ? (value as number) / 10 ** bars.scale.priceDecimals : Number(value)) * ratio
        for (let row = start; row < end; row += 1) {
          const quote = bars.quoteVolume[row]
          rows.push({
            openTime: bars.openTime[row] as number,
            open: price(bars.open[row]),
            high: price(bars.high[row]),
            low: price(bars.low[row]),
            close: price(bars.close[row]),
            volume: Math.round(
              bars.kind === "fixed" ? (quote as number) / 10 ** bars.scale.quoteDecimals : Number(quote),
            ),
          })
        }
        return barsFromRows(rows)
      }),
  )
