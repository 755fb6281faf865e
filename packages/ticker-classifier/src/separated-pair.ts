import type { Certainty, TickerContext } from "./classification.ts"
import { isKnownAsset } from "./crypto-assets.ts"
import { isMoney } from "./joined-pair.ts"
import { listedReading, notListedReading, readPlainTicker } from "./plain-ticker.ts"
import { quoteKind } from "./quote-assets.ts"
import { cryptoReading, evidence, fxReading, isRefusal, type Reading } from "./reading.ts"
import { readUsShare } from "./us-shares.ts"

/**
 * Reads two parts with `-`, `/` or `_` between them: `BTC/USDT`, `BTC-USD`, `EUR/USD`, `BRK-B`. A second part that is a
 * known quote asset makes a pair, a share code makes an American share, anything else is at best an unknown pair.
 */
export const readSeparated = (
  left: string,
  right: string,
  context: TickerContext,
): ReadonlyArray<Reading> => {
  const share = readUsShare(left, right)
  if (left === right) return share === undefined ? [] : [share]
  const listed = context.exchangeSymbols?.get(left + right)
  if (listed !== undefined && listed.base === left && listed.quote === right) {
    return [listedReading(pairSymbol(left, right, context), listed)]
  }
  if (isMoney(left) && isMoney(right)) {
    return [
      fxReading(
        left,
        right,
        "certain",
        evidence("currency-codes", `${left} and ${right} are currency codes`),
      ),
    ]
  }
  if (quoteKind(right) !== undefined) return [quotedPair(left, right, context)]
  if (share !== undefined) return [share]
  return isAssetName(left) && isUnknownQuote(right) ? [unknownPair(left, right, context)] : []
}

/**
 * The cache key of a pair: base and quote joined, as exchanges spell it. Where the joined text would be read as
 * something else (`METH` is a share, not M/ETH), the dash stays, so that a key always means one thing.
 */
const pairSymbol = (base: string, quote: string, context: TickerContext): string => {
  const joined = readPlainTicker(base + quote, context)
  if (isRefusal(joined)) return `${base}-${quote}`
  const { assetClass, base: joinedBase, currency } = joined[0].instrument
  const isSame = assetClass === "crypto" && joinedBase === base && currency === quote
  return isSame ? base + quote : `${base}-${quote}`
}

const quotedPair = (base: string, quote: string, context: TickerContext): Reading => {
  const certainty: Certainty = isKnownAsset(base) ? "certain" : "likely"
  const reading = cryptoReading(
    pairSymbol(base, quote, context),
    base,
    quote,
    certainty,
    evidence("pair-syntax", `two parts, the second is the quote asset ${quote}`),
    ...(isKnownAsset(base) ? [evidence("known-asset", `${base} is a known asset`)] : []),
    ...(/^[A-Z]+\d{3,}$/.test(base)
      ? [evidence("pair-syntax", `the digits of ${base} tell assets of one name apart, as Yahoo does`)]
      : []),
  )
  return notListedReading(reading, context)
}

const unknownPair = (base: string, quote: string, context: TickerContext): Reading =>
  cryptoReading(
    pairSymbol(base, quote, context),
    base,
    quote,
    "guess",
    evidence("pair-syntax", `two parts like a pair, but ${quote} is not among the known quote assets`),
  )

/** Shorter second parts are share codes, longer ones names of other things (`etc/passwd`). */
const isUnknownQuote = (text: string): boolean => /^(?=.*[A-Z])[A-Z0-9]{3,5}$/.test(text) && text !== "PERP"

const isAssetName = (text: string): boolean => /^(?=.*[A-Z])[A-Z0-9]{2,10}$/.test(text)
