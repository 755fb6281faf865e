import type { Certainty } from "./classification.ts"
import { isKnownAsset } from "./crypto-assets.ts"
import { isCurrency, isMetal } from "./currencies.ts"
import { type QuoteKind, quoteSplits } from "./quote-assets.ts"
import { cryptoReading, evidence, fxReading, type Reading } from "./reading.ts"

/** True for the codes that make an FX pair when both halves are of this kind. */
export const isMoney = (code: string): boolean => isCurrency(code) || isMetal(code)

/** `EURUSD`, `XAUUSD`: six letters, both halves currencies or metals. */
export const readCurrencyCodes = (text: string): Reading | undefined => {
  const base = text.slice(0, 3)
  const currency = text.slice(3)
  if (text.length !== 6 || base === currency || !isMoney(base) || !isMoney(currency)) return undefined
  return fxReading(
    base,
    currency,
    "certain",
    evidence("currency-codes", `${base} and ${currency} are currency codes`),
  )
}

/** A split of a text into base and quote of a crypto pair. */
export interface JoinedPair {
  readonly reading: Reading
  /** True when a pair is the best reading; else only if no share ticker looks like this. */
  readonly isStrong: boolean
}

/**
 * The ways to read a text without separator as a crypto pair: those with a known base first, then the longest quote
 * first. `BTCBUSD` is BTC/BUSD; `BNBUSD` is BNB/USD although it ends with BUSD too.
 */
export const readJoinedPairs = (text: string): ReadonlyArray<JoinedPair> => {
  const splits = quoteSplits(text).filter(({ base, kind }) => !(kind === "fiat" && isMoney(base)))
  const tiers = [
    splits.filter(({ base }) => isKnownAsset(base)),
    // A currency is a base before a stablecoin or coin (`EURUSDT`); two currencies are an FX pair.
    splits.filter(({ base }) => isCurrency(base) && !isKnownAsset(base)),
    splits.filter(({ base, quote, kind }) => !isKnownBase(base) && isTelling(quote, kind)),
  ]
  const isAmbiguous = (tiers.find((tier) => tier.length > 0)?.length ?? 0) > 1
  return tiers.flat().map(({ base, quote, kind }) => {
    const isKnown = isKnownBase(base)
    const isStrong = isStrongPair(text, kind, isKnown)
    const certainty = isAmbiguous || !isStrong ? "guess" : certaintyOf(text, kind, isKnown)
    return { reading: pairReading(text, base, quote, certainty, isKnown), isStrong }
  })
}

const isKnownBase = (base: string): boolean => isKnownAsset(base) || isCurrency(base)

/** American tickers have at most five letters; four-letter ones that end with a coin (`METH`, `ABNB`) are shares. */
const longestUsTicker = 5

/** Fiat quotes that crypto assets of every name have; others count only after a known base (`COUNTRY`, `HYUNDAI`). */
const commonFiat: ReadonlySet<string> = new Set(["USD", "EUR", "GBP"])

const isTelling = (quote: string, kind: QuoteKind): boolean =>
  kind === "stablecoin" || kind === "coin" || commonFiat.has(quote)

const isStrongPair = (text: string, kind: QuoteKind, isKnown: boolean): boolean =>
  isKnown || kind !== "fiat" ? text.length >= longestUsTicker : text.length > longestUsTicker

const certaintyOf = (text: string, kind: QuoteKind, isKnown: boolean): Certainty => {
  if (isKnown) return text.length > longestUsTicker || kind === "stablecoin" ? "certain" : "likely"
  return kind === "stablecoin" ? "likely" : "guess"
}

const pairReading = (
  text: string,
  base: string,
  quote: string,
  certainty: Certainty,
  isKnown: boolean,
): Reading =>
  cryptoReading(
    text,
    base,
    quote,
    certainty,
    evidence("quote-asset", `ends with the quote asset ${quote}; the base is ${base}`),
    evidence("known-asset", isKnown ? `${base} is a known asset` : `${base} is not among the known assets`),
  )
