import { type Timeframe, timeframes } from "@barkeep/market-data"
import type { Capabilities, TimeframeCapability } from "@barkeep/provider-kit"
import { pageBars, weightBudget } from "./endpoints.ts"

const restApi = "https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md"

/** Binance spot as anybody may use it, without a key. */
export const binanceCapabilities: Capabilities = {
  provider: "binance",
  tier: "public",
  assetClasses: ["crypto"],
  timeframes: Object.fromEntries(timeframes.map((timeframe) => [timeframe, { pageBars }])) satisfies {
    [name in Timeframe]?: TimeframeCapability
  },
  // Binance counts a minute from when calls arrive, we from when they leave: the second more is for the way there.
  budgets: [{ id: weightBudget, unit: "weight", amount: 6000, perMillis: 61_000 }],
  adjustment: "none",
  volume: "base",
  label: "open",
  // A bar is final when it closes; the margin covers an answer that was on its way at that moment.
  settleMillis: 60_000,
  provesAbsence: true,
  sources: [
    {
      fact: "GET /api/v3/klines: 1000 rows a call, weight 2, times in UTC",
      url: `${restApi}#klinecandlestick-data`,
    },
    { fact: "GET /api/v3/exchangeInfo: weight 20", url: `${restApi}#exchange-information` },
    {
      fact: "weight 6000 a minute and address; 429, then 418 with growing bans",
      url: `${restApi}#ip-limits`,
    },
    {
      fact: "limits in force are listed in exchangeInfo.rateLimits",
      url: "https://github.com/binance/binance-spot-api-docs/blob/master/enums.md",
    },
    {
      fact: "error codes",
      url: "https://github.com/binance/binance-spot-api-docs/blob/master/errors.md",
    },
    {
      fact: "the archive: zips by month and day with their SHA-256, daily ones up to 1d, microseconds from 2025 on",
      url: "https://github.com/binance/binance-public-data",
    },
    {
      fact: "the archive has no rate limit",
      url: "https://github.com/binance/binance-public-data/issues/9",
    },
    {
      fact: "the archive's files of 2018-02 have rows off the grid",
      url: "https://github.com/binance/binance-public-data/issues/14",
    },
    {
      fact: "files of the archive are cut short, and republished",
      url: "https://github.com/binance/binance-public-data/issues/413",
    },
    {
      fact: "public market data without a key at data-api.binance.vision",
      url: "https://developers.binance.com/docs/binance-spot-api-docs/faqs/market_data_only",
    },
  ],
}
