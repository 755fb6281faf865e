import { type EpochMillis, parseIsoTime, type TimeRange } from "@barkeep/market-data"
import type { TradingDays } from "../session-market/trading-days.ts"

/** The functions that are simulated. */
const functionNames = [
  "TIME_SERIES_INTRADAY",
  "TIME_SERIES_DAILY",
  "TIME_SERIES_DAILY_ADJUSTED",
  "TIME_SERIES_WEEKLY",
  "TIME_SERIES_MONTHLY",
  "SYMBOL_SEARCH",
  "SPLITS",
  "DIVIDENDS",
] as const

export type FunctionName = (typeof functionNames)[number]

export const isSimulated = (name: string): name is FunctionName =>
  (functionNames as ReadonlyArray<string>).includes(name)

/** Functions that exist at Alpha Vantage but not here. @see https://www.alphavantage.co/documentation/ */
export const isKnownElsewhere = (name: string): boolean =>
  /^(?:TIME_SERIES_(?:WEEKLY|MONTHLY)_ADJUSTED|GLOBAL_QUOTE|REALTIME_BULK_QUOTES|MARKET_STATUS|LISTING_STATUS|OVERVIEW|ETF_PROFILE|CURRENCY_EXCHANGE_RATE|CRYPTO_INTRADAY|(?:FX|DIGITAL_CURRENCY)_(?:INTRADAY|DAILY|WEEKLY|MONTHLY)|EARNINGS|EARNINGS_CALENDAR)$/.test(
    name,
  ) && name !== "DIGITAL_CURRENCY_INTRADAY"

export type Interval = "1min" | "5min" | "15min" | "30min" | "60min"

/** The parameters of a series, checked. */
export interface SeriesQuery {
  readonly symbol: string
  readonly outputSize: "compact" | "full"
  readonly datatype: "json" | "csv"
  readonly interval: Interval
  readonly minutes: number
  readonly isAdjusted: boolean
  readonly hasExtendedHours: boolean
  /** `YYYY-MM`, since 2000-01. */
  readonly month: string | undefined
}

const intervalMinutes: { readonly [interval in Interval]: number } = {
  "1min": 1,
  "5min": 5,
  "15min": 15,
  "30min": 30,
  "60min": 60,
}

/**
 * The parameters of a series; `undefined` when one that matters is missing or wrong, which Alpha Vantage calls an invalid
 * call without saying more. Parameters that it does not know are not looked at.
 */
export const readSeriesQuery = (name: FunctionName, parameters: URLSearchParams): SeriesQuery | undefined => {
  const oneOf = <Value extends string>(
    parameter: string,
    values: ReadonlyArray<Value>,
    byDefault?: Value,
  ): Value | undefined => {
    const text = parameters.get(parameter)
    return text === null ? byDefault : values.find((value) => value === text)
  }
  const isIntraday = name === "TIME_SERIES_INTRADAY"
  const symbol = parameters.get("symbol") ?? ""
  const outputSize = oneOf("outputsize", ["compact", "full"], "compact")
  const datatype = oneOf("datatype", ["json", "csv"], "json")
  const interval = isIntraday
    ? oneOf("interval", Object.keys(intervalMinutes) as ReadonlyArray<Interval>)
    : "1min"
  const adjusted = oneOf("adjusted", ["true", "false"], "true")
  const extendedHours = oneOf("extended_hours", ["true", "false"], "true")
  const month = isIntraday ? (parameters.get("month") ?? undefined) : undefined
  if (symbol === "" || outputSize === undefined || datatype === undefined || interval === undefined)
    return undefined
  if (adjusted === undefined || extendedHours === undefined) return undefined
  if (month !== undefined && !/^20\d\d-(?:0[1-9]|1[0-2])$/.test(month)) return undefined
  return {
    symbol,
    outputSize,
    datatype,
    interval,
    minutes: intervalMinutes[interval],
    isAdjusted: adjusted === "true",
    hasExtendedHours: extendedHours === "true",
    month,
  }
}

const dayMillis = 86_400_000
const daysWithoutMonth = 30

/** The instants that an intraday question is about: the month, or the last 30 days. */
export const askedRange = (month: string | undefined, days: TradingDays, now: EpochMillis): TimeRange => {
  if (month === undefined) return { from: now - daysWithoutMonth * dayMillis, to: now + 1 }
  const [year, number] = month.split("-").map(Number) as [number, number]
  const next = number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, "0")}`
  const startOf = (text: string): EpochMillis =>
    days.midnightOf(parseIsoTime(`${text}-01T00:00:00Z`) / dayMillis)
  return { from: startOf(month), to: startOf(next) }
}
