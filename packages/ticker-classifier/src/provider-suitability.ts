import { type Instrument, isIntraday, type Timeframe } from "@barkeep/market-data"
import { isCurrency } from "./currencies.ts"
import { alwaysOpen, usListing } from "./exchanges.ts"
import { mayBeExchangeQuote } from "./quote-assets.ts"

/** How well a provider suits an instrument and timeframe, before its tier is looked at. */
export type Suitability =
  | { readonly rank: number; readonly reason: string }
  | { readonly reason: string; readonly help: string }

/**
 * The providers that the rules prefer, best first, whether they are set up or not: crypto from Binance, daily bars from
 * Yahoo Finance, American intraday bars from Alpha Vantage and then Yahoo Finance.
 */
export const preferredProviders = (instrument: Instrument, timeframe: Timeframe): ReadonlyArray<string> => {
  if (isCryptoDerivative(instrument) || isFundIntraday(instrument, timeframe)) return []
  if (instrument.assetClass === "crypto") return isOnExchange(instrument) ? ["binance"] : ["yahoo-finance"]
  const isAlphaFirst = isIntraday(timeframe) && hasAlphaIntraday(instrument)
  return isAlphaFirst ? ["alpha-vantage", "yahoo-finance"] : ["yahoo-finance"]
}

/** What the rules say of a provider; providers they do not know come after the ones they do. */
export const suitability = (provider: string, instrument: Instrument, timeframe: Timeframe): Suitability => {
  if (provider === "coingecko") {
    return {
      reason: "CoinGecko samples prices and gives a rolling volume: no bars of trades",
      help: "it is only a donor for filling gaps",
    }
  }
  if (isFundIntraday(instrument, timeframe)) {
    return { reason: "a fund has one price a day", help: "use 1d, 1w or 1mo" }
  }
  const isKnown = provider === "binance" || provider === "yahoo-finance" || provider === "alpha-vantage"
  if (!isKnown) return { rank: lastRank, reason: "no rule speaks for or against it" }
  if (isCryptoDerivative(instrument)) {
    return {
      reason: "its bars are of the spot market, not of this future",
      help: `use the pair itself${instrument.base === undefined ? "" : `, ${instrument.base}${instrument.currency}`}`,
    }
  }
  if (instrument.assetClass === "crypto") return cryptoSuitability(provider, instrument)
  const reason = reasonFor(provider, instrument, timeframe)
  const preferred = preferredProviders(instrument, timeframe).indexOf(provider)
  return { rank: preferred === -1 ? lastRank - 1 : preferred, reason }
}

/** True when the exchange itself may quote pairs in this asset, so that no composite price is needed. */
export const isOnExchange = ({ assetClass, currency }: Instrument): boolean =>
  assetClass === "crypto" && (currency === undefined || mayBeExchangeQuote(currency))

const lastRank = 9

const isCryptoDerivative = ({ assetClass, market }: Instrument): boolean =>
  assetClass === "future" && market === alwaysOpen.market

const isFundIntraday = ({ assetClass }: Instrument, timeframe: Timeframe): boolean =>
  assetClass === "fund" && isIntraday(timeframe)

/** Alpha Vantage's intraday series are of American listings and currencies. */
const hasAlphaIntraday = ({ assetClass, timeZone }: Instrument): boolean =>
  assetClass === "fx" || ((assetClass === "stock" || assetClass === "etf") && timeZone === usListing.timeZone)

const cryptoSuitability = (provider: string, instrument: Instrument): Suitability => {
  const { base, currency } = instrument
  if (provider === "binance") {
    return isOnExchange(instrument)
      ? { rank: 0, reason: "crypto: Binance is the market of the pair itself" }
      : {
          reason: `Binance has no pairs in ${currency}, and ${base}USDT is another instrument`,
          help: `use ${base}USDT, or Yahoo Finance for ${base}-${currency}`,
        }
  }
  if (currency !== undefined && !isCurrency(currency)) {
    return {
      reason: `it prices crypto in currencies, not in ${currency}`,
      help: "use Binance; a price in another quote is another instrument",
    }
  }
  return {
    rank: provider === "yahoo-finance" ? 1 : 2,
    reason: "a composite of exchanges, priced in a currency",
  }
}

const reasonFor = (provider: string, instrument: Instrument, timeframe: Timeframe): string => {
  const kind = `${instrument.assetClass} ${timeframe}`
  if (provider === "binance") return `${kind}: not Binance's trade`
  if (!isIntraday(timeframe)) {
    return provider === "yahoo-finance"
      ? `${kind}: Yahoo Finance has the whole daily history, without a key`
      : `${kind}: Alpha Vantage, after Yahoo Finance`
  }
  if (provider === "yahoo-finance") return `${kind}: Yahoo Finance, inside its look-back`
  return hasAlphaIntraday(instrument)
    ? `${kind}: Alpha Vantage reaches back furthest`
    : `${kind}: Alpha Vantage, which covers few instruments of this kind`
}
