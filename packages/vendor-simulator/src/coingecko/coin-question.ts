import { type EpochMillis, InvalidInput, parseIsoTime, type TimeRange } from "@barkeep/market-data"
import type { Answer } from "../vendor-site.ts"
import { candleMillis } from "./candles.ts"
import type { CoinMarket, CoinPrices } from "./coin-market.ts"
import { beyondHistory, coinNotFound, invalid, missing, planRestricted, tooManyCandles } from "./failures.ts"
import type { PlanFacts } from "./plans.ts"
import { stepOf } from "./price-points.ts"
import { type Round, roundingOf } from "./round-price.ts"

/** The endpoints about one coin. */
export type CoinEndpoint = "ohlc" | "ohlc-range" | "market-chart" | "market-chart-range"

/** What is asked about a coin. */
export interface CoinQuestion {
  readonly coin: string
  /** `nobody` for a coin that is listed and not traded. */
  readonly prices: CoinPrices | "nobody"
  /** From where to where, both included; for days, up to now. */
  readonly range: TimeRange
  /** Given by `days`. */
  readonly days: number | undefined
  /** Length of a candle, or distance of points. */
  readonly stepMillis: number
  readonly round: Round
}

const hour = 3_600_000
const day = 24 * hour

/** The days that `/ohlc` takes. @see https://docs.coingecko.com/demo/reference/coins-id-ohlc */
const ohlcDays = new Set(["1", "7", "14", "30", "90", "180", "365"])

const mostCandles = { hourly: 744, daily: 180 }

/** When CoinGecko's history begins. */
const historyBegins = 1_367_107_200_000

/** Reads a question as CoinGecko does: the coin, then what is missing, then the plan, then the times. */
export const readCoinQuestion = (
  endpoint: CoinEndpoint,
  coin: string,
  parameters: URLSearchParams,
  market: CoinMarket,
  plan: PlanFacts,
  now: EpochMillis,
): { readonly asked: CoinQuestion } | { readonly refused: Answer } => {
  const refuse = (refused: Answer) => ({ refused })
  if (!market.has(coin)) return refuse(coinNotFound())
  const currency = parameters.get("vs_currency")
  if (currency === null || currency === "") return refuse(missing("vs_currency"))
  const prices = market.prices(coin, currency.toLowerCase())
  if (prices === undefined) return refuse(invalid("vs_currency"))
  const round = roundingOf(parameters.get("precision"), endpoint.startsWith("ohlc") ? "rounded" : "full")
  if (round === undefined) return refuse(invalid("precision"))
  const interval = parameters.get("interval")
  if (interval !== null && !["daily", "hourly", "5m"].includes(interval)) return refuse(invalid("interval"))
  if (endpoint === "ohlc-range" && !plan.hasRangeCandles) return refuse(planRestricted(now))
  if (interval === "5m" || (interval === "hourly" && !plan.isPaid)) return refuse(planRestricted(now))
  if (endpoint === "ohlc" && interval !== null && !plan.isPaid) return refuse(planRestricted(now))
  const times = endpoint.endsWith("range")
    ? readRange(parameters, plan)
    : readDays(parameters, endpoint === "ohlc", plan, now)
  if ("refused" in times) return times
  const { range, days } = times
  if (plan.historyDays !== undefined && range.from < now - plan.historyDays * day)
    return refuse(beyondHistory(now, plan.historyDays))
  const step = stepFor(endpoint, interval, times, now)
  if (step === undefined) return refuse(missing("interval"))
  if (endpoint === "ohlc-range") {
    const kind = step === hour ? "hourly" : "daily"
    if (range.to - range.from > mostCandles[kind] * step)
      return refuse(tooManyCandles(mostCandles[kind], kind))
  }
  return { asked: { coin, prices, range, days, stepMillis: step, round } }
}

interface Times {
  readonly range: TimeRange
  readonly days: number | undefined
}

const stepFor = (
  endpoint: CoinEndpoint,
  interval: string | null,
  { range, days }: Times,
  now: EpochMillis,
): number | undefined => {
  if (interval !== null) return interval === "hourly" ? hour : day
  if (endpoint === "ohlc-range") return undefined
  return endpoint === "ohlc" ? candleMillis(days ?? 365) : stepOf(range, now)
}

const readDays = (
  parameters: URLSearchParams,
  isOhlc: boolean,
  plan: PlanFacts,
  now: EpochMillis,
): Times | { readonly refused: Answer } => {
  const text = parameters.get("days")
  if (text === null || text === "") return { refused: missing("days") }
  if (text === "max" && (plan.isPaid || !isOhlc))
    return { range: { from: historyBegins, to: now }, days: Math.floor((now - historyBegins) / day) }
  if (isOhlc ? !ohlcDays.has(text) : !/^\d{1,5}(\.\d+)?$/.test(text))
    return { refused: invalid("days parameter") }
  const days = Number(text)
  return { range: { from: now - days * day, to: now }, days }
}

const readRange = (parameters: URLSearchParams, plan: PlanFacts): Times | { readonly refused: Answer } => {
  const ends: Array<EpochMillis> = []
  for (const name of ["from", "to"]) {
    const text = parameters.get(name)
    if (text === null || text === "") return { refused: missing(name) }
    const time = readTime(text, plan)
    if (time === undefined) return { refused: invalid(`${name} parameter`) }
    ends.push(time)
  }
  const [from = 0, to = 0] = ends
  return from > to ? { refused: invalid("time range") } : { range: { from, to }, days: undefined }
}

/** Seconds since 1970; paid plans take ISO dates too. */
const readTime = (text: string, { isPaid }: PlanFacts): EpochMillis | undefined => {
  if (/^\d{1,11}(\.\d+)?$/.test(text)) return Math.floor(Number(text) * 1000)
  if (!isPaid || !/^\d{4}-\d\d-\d\d(T[\d:]+Z)?$/.test(text)) return undefined
  try {
    return parseIsoTime(text.length === 10 ? `${text}T00:00:00Z` : text)
  } catch (error) {
    if (error instanceof InvalidInput) return undefined
    throw error
  }
}
