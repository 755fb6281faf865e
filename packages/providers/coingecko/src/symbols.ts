import type { Instrument } from "@barkeep/market-data"
import { vsCurrencies } from "./vs-currencies.ts"
import { wellKnownCoinIds } from "./well-known-coins.ts"

/** What a user tells of CoinGecko's names. */
export interface VendorNames {
  /**
   * CoinGecko's id by base asset, for coins that are not well known or to be named otherwise: `{ NEW:
   * "new-token" }`.
   */
  readonly coinIds?: { readonly [base: string]: string }
  /**
   * Currencies to be asked for in place of assets that CoinGecko has no prices in: `{ USDT: "usd" }`. A price
   * in USD is not one in USDT, so nothing of the kind happens by itself, and every page that comes from it
   * says so.
   */
  readonly quoteAs?: { readonly [currency: string]: string }
}

/** What CoinGecko is asked about. */
export interface VendorSymbol {
  readonly coinId: string
  readonly vsCurrency: string
  /** The instrument's own currency, where another one is asked for in its place. */
  readonly quoteAs?: string
}

/** CoinGecko's names of an instrument; `undefined` where its coin or its currency has none. */
export const toVendorSymbol = (instrument: Instrument, names: VendorNames = {}): VendorSymbol | undefined => {
  const coinId = coinIdOf(instrument, names)
  const quote = quoteOf(instrument, names)
  return coinId === undefined || quote === undefined ? undefined : { coinId, ...quote }
}

/** The id of an instrument's coin. */
export const coinIdOf = ({ assetClass, base }: Instrument, names: VendorNames): string | undefined =>
  assetClass !== "crypto" || base === undefined ? undefined : coinIdOfSymbol(base, names)

/**
 * The id of a coin by its symbol in capitals: what `coinIds` says, else that of a well-known coin. Never the
 * first of CoinGecko's list, where thousands of symbols belong to several coins.
 */
export const coinIdOfSymbol = (symbol: string, { coinIds = {} }: VendorNames): string | undefined =>
  valueOf(coinIds, symbol) ?? valueOf(wellKnownCoinIds, symbol)

/** The currency to ask for: the instrument's own, or what `quoteAs` names for it. */
export const quoteOf = (
  { currency }: Instrument,
  { quoteAs = {} }: VendorNames,
): Omit<VendorSymbol, "coinId"> | undefined => {
  if (currency === undefined) return undefined
  const replacement = valueOf(quoteAs, currency)
  if (replacement !== undefined) return { vsCurrency: replacement, quoteAs: currency }
  const vsCurrency = currency.toLowerCase()
  // `GBp` is pence.
  return currency === currency.toUpperCase() && isVsCurrency(vsCurrency) ? { vsCurrency } : undefined
}

export const isVsCurrency = (text: string): boolean => vsCurrencies.has(text)

/** True for text that can be one step of a path. */
export const isCoinId = (text: string): boolean => !/^\.*$/.test(text) && !/\p{Cc}/u.test(text)

const valueOf = (values: { readonly [name: string]: string }, name: string): string | undefined =>
  Object.hasOwn(values, name) ? values[name] : undefined
