import {
  type Adjustment,
  type EpochMillis,
  hasSessions,
  type Instrument,
  parseIsoTime,
  type Timeframe,
  zoneOfDays,
} from "@barkeep/market-data"
import type { JsonObject } from "./read-json.ts"

/** What can be said of a file that we did not write. */
export interface ForeignFacts {
  /** The original's `data_source`, `unknown` without one. */
  readonly provider: string
  readonly instrument: Instrument
  readonly timezone: string
  readonly adjustment: Adjustment | "unknown"
  /** When the file was last written, as far as it says; the original notes local time of an unknown zone. */
  readonly lastUpdated: EpochMillis | undefined
  /** True when `instrument` and `timezone` are only a guess that better knowledge may replace. */
  readonly guessed: boolean
  /** What was assumed, for people. */
  readonly notes: ReadonlyArray<string>
}

/**
 * What the original's metadata (or none) tells about a file. Its times are naive, and neither the file nor the
 * metadata says in which zone: Binance and CoinGecko write UTC, the others the exchange's local time.
 * @param known what the caller knows of the symbol, which counts more than a guess
 */
export const foreignFacts = (
  symbol: string,
  timeframe: Timeframe,
  object: JsonObject | undefined,
  known: Instrument | undefined,
): ForeignFacts => {
  const source = object?.["data_source"]
  const provider = typeof source === "string" && source !== "" ? source : "unknown"
  const lastUpdated = toTime(object?.["last_updated"])
  if (utcProviders.has(provider))
    return {
      provider,
      instrument: known !== undefined && !hasSessions(known) ? known : cryptoInstrument(symbol),
      timezone: "UTC",
      adjustment: "none",
      lastUpdated,
      guessed: false,
      notes: [`${timeframe} was written by the original from ${provider}; its times are read as UTC`],
    }
  const instrument = known ?? (exchangeProviders.has(provider) ? usStock(symbol) : cryptoInstrument(symbol))
  const timezone = zoneOfDays(instrument)
  return {
    provider,
    instrument,
    timezone,
    // Corporate actions are a matter of shares.
    adjustment: known?.assetClass === "crypto" || known?.assetClass === "fx" ? "none" : "unknown",
    lastUpdated,
    guessed: true,
    notes: [
      `${timeframe} ${object === undefined ? "has no metadata" : `was written by another program from ${provider}`}; ` +
        `nothing in it says its time zone or price adjustment; its times are read as ${timezone}` +
        (known === undefined ? ", which is a guess" : ", the market's zone"),
    ],
  }
}

const utcProviders: ReadonlySet<string> = new Set(["binance", "coingecko"])
const exchangeProviders: ReadonlySet<string> = new Set(["yahoo", "yfinance", "alpha_vantage", "alphavantage"])

const cryptoInstrument = (symbol: string): Instrument => ({
  symbol,
  assetClass: "crypto",
  market: "24/7",
  timeZone: "UTC",
})

const usStock = (symbol: string): Instrument => ({
  symbol,
  assetClass: "stock",
  market: "XNYS",
  timeZone: "America/New_York",
})

const toTime = (value: unknown): EpochMillis | undefined => {
  if (typeof value !== "string") return undefined
  try {
    return parseIsoTime(/(Z|[+-]\d\d:?\d\d)$/.test(value) ? value : `${value}Z`)
  } catch {
    return undefined
  }
}
