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

const split = (date: string, numerator: number, denominator = 1) => ({ date, numerator, denominator })

const quarterly = (amount: number, firstMonth: number, day: number, since: string): DividendPlan => ({
  amount,
  months: [firstMonth, firstMonth + 3, firstMonth + 6, firstMonth + 9],
  day,
  since,
})

type Row = readonly [
  symbol: string,
  name: string,
  kind: SessionKind,
  market: string,
  currency: string,
  listed: string,
  price: number,
  priceDecimals: number,
  dailyVolume: number,
  more?: Pick<SessionListing, "splits" | "dividends" | "follows">,
]

const rows: ReadonlyArray<Row> = [
  [
    "AAPL", "Apple Inc.", "stock", "XNAS", "USD", "2000-01-03", 180, 2, 60_000_000,
    {
      splits: [split("2000-06-21", 2), split("2005-02-28", 2), split("2014-06-09", 7), split("2020-08-31", 4)],
      dividends: quarterly(0.24, 2, 9, "2012-08-01"),
    },
  ],
  [
    "MSFT", "Microsoft Corporation", "stock", "XNAS", "USD", "2000-01-03", 300, 2, 25_000_000,
    { splits: [split("2003-02-18", 2)], dividends: quarterly(0.68, 2, 15, "2004-01-01") },
  ],
  ["GOOGL", "Alphabet Inc.", "stock", "XNAS", "USD", "2004-08-19", 130, 2, 28_000_000, { splits: [split("2022-07-18", 20)] }],
  ["AMZN", "Amazon.com, Inc.", "stock", "XNAS", "USD", "2000-01-03", 150, 2, 45_000_000, { splits: [split("2022-06-06", 20)] }],
  [
    "NVDA", "NVIDIA Corporation", "stock", "XNAS", "USD", "2000-01-03", 110, 2, 300_000_000,
    { splits: [split("2021-07-20", 4), split("2024-06-10", 10)], dividends: quarterly(0.01, 3, 5, "2012-11-01") },
  ],
  ["TSLA", "Tesla, Inc.", "stock", "XNAS", "USD", "2010-06-29", 220, 2, 95_000_000, { splits: [split("2020-08-31", 5), split("2022-08-25", 3)] }],
  [
    "GE", "GE Aerospace", "stock", "XNYS", "USD", "2000-01-03", 120, 2, 6_000_000,
    { splits: [split("2021-08-02", 1, 8)], dividends: quarterly(0.08, 3, 6, "2000-01-01") },
  ],
  ["IBM", "International Business Machines", "stock", "XNYS", "USD", "2000-01-03", 150, 2, 4_500_000, { dividends: quarterly(1.66, 2, 9, "2000-01-01") }],
  ["BRK-B", "Berkshire Hathaway Inc.", "stock", "XNYS", "USD", "2000-01-03", 350, 2, 3_600_000, { splits: [split("2010-01-21", 50)] }],
  ["SPY", "SPDR S&P 500", "etf", "XNYS", "USD", "2000-01-03", 400, 2, 75_000_000, { dividends: quarterly(1.6, 3, 15, "2000-01-01") }],
  ["QQQ", "Invesco QQQ Trust", "etf", "XNAS", "USD", "2000-01-03", 350, 2, 40_000_000, { splits: [split("2000-03-20", 2)] }],
  ["VFINX", "Vanguard 500 Index Fund", "fund", "XNYS", "USD", "2000-01-03", 380, 2, 0, { dividends: quarterly(1.5, 3, 20, "2000-01-01") }],
  ["^GSPC", "S&P 500", "index", "XNYS", "USD", "2000-01-03", 4000, 2, 3_800_000_000],
  ["^N225", "Nikkei 225", "index", "XTKS", "JPY", "2000-01-04", 28_000, 2, 90_000_000],
  [
    "7203.T", "TOYOTA MOTOR CORP", "stock", "XTKS", "JPY", "2000-01-04", 2200, 1, 28_000_000,
    { splits: [split("2021-09-29", 5)], dividends: { amount: 30, months: [3, 9], day: 28, since: "2000-01-01" } },
  ],
  [
    "VOD.L", "VODAFONE GROUP PLC", "stock", "XLON", "GBp", "2000-01-04", 90, 2, 60_000_000,
    { splits: [split("2014-02-24", 6, 11)], dividends: { amount: 3.8, months: [6, 11], day: 21, since: "2000-01-01" } },
  ],
  ["SAP.DE", "SAP SE", "stock", "XETR", "EUR", "2000-01-03", 120, 2, 1_500_000],
  ["BHP.AX", "BHP GROUP LIMITED", "stock", "XASX", "AUD", "2000-01-04", 42, 2, 7_000_000],
  ["EURUSD=X", "EUR/USD", "fx", "24/5", "USD", "2003-12-01", 1.1, 6, 0],
  ["GBPUSD=X", "GBP/USD", "fx", "24/5", "USD", "2003-12-01", 1.28, 6, 0],
  ["JPY=X", "USD/JPY", "fx", "24/5", "JPY", "2003-12-01", 135, 3, 0],
  ["GC=F", "Gold", "future", "XNYS", "USD", "2000-08-30", 1800, 1, 180_000],
  ["BTC-USD", "Bitcoin USD", "crypto", "24/7", "USD", "2014-09-17", 30_000, 2, 0, { follows: "BTCUSDT" }],
  ["ETH-USD", "Ethereum USD", "crypto", "24/7", "USD", "2017-11-09", 2000, 2, 0, { follows: "ETHUSDT" }],
]

/**
 * What a simulator lists unless told otherwise. Names, markets, dates of listings (none before 2000) and of splits follow the
 * real ones; days and amounts of dividends are a rule, all prices and volumes invented.
 */
export const defaultSessionListings: ReadonlyArray<SessionListing> = rows.map(
  ([symbol, name, kind, market, currency, listed, price, priceDecimals, dailyVolume, more]) => ({
    symbol,
    name,
    kind,
    market,
    currency,
    listedAt: parseIsoTime(`${listed}T00:00:00Z`),
    price,
    priceDecimals,
    dailyVolume,
    ...more,
  }),
)

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
export const isShareCount = (value: number): boolean => Number.isInteger(value) && value >= 1 && value <= 10_000
