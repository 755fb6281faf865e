import type { Adjustment, Bars, Instrument, Timeframe } from "@barkeep/market-data"
import { readRecorded } from "./shared-data.ts"

/** Two vendors' recordings of what they call the same thing. */
export interface RealPair {
  readonly name: string
  readonly instrument: Instrument
  readonly timeframe: Timeframe
  readonly adjustment: Adjustment
  readonly donorAdjustment: Adjustment
  readonly own: () => Bars
  readonly donor: () => Bars
}

const pair = (symbol: string, base: string, currency: string): Instrument => ({
  symbol,
  assetClass: "crypto",
  market: "24/7",
  timeZone: "UTC",
  base,
  currency,
})
const newYork = "America/New_York"
const share = (symbol: string): Instrument => ({
  symbol,
  assetClass: symbol === "SPY" || symbol === "XLK" ? "etf" : "stock",
  market: "XNYS",
  timeZone: newYork,
  currency: "USD",
})
const bitcoin = pair("BTCUSDT", "BTC", "USDT")

const crypto = (
  name: string,
  instrument: Instrument,
  timeframe: Timeframe,
  own: () => Bars,
  donor: () => Bars,
): RealPair => ({ name, instrument, timeframe, adjustment: "none", donorAdjustment: "none", own, donor })

const daily = (
  name: string,
  symbol: string,
  bases: readonly [Adjustment, Adjustment],
  own: string,
  donor: string,
): RealPair => ({
  name,
  instrument: share(symbol),
  timeframe: "1d",
  adjustment: bases[0],
  donorAdjustment: bases[1],
  own: () => readRecorded(`us-daily/${own}`, { zone: newYork }),
  donor: () => readRecorded(`us-daily/${donor}`, { zone: newYork }),
})

const binanceHours = (): Bars => readRecorded("crypto/binance_BTCUSDT_1h_cdd.csv.gz")
const binanceDays = (): Bars => readRecorded("crypto/binance_BTCUSDT_1d_cdd.csv.gz")

export const realPairs: ReadonlyArray<RealPair> = [
  crypto("BTCUSDT 1h Binance, two copies", bitcoin, "1h", binanceHours, () =>
    readRecorded("crypto/lean_binance_BTCUSDT_1h.csv.gz"),
  ),
  crypto("BTCUSDT 1h Binance, copy of 2018", bitcoin, "1h", binanceHours, () =>
    readRecorded("crypto/binance_BTCUSDT_multi_20180428.csv.gz", { timeframe: "1h" }),
  ),
  crypto("BTCUSDT 1d Binance, copy of 2018", bitcoin, "1d", binanceDays, () =>
    readRecorded("crypto/binance_BTCUSDT_multi_20180428.csv.gz", { timeframe: "1d" }),
  ),
  crypto("BTC 1d labelled a day early", bitcoin, "1d", binanceDays, () =>
    readRecorded("crypto/sis_BTC_1d_2017_2021.csv.gz"),
  ),
  crypto(
    "BTC 1m Binance BUSD, Bybit USDT",
    pair("BTCBUSD", "BTC", "BUSD"),
    "1m",
    () => readRecorded("crypto/binance_BTCBUSD_1m_20221213.csv.gz"),
    () => readRecorded("crypto/bybit_BTCUSDT_1m_20221213.csv.gz"),
  ),
  crypto(
    "ETH-USD 1d Coinbase, two downloads",
    pair("ETHUSD", "ETH", "USD"),
    "1d",
    () => readRecorded("crypto/coinbase_ETH-USD_1d_snap20251028.csv.gz"),
    () => readRecorded("crypto/coinbase_ETH-USD_1d_snap20260310.csv.gz"),
  ),
  crypto(
    "ADA/BTC 1h Binance, Bittrex",
    pair("ADABTC", "ADA", "BTC"),
    "1h",
    () => readRecorded("crypto/binance_ADABTC_multi_20180722.csv.gz", { timeframe: "1h" }),
    () => readRecorded("crypto/bittrex_ADABTC_multi_20180722.csv.gz", { timeframe: "1h" }),
  ),
  daily(
    "SPY 1d AlgoSeek, Yahoo",
    "SPY",
    ["none", "splits"],
    "lean_SPY_1d.csv.gz",
    "yahoo_SPY_1d_2008_2018.csv.gz",
  ),
  daily(
    "AAPL 1d Yahoo, raw AlgoSeek",
    "AAPL",
    ["splits", "none"],
    "yahoo_AAPL_1d_2004_2018.csv.gz",
    "lean_AAPL_1d.csv.gz",
  ),
  daily(
    "AAPL 1d raw 2013, raw AlgoSeek",
    "AAPL",
    ["none", "none"],
    "unadjusted_AAPL_1d_2013.csv.gz",
    "lean_AAPL_1d.csv.gz",
  ),
  daily(
    "AAPL 1d raw 2013, Yahoo",
    "AAPL",
    ["none", "splits"],
    "unadjusted_AAPL_1d_2013.csv.gz",
    "yahoo_AAPL_1d_2004_2018.csv.gz",
  ),
  daily(
    "XLK 1d Yahoo, earlier download",
    "XLK",
    ["splits", "splits"],
    "yahoo_XLK_1d_2019_20260710.csv.gz",
    "yahoo_XLK_1d_2024_20260429.csv.gz",
  ),
  {
    name: "EURUSD 1d OANDA, FXCM (other day)",
    instrument: {
      symbol: "EURUSD=X",
      assetClass: "fx",
      market: "24/5",
      timeZone: "UTC",
      base: "EUR",
      currency: "USD",
    },
    timeframe: "1d",
    adjustment: "none",
    donorAdjustment: "none",
    own: () => readRecorded("fx/oanda_EURUSD_1d.csv.gz"),
    donor: () => readRecorded("fx/fxcm_EURUSD_1d.csv.gz"),
  },
]
