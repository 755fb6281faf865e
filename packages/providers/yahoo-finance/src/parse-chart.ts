import { checkTimeZone, type EpochMillis } from "@barkeep/market-data"
import { isObject, isText, type JsonObject } from "@barkeep/provider-kit"
import * as Result from "effect/Result"
import type { ChartEvents } from "./corporate-events.ts"
import { parseEvents } from "./parse-events.ts"
import { isSameSymbol } from "./symbols.ts"
import { fromVendorInterval, type OfferedTimeframe } from "./timeframes.ts"
import { parseTradingPeriods, type TradingPeriod } from "./trading-periods.ts"

/** One chart answer, checked in shape and against the question, its rows not yet judged. */
export interface Chart {
  /** IANA name of the exchange's zone, in which dates count. */
  readonly timeZone: string
  /** The unit of prices: `USD`, `GBp` for pence. */
  readonly currency: string | undefined
  /** The last trade that Yahoo knew. */
  readonly lastTradeAt: EpochMillis | undefined
  /** When the instrument was traded first; Yahoo has nothing before. */
  readonly firstTradeAt: EpochMillis | undefined
  readonly tradingPeriods: ReadonlyArray<TradingPeriod>
  /** Yahoo's stamps, ascending but for the last, which may be a live quote. */
  readonly time: ReadonlyArray<EpochMillis>
  readonly open: Column
  readonly high: Column
  readonly low: Column
  readonly close: Column
  readonly volume: Column
  readonly events: ChartEvents
}

export type Column = ReadonlyArray<number | null>

/** What was asked, as far as an answer repeats it. */
export interface ChartQuestion {
  readonly vendorSymbol: string
  readonly timeframe: OfferedTimeframe
}

/**
 * The chart of an answer, or why it cannot be trusted: another symbol or granularity, an unknown zone, columns of
 * unequal length, a cell that is no number. An answer without `timestamp` has no rows.
 */
export const parseChart = (payload: unknown, question: ChartQuestion): Result.Result<Chart, string> => {
  const chart = isObject(payload) ? payload["chart"] : undefined
  const results = isObject(chart) ? chart["result"] : undefined
  const result: unknown = Array.isArray(results) && results.length === 1 ? results[0] : undefined
  if (!isObject(result) || !isObject(result["meta"])) return Result.fail("the answer holds no chart")
  const meta = result["meta"]
  const issue = findMetaIssue(meta, question)
  if (issue !== undefined) return Result.fail(issue)
  return Result.gen(function* () {
    const rows = yield* parseRows(result)
    const events = yield* parseEvents(result["events"])
    const { currency, regularMarketTime, firstTradeDate } = meta
    return {
      ...rows,
      events,
      timeZone: meta["exchangeTimezoneName"] as string,
      currency: isText(currency) ? currency : undefined,
      lastTradeAt: typeof regularMarketTime === "number" ? regularMarketTime * 1000 : undefined,
      firstTradeAt: typeof firstTradeDate === "number" ? firstTradeDate * 1000 : undefined,
      tradingPeriods: parseTradingPeriods(meta["tradingPeriods"]),
    }
  })
}

const findMetaIssue = (meta: JsonObject, { vendorSymbol, timeframe }: ChartQuestion): string | undefined => {
  const { symbol, dataGranularity, exchangeTimezoneName } = meta
  if (!isText(symbol) || !isSameSymbol(vendorSymbol, symbol))
    return `asked for ${vendorSymbol}, answered ${String(symbol)}`
  if (!isText(dataGranularity) || fromVendorInterval(dataGranularity) !== timeframe)
    return `asked for ${timeframe}, answered ${String(dataGranularity)}`
  if (!isText(exchangeTimezoneName) || !isTimeZone(exchangeTimezoneName))
    return `unknown exchange time zone ${String(exchangeTimezoneName)}`
  return undefined
}

const isTimeZone = (name: string): boolean => {
  try {
    checkTimeZone(name)
    return true
  } catch {
    return false
  }
}

const names = ["open", "high", "low", "close", "volume"] as const

type Rows = Pick<Chart, "time" | (typeof names)[number]>

const parseRows = (result: JsonObject): Result.Result<Rows, string> => {
  const time = parseTimes(result["timestamp"] ?? [])
  if (time === undefined)
    return Result.fail("a time stamp is no whole number of seconds, or they do not ascend")
  const quotes = isObject(result["indicators"]) ? result["indicators"]["quote"] : undefined
  const quote: unknown = Array.isArray(quotes) ? quotes[0] : undefined
  const columns = isObject(quote) ? quote : {}
  const parsed = { time, open: [], high: [], low: [], close: [], volume: [] } as Mutable<Rows>
  for (const name of names) {
    const column = columns[name] ?? []
    if (!Array.isArray(column)) return Result.fail(`column ${name} is no list`)
    if (column.length !== time.length)
      return Result.fail(`column ${name} has ${column.length} rows, there are ${time.length} time stamps`)
    const wrong = column.findIndex((cell) => cell !== null && !Number.isFinite(cell))
    if (wrong >= 0) return Result.fail(`row ${wrong}: ${name} is no number`)
    parsed[name] = column
  }
  return Result.succeed(parsed)
}

type Mutable<A> = { -readonly [Name in keyof A]: A[Name] }

/** Yahoo counts seconds. The last stamp may be that of a live quote, which can repeat an earlier one. */
const parseTimes = (value: unknown): ReadonlyArray<EpochMillis> | undefined => {
  if (!Array.isArray(value)) return undefined
  const seconds: ReadonlyArray<unknown> = value
  const isOrdered = seconds.every(
    (second, row) =>
      Number.isSafeInteger(second) &&
      (row === 0 || row === seconds.length - 1 || (second as number) > (seconds[row - 1] as number)),
  )
  return isOrdered ? seconds.map((second) => (second as number) * 1000) : undefined
}
