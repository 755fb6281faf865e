import type { Timeframe } from "@barkeep/market-data"
import type { Capabilities, TimeframeCapability } from "@barkeep/provider-kit"
import type { BarLabel } from "./options.ts"
import { type AlphaVantageTier, limitsOf } from "./tiers.ts"
import { offeredTimeframes } from "./timeframes.ts"

const day = 86_400_000

/** The rows of a free daily answer. */
export const compactRows = 100

/** A hundred sessions, five a week and none missing, span at least this many days; holidays only add to it. */
const compactReachMillis = 137 * day

const longestMonth = 31 * day
const sessionMinutes = 390
const monthSessions = 23

/** What one call can give: a month of sessions intraday, everything else whole. */
const reaches: { readonly [name in Timeframe]?: TimeframeCapability } = {
  "1m": { pageMillis: longestMonth, pageBars: monthSessions * sessionMinutes },
  "5m": { pageMillis: longestMonth, pageBars: monthSessions * (sessionMinutes / 5) },
  "15m": { pageMillis: longestMonth, pageBars: monthSessions * (sessionMinutes / 15) },
  "30m": { pageMillis: longestMonth, pageBars: monthSessions * (sessionMinutes / 30) },
  // From 09:00 on, so seven a session.
  "1h": { pageMillis: longestMonth, pageBars: monthSessions * 7 },
  "1d": {},
  "1w": {},
  "1mo": {},
}

const reachOf = (tier: AlphaVantageTier, timeframe: Timeframe): TimeframeCapability =>
  tier === "free" && timeframe === "1d"
    ? { lookBackMillis: compactReachMillis, pageBars: compactRows }
    : (reaches[timeframe] ?? {})

/**
 * How long after its end a bar counts as provisional. Alpha Vantage documents neither when a session's bars appear nor
 * until when it corrects them; a week holds the delays that its users report, with a holiday on either side.
 */
const settleMillis = 7 * day

const documentation = "https://www.alphavantage.co/documentation/"

/**
 * What Alpha Vantage gives for a key of that tier. A free key has no intraday bars since 2023 and the latest hundred
 * days since 2025; weeks and months it still has whole.
 * @param options of the provider that change what it can do
 * @throws {InvalidInput} when `callsPerMinute` is no positive whole number
 */
export const alphaVantageCapabilities = (
  tier: AlphaVantageTier,
  options: { readonly callsPerMinute?: number; readonly label?: BarLabel } = {},
): Capabilities => ({
  provider: "alpha-vantage",
  tier,
  assetClasses: ["stock", "etf"],
  timeframes: Object.fromEntries(
    offeredTimeframes(tier).map((timeframe) => [timeframe, reachOf(tier, timeframe)]),
  ),
  budgets: limitsOf(tier, options.callsPerMinute).budgets,
  adjustment: "none",
  volume: "shares",
  label: options.label ?? "open",
  anchor: "clock",
  settleMillis,
  sources: [
    {
      fact: "intraday by month since 2000-01, adjusted=false, extended_hours=false",
      url: `${documentation}#intraday`,
    },
    { fact: "daily: compact is 100 rows, full 20+ years; as traded", url: `${documentation}#daily` },
    {
      fact: "weekly and monthly: whole history, dated by the last session of the period",
      url: `${documentation}#weekly`,
    },
    {
      fact: "free key: 25 requests a day; premium from 75 a minute, no limit a day",
      url: "https://www.alphavantage.co/premium/",
    },
    {
      fact: "free key: one request a second since December 2025",
      url: "https://github.com/finance-quote/finance-quote/issues/546",
    },
    { fact: "intraday is a premium endpoint", url: "https://github.com/Gbox4/tstock/issues/26" },
    {
      fact: "free daily is the last 100 values",
      url: "https://github.com/wealthfolio/wealthfolio/issues/894",
    },
    {
      fact: "parameters of all functions, in the vendor's own client",
      url: "https://github.com/alphavantage/alpha_vantage_mcp/blob/93b9798130882618153e0f8e4748fce69f7ace47/api/src/av_api/tools/core_stock_apis.py",
    },
  ],
})
