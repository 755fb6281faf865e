import type { EpochMillis } from "@barkeep/market-data"
import { candleMillis, candlesOfDays, candlesOfRange, runningCandle } from "./candles.ts"
import type { CoinEndpoint, CoinQuestion } from "./coin-question.ts"
import { pricePoints } from "./price-points.ts"
import type { Row } from "./row-faults.ts"

/** A page before it is written. */
export interface CoinPage {
  readonly rows: ReadonlyArray<Row>
  readonly wrap: (rows: ReadonlyArray<Row>) => unknown
}

/** What is answered to a question at a moment, which the cache may have put in the past. */
export const makePage = (endpoint: CoinEndpoint, asked: CoinQuestion, now: EpochMillis): CoinPage => {
  const { coin, prices, range, days, stepMillis, round } = asked
  if (endpoint === "ohlc" || endpoint === "ohlc-range") {
    const wrap = (rows: ReadonlyArray<Row>): unknown => rows
    if (prices === "nobody") return { rows: [], wrap }
    const rows =
      days === undefined
        ? candlesOfRange(prices, range, stepMillis, now, round)
        : candlesOfDays(prices, days, stepMillis, now, round)
    return { rows, wrap }
  }
  if (prices === "nobody")
    return { rows: [], wrap: (rows) => ({ prices: rows, market_caps: [], total_volumes: [] }) }
  const span = days === undefined ? range : { from: now - days * dayMillis, to: now }
  const points = pricePoints(coin, prices, span, stepMillis, now, round)
  return { rows: points.prices, wrap: (rows) => ({ ...points, prices: rows }) }
}

const dayMillis = 86_400_000

/** The same question answered in the next coarser rows; `undefined` where there are none. */
export const coarserPage = (
  endpoint: CoinEndpoint,
  asked: CoinQuestion,
  now: EpochMillis,
): CoinPage | undefined => {
  const coarser = endpoint.startsWith("ohlc")
    ? candleMillis(asked.stepMillis < candleMillis(30) ? 30 : 365)
    : asked.stepMillis < 3_600_000
      ? 3_600_000
      : dayMillis
  return coarser <= asked.stepMillis ? undefined : makePage(endpoint, { ...asked, stepMillis: coarser }, now)
}

/** A row that is not over yet. */
export const aheadRow = (
  endpoint: CoinEndpoint,
  { prices, stepMillis, round }: CoinQuestion,
  now: EpochMillis,
  rows: ReadonlyArray<Row>,
): Row | undefined => {
  if (prices === "nobody") return undefined
  if (endpoint.startsWith("ohlc")) return runningCandle(prices, stepMillis, now, round)
  const last = rows.at(-1)
  return last && [Number(last[0]) + stepMillis, ...last.slice(1)]
}
