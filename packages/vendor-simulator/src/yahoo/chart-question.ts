import type { EpochMillis } from "@barkeep/market-data"
import type { SessionMarket, SessionSymbol } from "../session-market/session-market.ts"
import type { Period, SessionStep } from "../session-market/session-series.ts"
import type { Answer } from "../vendor-site.ts"
import {
  beforeHistory,
  invalidPeriod,
  notAvailable,
  notSimulated,
  tooLong,
  tooOld,
  unknownInterval,
  unknownRange,
  unknownSymbol,
} from "./failures.ts"

/** How fine the rows are. */
export interface Granularity {
  /** As an answer names it. */
  readonly name: string
  readonly step: SessionStep
  /** Days gathered into longer bars. */
  readonly period?: Period
}

/** What a chart is about. */
export interface ChartQuestion {
  readonly symbol: SessionSymbol
  readonly granularity: Granularity
  /** Seconds since 1970, both included. */
  readonly from: number
  readonly to: number
  /** `1mo`, or empty where times were given. */
  readonly range: string
  readonly includePrePost: boolean
  readonly events: { readonly dividends: boolean; readonly splits: boolean }
}

interface Interval extends Granularity {
  /** In days, where it is limited. */
  readonly lookBack?: number
  readonly mostDays?: number
}

const intraday = (minutes: number, lookBack: number, name = `${minutes}m`): Interval => ({
  name,
  step: minutes,
  lookBack,
})

const hourly = intraday(60, 730, "1h")

const intervals: ReadonlyMap<string, Interval> = new Map([
  // The text says 7 days, but clients that ask for 8 are served.
  ["1m", { ...intraday(1, 30), mostDays: 8 }],
  ["2m", intraday(2, 60)],
  ["5m", intraday(5, 60)],
  ["15m", intraday(15, 60)],
  ["30m", intraday(30, 60)],
  ["60m", hourly],
  ["1h", hourly],
  ["90m", intraday(90, 60)],
  ["1d", { name: "1d", step: "day" }],
  ["1wk", { name: "1wk", step: "day", period: "week" }],
  ["1mo", { name: "1mo", step: "day", period: "month" }],
  ["3mo", { name: "3mo", step: "day", period: "quarter" }],
])

const notMade = new Set(["4h", "5d"])

const rangeDays: ReadonlyMap<string, number> = new Map([
  ["1d", 1],
  ["5d", 5],
  ["1mo", 30],
  ["3mo", 91],
  ["6mo", 182],
  ["ytd", 365],
  ["1y", 365],
  ["2y", 730],
  ["5y", 1826],
  ["10y", 3652],
])

const daySeconds = 86_400

/** Reads a question as Yahoo does: unknown symbol, then interval, then times. */
export const readChartQuestion = (
  vendorSymbol: string,
  parameters: URLSearchParams,
  market: SessionMarket,
  now: EpochMillis,
): { readonly asked: ChartQuestion } | { readonly refused: Answer } => {
  const symbol = market.get(vendorSymbol)
  if (symbol === undefined) return { refused: unknownSymbol() }
  const name = parameters.get("interval") ?? "1d"
  if (notMade.has(name)) return { refused: notSimulated(`the interval ${name}`) }
  const interval = intervals.get(name)
  if (interval === undefined) return { refused: unknownInterval(name) }
  const times = readTimes(parameters, Math.floor(now / 1000), symbol)
  if ("refused" in times) return times
  const { from, to, range } = times
  // Yahoo answers with quarters, whatever was asked.
  const granularity = range === "max" ? (intervals.get("3mo") as Interval) : interval
  const refused = refusalOf(granularity, times, symbol, now)
  if (refused !== undefined) return { refused }
  const events = new Set((parameters.get("events") ?? "").split(/[|,]/))
  return {
    asked: {
      symbol,
      granularity,
      from,
      to,
      range,
      includePrePost: parameters.get("includePrePost") === "true",
      events: {
        dividends: events.has("div") || events.has("history"),
        splits: events.has("split") || events.has("splits") || events.has("history"),
      },
    },
  }
}

interface Times {
  readonly from: number
  readonly to: number
  readonly range: string
}

const readTimes = (
  parameters: URLSearchParams,
  now: number,
  { series }: SessionSymbol,
): Times | { readonly refused: Answer } => {
  const period1 = parameters.get("period1")
  const period2 = parameters.get("period2")
  if (period1 === null && period2 === null) {
    const range = parameters.get("range") ?? "1d"
    if (range === "max") return { from: Math.floor(series.begins / 1000), to: now, range }
    const days = rangeDays.get(range)
    return days === undefined
      ? { refused: unknownRange(range) }
      : { from: now - days * daySeconds, to: now, range }
  }
  const from = readSeconds(period1 ?? "0")
  const to = readSeconds(period2 ?? String(now))
  if (from === undefined || to === undefined || from > to)
    return { refused: invalidPeriod(from ?? 0, to ?? 0) }
  return { from, to, range: "" }
}

const readSeconds = (text: string): number | undefined =>
  /^-?\d{1,11}$/.test(text) ? Number(text) : undefined

const refusalOf = (
  { name, step, lookBack, mostDays }: Interval,
  { from, to }: Times,
  { series }: SessionSymbol,
  now: EpochMillis,
): Answer | undefined => {
  if (lookBack !== undefined && from * 1000 < now - lookBack * daySeconds * 1000)
    return tooOld(name, from, to, lookBack)
  if (mostDays !== undefined && to - from > mostDays * daySeconds) return tooLong(name, from, to, 7)
  if (!series.offers(step)) return notAvailable(name, from, to)
  return to * 1000 < series.begins ? beforeHistory(from, to) : undefined
}
