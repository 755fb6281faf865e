import type { Timeframe } from "@barkeep/market-data"
import { createAlphaVantage } from "@barkeep/provider-alpha-vantage"
import { createBinance } from "@barkeep/provider-binance"
import { createCoingecko } from "@barkeep/provider-coingecko"
import type { BarProvider, Clock } from "@barkeep/provider-kit"
import { createYahooFinance } from "@barkeep/provider-yahoo-finance"
import type { Fault, FaultType, VendorSimulator } from "@barkeep/vendor-simulator"

/** Every kind of the menu, with the variants that matter. */
export const allFaults: ReadonlyArray<Fault> = [
  { type: "rate-limited", retryAfterSeconds: 3 },
  { type: "rate-limited", retryAfterSeconds: 119, retryAfterAs: "date" },
  { type: "rate-limited", retryAfterAs: "absent" },
  { type: "banned" },
  { type: "geo-blocked" },
  { type: "firewall" },
  { type: "server-error" },
  { type: "overloaded" },
  { type: "reset" },
  { type: "half-body" },
  { type: "slow-body", millis: 20 },
  { type: "hang", millis: 20 },
  { type: "wrong-content-type" },
  { type: "truncated-json" },
  { type: "gzip-garbage" },
  { type: "empty-page" },
  { type: "duplicated-page" },
  { type: "unordered-page" },
  { type: "bad-row", defect: "null" },
  { type: "bad-row", defect: "short" },
  { type: "bad-row", defect: "text" },
  { type: "bad-row", defect: "off-grid" },
  { type: "bad-row", defect: "inconsistent" },
  { type: "open-bar", oddity: "absent" },
  { type: "open-bar", oddity: "repeated" },
  { type: "open-bar", oddity: "ahead" },
  { type: "open-bar", oddity: "unsettled" },
  { type: "truncated-zip" },
  { type: "wrong-checksum" },
  { type: "republished-file" },
  { type: "off-grid-rows" },
  { type: "missing-rows" },
  { type: "missing-mondays" },
  { type: "empty-object" },
  { type: "old-note" },
  { type: "key-echo" },
  { type: "placeholder-rows" },
  { type: "end-labels" },
  { type: "truncated-csv", cut: "row" },
  { type: "truncated-csv", cut: "line" },
  { type: "unknown-symbol" },
  { type: "null-rows" },
  { type: "hundredfold-row" },
  { type: "coarser-rows" },
  { type: "invalid-crumb" },
  { type: "consent" },
  { type: "null-chart" },
  { type: "right-back" },
  { type: "throttled" },
  { type: "cloudflare", code: 1015 },
  { type: "cloudflare", code: 1020 },
]

/** `type`, or `type variant`. */
export const nameOf = (fault: Fault): string => Object.values(fault).join(" ")

/** Who is asked for what. */
export interface Target {
  readonly name: string
  readonly provider: (urls: VendorSimulator["urls"], clock: Clock) => BarProvider
  readonly wanted: ReadonlyArray<readonly [symbol: string, timeframe: Timeframe, days: number]>
  /** The kinds that this target cannot have, by type or name, and why. */
  readonly without: { readonly [name: string]: string }
}

export const menuOf = ({ without }: Target): ReadonlyArray<Fault> =>
  allFaults.filter((fault) => without[fault.type] === undefined && without[nameOf(fault)] === undefined)

/** The types that a vendor does not have, each for the same reason. */
const other = (reason: string, ...types: ReadonlyArray<FaultType>): { readonly [name: string]: string } =>
  Object.fromEntries(types.map((type) => [type, reason]))

const alphaVantages = other(
  "what only Alpha Vantage says",
  ...(["empty-object", "old-note", "key-echo", "placeholder-rows", "end-labels", "truncated-csv"] as const),
)
const yahoos = other("what only Yahoo says", "invalid-crumb", "consent", "null-chart", "right-back")
const coingeckos = other("what only CoinGecko and its network say", "throttled", "cloudflare")
const files = other(
  "files are of Binance's archive",
  ...(["truncated-zip", "wrong-checksum", "republished-file", "off-grid-rows"] as const),
  ...(["missing-rows", "missing-mondays"] as const),
)
const sessions = other(
  "decimals of one exchange in one unit; a pair is listed or not; the interval is part of the row's close time",
  ...(["unknown-symbol", "null-rows", "hundredfold-row", "coarser-rows"] as const),
)
const noBans = other("it bans nobody and serves all countries", "banned", "geo-blocked")

