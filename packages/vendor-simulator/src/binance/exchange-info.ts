import type { EpochMillis } from "@barkeep/market-data"
import { isSymbol } from "../market/listing.ts"
import type { Market } from "../market/market.ts"
import type { SymbolMarket } from "../market/symbol-market.ts"
import type { Answer } from "../vendor-site.ts"
import {
  badCombination,
  duplicateValues,
  illegalCharacters,
  invalidSymbol,
  invalidSymbolStatus,
  unreadParameters,
} from "./failures.ts"
import { jsonAnswer } from "./json-answer.ts"
import type { TimeUnit } from "./time-unit.ts"

const known = new Set(["symbol", "symbols", "permissions", "showPermissionSets", "symbolStatus"])
const statuses = new Set(["TRADING", "END_OF_DAY", "HALT", "BREAK", "CANCEL_ONLY"])
const symbolRange = "^[A-Z0-9-_.]{1,20}$"
const symbolsRange = String.raw`^\[("[A-Z0-9-_.]{1,20}"(,"[A-Z0-9-_.]{1,20}"){0,}){0,1}\]$`

/**
 * The reply of `/api/v3/exchangeInfo`, or its refusal. One unknown symbol fails the whole call.
 * @see https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md#exchange-information
 */
export const exchangeInfo = (
  parameters: URLSearchParams,
  market: Market,
  now: EpochMillis,
  unit: TimeUnit,
  weightPerMinute: number,
): Answer => {
  const refused = refusal(parameters, market)
  if (refused !== undefined) return refused
  const status = parameters.get("symbolStatus")
  const symbols = askedSymbols(parameters)
    .map((symbol) => market.get(symbol) as SymbolMarket)
    .concat(asksForSome(parameters) ? [] : [...market.values()])
    .filter((symbol) => isSpot(parameters) && (status === null || statusOf(symbol, now) === status))
  const reply = {
    timezone: "UTC",
    serverTime: now * unit,
    rateLimits: [
      { rateLimitType: "REQUEST_WEIGHT", interval: "MINUTE", intervalNum: 1, limit: weightPerMinute },
      { rateLimitType: "ORDERS", interval: "SECOND", intervalNum: 10, limit: 100 },
      { rateLimitType: "ORDERS", interval: "DAY", intervalNum: 1, limit: 200_000 },
      { rateLimitType: "RAW_REQUESTS", interval: "MINUTE", intervalNum: 5, limit: 300_000 },
    ],
    exchangeFilters: [],
    symbols: symbols.map((symbol) =>
      describeSymbol(symbol, now, parameters.get("showPermissionSets") !== "false"),
    ),
  }
  return jsonAnswer(JSON.stringify(reply))
}

const refusal = (parameters: URLSearchParams, market: Market): Answer | undefined => {
  const names = [...parameters.keys()]
  if (new Set(names).size < names.length) return duplicateValues()
  const read = names.filter((name) => known.has(name)).length
  if (read < names.length) return unreadParameters(read, names.length)
  const symbol = parameters.get("symbol")
  const list = parameters.get("symbols")
  const status = parameters.get("symbolStatus")
  const filters = [symbol, list, parameters.get("permissions")].filter((value) => value !== null).length
  if (filters > 1 || (status !== null && (symbol ?? list) !== null)) return badCombination()
  if (status !== null && !statuses.has(status)) return invalidSymbolStatus()
  if (symbol !== null && !isSymbol(symbol)) return illegalCharacters("symbol", symbolRange)
  if (list !== null && parseSymbols(list) === undefined) return illegalCharacters("symbols", symbolsRange)
  return askedSymbols(parameters).every((name) => market.has(name)) ? undefined : invalidSymbol()
}

const asksForSome = (parameters: URLSearchParams): boolean =>
  parameters.has("symbol") || parameters.has("symbols")

const askedSymbols = (parameters: URLSearchParams): ReadonlyArray<string> => {
  const symbol = parameters.get("symbol")
  return symbol === null ? (parseSymbols(parameters.get("symbols") ?? "[]") ?? []) : [symbol]
}

const parseSymbols = (text: string): ReadonlyArray<string> | undefined => {
  const inner = /^\[(.*)\]$/u.exec(text)?.[1]
  if (inner === undefined) return undefined
  const names = inner === "" ? [] : inner.split(",")
  const symbols = names.map((name) => /^"(.*)"$/u.exec(name)?.[1])
  return symbols.every((symbol) => symbol !== undefined && isSymbol(symbol))
    ? (symbols as Array<string>)
    : undefined
}

/** Every simulated pair is a spot pair: asking for other permissions finds none. */
const isSpot = (parameters: URLSearchParams): boolean =>
  parameters.get("permissions") === null ||
  /(^|[["',])SPOT(["',\]]|$)/.test(parameters.get("permissions") as string)

const statusOf = (symbol: SymbolMarket, now: EpochMillis): string =>
  symbol.isTrading(now) ? "TRADING" : "BREAK"

const describeSymbol = (symbol: SymbolMarket, now: EpochMillis, withPermissionSets: boolean): object => ({
  symbol: symbol.symbol,
  status: statusOf(symbol, now),
  baseAsset: symbol.baseAsset,
  baseAssetPrecision: 8,
  quoteAsset: symbol.quoteAsset,
  quotePrecision: 8,
  quoteAssetPrecision: 8,
  baseCommissionPrecision: 8,
  quoteCommissionPrecision: 8,
  orderTypes: ["LIMIT", "LIMIT_MAKER", "MARKET"],
  icebergAllowed: true,
  ocoAllowed: true,
  otoAllowed: true,
  quoteOrderQtyMarketAllowed: true,
  allowTrailingStop: true,
  cancelReplaceAllowed: true,
  amendAllowed: true,
  isSpotTradingAllowed: true,
  isMarginTradingAllowed: false,
  filters: [
    {
      filterType: "PRICE_FILTER",
      minPrice: step(symbol.priceDecimals),
      maxPrice: "1000000.00000000",
      tickSize: step(symbol.priceDecimals),
    },
    {
      filterType: "LOT_SIZE",
      minQty: step(symbol.volumeDecimals),
      maxQty: "9000000000.00000000",
      stepSize: step(symbol.volumeDecimals),
    },
  ],
  permissions: [],
  ...(withPermissionSets ? { permissionSets: [["SPOT"]] } : {}),
  defaultSelfTradePreventionMode: "EXPIRE_MAKER",
  allowedSelfTradePreventionModes: ["EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH"],
})

/** The last of so many decimals, written with 8: `0.01000000`. */
const step = (decimals: number): string => (1 / 10 ** decimals).toFixed(8)
