import type { EpochMillis, Timeframe } from "@barkeep/market-data"
import { isSymbol } from "../market/listing.ts"
import type { Market } from "../market/market.ts"
import type { SymbolMarket } from "../market/symbol-market.ts"
import type { Answer } from "../vendor-site.ts"
import {
  duplicateValues,
  emptyParameter,
  illegalCharacters,
  invalidInterval,
  invalidSymbol,
  invalidValue,
  mandatoryMissing,
  notSimulated,
  unreadParameters,
} from "./failures.ts"
import { otherIntervals, toTimeframe } from "./intervals.ts"

/** A question for klines that can be answered. */
export interface KlineParameters {
  readonly market: SymbolMarket
  readonly interval: string
  readonly timeframe: Timeframe
  /** Both inclusive, as Binance has them: they bound the open times. */
  readonly startTime: EpochMillis | undefined
  readonly endTime: EpochMillis | undefined
  readonly limit: number
}

const known = new Set(["symbol", "interval", "startTime", "endTime", "timeZone", "limit"])
const digits = "^[0-9]{1,20}$"
const symbolRange = "^[A-Z0-9-_.]{1,20}$"
const defaultLimit = 500
const maxLimit = 1000
/** Above it a time is microseconds. */
const leastMicros = 1e14

/**
 * Reads the query of `/api/v3/klines`.
 * @see https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md#klinecandlestick-data
 */
export const readKlineParameters = (
  parameters: URLSearchParams,
  market: Market,
): { readonly accepted: KlineParameters } | { readonly refused: Answer } => {
  const refused = refusal(parameters)
  if (refused !== undefined) return { refused }
  const symbol = market.get(parameters.get("symbol") as string)
  const interval = parameters.get("interval") as string
  const timeframe = toTimeframe(interval)
  if (otherIntervals.includes(interval)) return { refused: notSimulated(`the interval ${interval}`) }
  if (timeframe === undefined) return { refused: invalidInterval() }
  if (symbol === undefined) return { refused: invalidSymbol() }
  // A recording has no timeframe finer than its own. An empty page would say that there was no trade.
  if (!symbol.offers(timeframe)) return { refused: invalidInterval() }
  return {
    accepted: {
      market: symbol,
      interval,
      timeframe,
      startTime: readTime(parameters.get("startTime")),
      endTime: readTime(parameters.get("endTime")),
      // Unverified: that a limit above the maximum is cut and not refused.
      limit: Math.min(maxLimit, Number(parameters.get("limit") ?? defaultLimit)),
    },
  }
}

const refusal = (parameters: URLSearchParams): Answer | undefined => {
  const names = [...parameters.keys()]
  if (new Set(names).size < names.length) return duplicateValues()
  for (const name of ["symbol", "interval"]) if (!parameters.get(name)) return mandatoryMissing(name)
  if (!isSymbol(parameters.get("symbol") as string)) return illegalCharacters("symbol", symbolRange)
  for (const name of ["startTime", "endTime", "limit"]) {
    const text = parameters.get(name)
    if (text === "") return emptyParameter(name)
    if (text !== null && !new RegExp(digits).test(text)) return illegalCharacters(name, digits)
  }
  const read = names.filter((name) => known.has(name)).length
  if (read < names.length) return unreadParameters(read, names.length)
  if (Number(parameters.get("limit") ?? 1) === 0) return invalidValue("limit")
  const zone = parameters.get("timeZone") ?? "0"
  return ["0", "00:00", "+00:00", "-00:00"].includes(zone)
    ? undefined
    : notSimulated("timeZone other than UTC")
}

const readTime = (text: string | null): EpochMillis | undefined => {
  if (text === null) return undefined
  const time = Number(text)
  return Math.min(Number.MAX_SAFE_INTEGER - 1, time > leastMicros ? Math.floor(time / 1000) : time)
}
