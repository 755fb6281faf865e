import type { Instrument } from "@barkeep/market-data"
import type { Capabilities, TimeframeCapability } from "@barkeep/provider-kit"
import { callsBudget } from "./endpoints.ts"
import type { OfferedTimeframe } from "./timeframes.ts"

const minute = 60_000
const day = 24 * 60 * minute

const sixtyDays: TimeframeCapability = { lookBackMillis: 60 * day, pageMillis: 60 * day }

/** How far back Yahoo reaches and how much one call may ask; days, weeks and months come whole, in one call. */
export const reaches: { readonly [name in OfferedTimeframe]: TimeframeCapability } = {
  "1m": { lookBackMillis: 30 * day, pageMillis: 7 * day },
  "5m": sixtyDays,
  "15m": sixtyDays,
  "30m": sixtyDays,
  "1h": { lookBackMillis: 730 * day, pageMillis: 730 * day },
  "1d": {},
  "1w": {},
  "1mo": {},
}

const yfinance = "https://github.com/ranaroussi/yfinance/issues"

/**
 * Yahoo Finance as anybody may use it, without a key. `volume` says what it is for shares; see `volumeMeaning` for other
 * instruments.
 */
export const yahooFinanceCapabilities: Capabilities = {
  provider: "yahoo-finance",
  tier: "public",
  assetClasses: ["stock", "etf", "fund", "index", "future", "fx", "crypto"],
  timeframes: reaches,
  budgets: [callsBudget],
  adjustment: "splits",
  volume: "shares",
  label: "open",
  anchor: "session",
  // Yahoo corrects bars overnight and sometimes days later: five sessions, which a week holds.
  settleMillis: 7 * day,
  sources: [
    { fact: "1m: within 30 days, 7 days a call", url: `${yfinance}/1589` },
    { fact: "5m, 15m, 30m: within 60 days", url: `${yfinance}/2902` },
    { fact: "1h: within 730 days", url: `${yfinance}/2451` },
    {
      fact: "prices are adjusted for splits, only adjclose for dividends",
      url: "https://finance.yahoo.com/quote/AAPL/history/",
    },
    { fact: "bars are corrected overnight", url: "https://github.com/daniel3303/Equibles/issues/4278" },
    { fact: "prices of past days may be missing for days", url: `${yfinance}/2925` },
    {
      fact: "quotes of exchanges are late by up to 30 minutes",
      url: "https://help.yahoo.com/kb/SLN2310.html",
    },
    { fact: "429 without a published limit", url: `${yfinance}/2284` },
  ],
}

/**
 * What the volume of an instrument counts: `shares` (contracts for futures), `quote` for crypto, whose volume is in the
 * quote currency, `none` for currencies and funds, of which Yahoo sends zeros that mean nothing and become NaN.
 */
export const volumeMeaning = ({ assetClass }: Pick<Instrument, "assetClass">): "shares" | "quote" | "none" =>
  assetClass === "crypto" ? "quote" : assetClass === "fx" || assetClass === "fund" ? "none" : "shares"

/** Quotes of some exchanges reach Yahoo this late; a bar that ended later may still be growing there. */
export const feedDelayMillis = 30 * minute