const common = { pace: { calls: 1000, perMillis: 1 }, backoffMillis: 1 }

const alphaVantage = {
  without: {
    ...yahoos,
    ...coingeckos,
    ...files,
    ...noBans,
    ...other(
      "its tables are text of one unit and have their interval in them",
      "null-rows",
      "hundredfold-row",
      "coarser-rows",
    ),
  },
  options: { apiKey: "premiumK3Y", tier: "premium", callsPerMinute: 60_000 },
} as const

const coingecko = {
  apiKey: "analystK3Y",
  tier: "analyst",
} as const

export const targets: ReadonlyArray<Target> = [
  {
    name: "Binance's API",
    provider: ({ BARKEEP_BINANCE_URL: baseUrl }, clock) =>
      createBinance({ ...common, clock, baseUrl, archive: "never" }),
    without: { ...alphaVantages, ...yahoos, ...coingeckos, ...files, ...sessions },
    wanted: [
      ["BTCUSDT", "1h", 85],
      ["SOLUSDT", "1d", 90],
    ],
  },
  {
    name: "Binance's archive",
    provider: ({ BARKEEP_BINANCE_URL: baseUrl, BARKEEP_BINANCE_ARCHIVE_URL: archiveUrl }, clock) =>
      createBinance({ ...common, clock, baseUrl, archiveUrl, archive: "always" }),
    without: {
      ...alphaVantages,
      ...yahoos,
      ...coingeckos,
      ...sessions,
      "open-bar":
        "the running bar is asked for in its first hour only, to see that a server is not behind; these are older",
      "duplicated-page": "the API is asked for one page of a series, so that there is none before",
    },
    wanted: [
      ["ETHUSDT", "4h", 70],
      ["BTCUSDT", "1w", 100],
    ],
  },
  {
    name: "Yahoo Finance",
    provider: ({ BARKEEP_YAHOO_URL: baseUrl }, clock) => createYahooFinance({ ...common, clock, baseUrl }),
    without: { ...alphaVantages, ...coingeckos, ...files },
    wanted: [
      ["7203.T", "5m", 8],
      ["MSFT", "1d", 100],
      ["EURUSD=X", "1h", 30],
      ["SPY", "1m", 20],
    ],
  },
  {
    name: "Alpha Vantage (JSON)",
    provider: ({ BARKEEP_ALPHA_VANTAGE_URL: baseUrl }, clock) =>
      createAlphaVantage({ ...common, ...alphaVantage.options, clock, baseUrl }),
    without: { ...alphaVantage.without, "truncated-csv": "JSON was asked for" },
    wanted: [
      ["MSFT", "1h", 100],
      ["TSLA", "1d", 100],
    ],
  },
  {
    name: "Alpha Vantage (CSV)",
    provider: ({ BARKEEP_ALPHA_VANTAGE_URL: baseUrl }, clock) =>
      createAlphaVantage({ ...common, ...alphaVantage.options, clock, baseUrl, datatype: "csv" }),
    without: alphaVantage.without,
    wanted: [
      ["MSFT", "1h", 100],
      ["TSLA", "1w", 200],
    ],
  },
  {
    name: "CoinGecko",
    provider: ({ BARKEEP_COINGECKO_URL: baseUrl }, clock) =>
      createCoingecko({ ...common, ...coingecko, clock, baseUrl }),
    without: {
      ...alphaVantages,
      ...yahoos,
      ...files,
      ...noBans,
      "open-bar absent": "its candles are whole: the running one is not there anyway",
      "open-bar unsettled": "candles are made from prices of the past, which it does not correct",
    },
    wanted: [
      ["BTC/USD", "1d", 190],
      ["ETH/USD", "1h", 40],
    ],
  },
  {
    name: "CoinGecko (points)",
    provider: ({ BARKEEP_COINGECKO_URL: baseUrl }, clock) =>
      createCoingecko({ ...common, ...coingecko, clock, baseUrl }).sampled,
    without: {
      ...alphaVantages,
      ...yahoos,
      ...files,
      ...noBans,
      "open-bar absent":
        "the price of the moment ends questions up to now; those about whole bars end before",
      "open-bar unsettled": "a point is a price of the past, which it does not correct",
      "bad-row off-grid": "points have no grid",
    },
    wanted: [
      ["BTC/USD", "1d", 100],
      ["ETH/USD", "4h", 30],
    ],
  },
]
