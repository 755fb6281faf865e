import { type AssetClass, checkTimeZone, InvalidInput } from "@barkeep/market-data"
import { timeZoneOfMarket } from "./exchanges.ts"
import { isRefusal } from "./reading.ts"
import { isSafeTicker, readTicker, upperCase } from "./read-ticker.ts"

/** What the user knows better about one symbol. An absent field leaves the answer as it is. */
export interface TickerOverride {
  readonly assetClass?: AssetClass
  /** Calendar id: `24/7`, `24/5` or an ISO 10383 market code. */
  readonly market?: string
  /** The only provider to ask. */
  readonly provider?: string
  readonly currency?: string
  /** IANA name. Needed with a market that is in none of the tables. */
  readonly timeZone?: string
}

/** Overrides by canonical symbol. */
export type TickerOverrides = ReadonlyMap<string, TickerOverride>

const assetClasses: ReadonlySet<string> = new Set<AssetClass>([
  "crypto",
  "stock",
  "etf",
  "fund",
  "index",
  "fx",
  "future",
])

/**
 * The overrides of a configuration: `{ "BRK.B": { "market": "XNYS" } }`, symbols in any spelling.
 * @param json a parsed JSON value; `undefined` is no override at all
 * @throws {InvalidInput} with the path of the field for anything that is not understood, unknown fields included
 */
export const parseOverrides = (json: unknown): TickerOverrides => {
  if (json === undefined) return new Map()
  const overrides = new Map<string, TickerOverride>()
  for (const [ticker, value] of Object.entries(checkObject("overrides", json))) {
    const path = `overrides[${JSON.stringify(ticker)}]`
    const symbol = symbolOf(ticker)
    if (symbol === undefined) throw invalid("overrides", ticker, "a ticker")
    if (overrides.has(symbol)) throw invalid(path, ticker, `the only override for ${symbol}`)
    overrides.set(symbol, parseOverride(path, value))
  }
  return overrides
}

/** The override for a text or for the symbol that it is read as. */
export const findOverride = (
  overrides: TickerOverrides | undefined,
  text: string,
  symbol: string,
): TickerOverride | undefined => overrides?.get(symbol) ?? overrides?.get(text)

const parseOverride = (path: string, value: unknown): TickerOverride => {
  const fields = checkObject(path, value)
  for (const [name, field] of Object.entries(fields)) {
    const check = checks.get(name)
    if (check === undefined) throw invalid(path, name, `one of ${[...checks.keys()].join(" ")}`)
    if (typeof field !== "string" || !check.accepts(field))
      throw invalid(`${path}.${name}`, field, check.expected)
  }
  const override: TickerOverride = fields
  if (override.timeZone !== undefined) checkZone(`${path}.timeZone`, override.timeZone)
  if (
    override.market !== undefined &&
    override.timeZone === undefined &&
    timeZoneOfMarket(override.market) === undefined
  ) {
    throw invalid(`${path}.market`, override.market, "a market whose time zone is known; give timeZone too")
  }
  return { ...override }
}

interface Check {
  readonly accepts: (text: string) => boolean
  readonly expected: string
}

const checks: ReadonlyMap<string, Check> = new Map([
  [
    "assetClass",
    { accepts: (text: string) => assetClasses.has(text), expected: `one of ${[...assetClasses].join(" ")}` },
  ],
  [
    "market",
    {
      accepts: (text: string) => /^(?:24\/[57]|[A-Z][A-Z0-9]{3})$/.test(text),
      expected: "24/7, 24/5 or an ISO 10383 market code such as XNYS",
    },
  ],
  [
    "provider",
    {
      accepts: (text: string) => /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(text),
      expected: "a provider's id such as yahoo-finance",
    },
  ],
  [
    "currency",
    {
      accepts: (text: string) => /^[A-Za-z0-9]{2,10}$/.test(text),
      expected: "a currency or asset such as USD, GBp, USDT",
    },
  ],
  ["timeZone", { accepts: (text: string) => text !== "", expected: "an IANA time zone name" }],
])

/** Symbols that can only be read with an override (an unknown suffix) are kept as they are. */
const symbolOf = (ticker: string): string | undefined => {
  const readings = readTicker(ticker, {})
  if (!isRefusal(readings)) return readings[0].instrument.symbol
  const text = upperCase(ticker)
  return isSafeTicker(text) ? text : undefined
}

const checkObject = (field: string, value: unknown): Readonly<Record<string, unknown>> => {
  if (isObject(value)) return value
  throw invalid(field, value, "an object")
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const checkZone = (field: string, timeZone: string): void => {
  try {
    checkTimeZone(timeZone)
  } catch {
    throw invalid(field, timeZone, "an IANA time zone name")
  }
}

const invalid = (field: string, value: unknown, expected: string): InvalidInput =>
  new InvalidInput({ field, value, expected })
