import type { TickerContext } from "./classification.ts"
import { findOverride } from "./overrides.ts"
import { longestPlainTicker } from "./plain-ticker.ts"
import { mayBeExchangeQuote } from "./quote-assets.ts"
import { isSafeTicker, isUnusable, readTicker, upperCase } from "./read-ticker.ts"
import { isRefusal, type Reading } from "./reading.ts"

/** What is known of a text besides its letters. */
export interface ListNeed extends Pick<TickerContext, "overrides"> {
  /** The text is said to be a symbol of that exchange: whatever is not certain without the list then needs it. */
  readonly isOfExchange?: boolean
}

/**
 * True when only a crypto exchange's own symbol list can settle what a text is: known quote assets leave it open
 * whether it is a pair, or which. False for everything that tables, marks, suffixes or an override's asset class
 * settle, so that most texts need no list.
 * @example
 * needsExchangeList("BTCUSDT") // => false
 * needsExchangeList("WSBTC") // => true
 */
export const needsExchangeList = (
  text: string,
  { overrides, isOfExchange = false }: ListNeed = {},
): boolean => {
  const ticker = upperCase(text)
  const readings = readTicker(ticker, {})
  if (isRefusal(readings)) return overrides?.get(ticker)?.assetClass === undefined && isRefusedAsPair(ticker)
  const [first] = readings
  if (findOverride(overrides, ticker, first.instrument.symbol)?.assetClass !== undefined) return false
  if (first.certainty === "certain" || !isPlain(ticker)) return false
  const { assetClass } = first.instrument
  if (isOfExchange) return true
  if (first.certainty === "likely" && assetClass === "crypto") return false
  return hasNoKnownShape(first) || readings.some((reading) => isPairOf(ticker, reading))
}

/** The letters of the exchange's symbols, with or without a separator. */
const isPlain = (ticker: string): boolean => /^[A-Z0-9]+(?:[-/_][A-Z0-9]+)?$/.test(ticker)

/** What the rules refuse for its letters or its length only; options, which end with digits, are no pairs. */
const isRefusedAsPair = (ticker: string): boolean =>
  isSafeTicker(ticker)
    ? /^[A-Z0-9]+[A-Z]$/.test(ticker) && ticker.length > longestPlainTicker
    : !isUnusable(ticker)

const hasNoKnownShape = ({ evidence }: Reading): boolean =>
  evidence.some(({ rule }) => rule === "no-known-shape")

/** True for a reading of these very letters as a pair that the exchange may have; it has none in dollars. */
const isPairOf = (ticker: string, { instrument: { assetClass, base, currency } }: Reading): boolean =>
  assetClass === "crypto" &&
  currency !== undefined &&
  `${base}${currency}` === ticker.replace(/[-/_]/, "") &&
  mayBeExchangeQuote(currency)
