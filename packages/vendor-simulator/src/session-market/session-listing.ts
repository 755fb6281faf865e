import { type EpochMillis, InvalidInput, parseIsoTime } from "@barkeep/market-data"
import { markets } from "@barkeep/trading-calendar"

/** What kind of thing trades; decides its days, its volume and how far its price moves. */
export type SessionKind = "stock" | "etf" | "fund" | "index" | "fx" | "future" | "crypto"

/** A change of the number of shares: `numerator` new ones for `denominator` old ones. */
export interface SplitRatio {
  readonly numerator: number
  readonly denominator: number
}

/** Something that trades in sessions, or a currency or coin that is quoted like one. */
export interface SessionListing {
  /** As Yahoo spells it: `AAPL`, `^GSPC`, `7203.T`, `EURUSD=X`. */
  readonly symbol: string
  readonly name: string
  readonly kind: SessionKind
  /** Calendar of its sessions; for a future the one whose dates it has, at 18:00 to 17:00 New York. */
  readonly market: string
  /** Unit of its prices: `USD`, `GBp` for pence. */
  readonly currency: string
  /** No session before this one. */
  readonly listedAt: EpochMillis
  /** What the price wanders around, in shares as they are after all of `splits`. */
  readonly price: number
  /** Decimals of the price grid, at most 6. */
  readonly priceDecimals: number
  /** Shares, contracts or (for an index) shares of its members on an average day. */
  readonly dailyVolume: number
  readonly splits?: ReadonlyArray<SplitRatio & { readonly date: string }>
  readonly dividends?: DividendPlan
  /** The pair of the simulated Binance whose price this one has, nearly. */
  readonly follows?: string
}

/** Dividends on the first session at or after a day of some months. */
export interface DividendPlan {
  /** Per share, in shares as they are after all of the listing's splits. */
  readonly amount: number
  /** 1 to 12. */
  readonly months: ReadonlyArray<number>
  readonly day: number
  readonly since: string
}

const marketOfSuffix: { readonly [suffix: string]: readonly [market: string, currency: string] } = {
  L: ["XLON", "GBp"],
  DE: ["XETR", "EUR"],
  F: ["XFRA", "EUR"],
  PA: ["XPAR", "EUR"],
  AS: ["XAMS", "EUR"],
  MI: ["XMIL", "EUR"],
  SW: ["XSWX", "CHF"],
  T: ["XTKS", "JPY"],
  HK: ["XHKG", "HKD"],
  TO: ["XTSE", "CAD"],
  AX: ["XASX", "AUD"],
}

/**
 * What a symbol is that nobody has listed, by its spelling or the market given; `undefined` when that says nothing. Only
 * recordings are served for it, so price and volume do not matter.
 */
export const listingBySpelling = (symbol: string, market?: string): SessionListing | undefined => {
  const [, suffix = ""] = /\.([A-Z]{1,2})$/.exec(symbol) ?? []
  const [suffixMarket, currency = "USD"] = marketOfSuffix[suffix] ?? []
  const shape = (kind: SessionKind, home: string): SessionListing => ({
    symbol,
    name: symbol,
    kind,
    market: market ?? home,
    currency,
    listedAt: 0,
    price: 100,
    priceDecimals: 2,
    dailyVolume: 1_000_000,
  })
  if (symbol.startsWith("^")) return shape("index", "XNYS")
  if (symbol.endsWith("=X")) return shape("fx", "24/5")
  if (symbol.endsWith("=F")) return shape("future", "XNYS")
  if (suffixMarket !== undefined) return shape("stock", suffixMarket)
  return market === undefined ? undefined : shape(market === "24/7" ? "crypto" : "stock", market)
}

/** @throws {InvalidInput} when a value is out of its range */
export const checkSessionListing = (listing: SessionListing): void => {
  const wrong = (name: string, value: unknown, expected: string): never => {
    throw new InvalidInput({ field: `sessionListings: ${listing.symbol}.${name}`, value, expected })
  }
  if (!/^[\p{L}\p{N}^.=_&-]{1,24}$/u.test(listing.symbol))
    wrong("symbol", listing.symbol, "letters, digits, ^ . = _ & or -")
  if (!(markets as ReadonlyArray<string>).includes(listing.market))
    wrong("market", listing.market, `one of ${markets.join(" ")}`)
  if (!Number.isSafeInteger(listing.listedAt)) wrong("listedAt", listing.listedAt, "epoch milliseconds")
  const { priceDecimals } = listing
  if (!Number.isInteger(priceDecimals) || priceDecimals < 0 || priceDecimals > 6)
    wrong("priceDecimals", priceDecimals, "an integer from 0 to 6")
  const ticks = listing.price * 10 ** priceDecimals
  if (!(ticks >= 100 && ticks <= 1e11)) wrong("price", listing.price, "between 100 and 10^11 ticks")
  if (!(listing.dailyVolume >= 0 && listing.dailyVolume <= 1e12))
    wrong("dailyVolume", listing.dailyVolume, "from 0 to 10^12")
  for (const { date, numerator, denominator } of listing.splits ?? []) {
    parseIsoTime(`${date}T00:00:00Z`)
    if (!isShareCount(numerator) || !isShareCount(denominator))
      wrong("splits", `${numerator}:${denominator}`, "whole numbers of shares from 1 to 10000")
  }
}

/** True for a side of a split. */
export const isShareCount = (value: number): boolean =>
  Number.isInteger(value) && value >= 1 && value <= 10_000
