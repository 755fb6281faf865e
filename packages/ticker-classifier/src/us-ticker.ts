import type { Instrument } from "@barkeep/market-data"
import type { Evidence } from "./classification.ts"
import { isKnownAsset } from "./crypto-assets.ts"
import { usListing } from "./exchanges.ts"
import { findIndex } from "./indices.ts"
import { findListing, type Listing } from "./listings.ts"
import { usualPair } from "./quote-assets.ts"
import { evidence, type Reading } from "./reading.ts"

/** One to five letters: the shape of every American ticker, before a share class. */
export const isUsTicker = (text: string): boolean => /^[A-Z]{1,5}$/.test(text)

/** An American listing: the table's word, else what the letters say. */
export const readUsTicker = (symbol: string, listing: Listing | undefined = findListing(symbol)): Reading => {
  if (listing !== undefined) {
    const market = listing.market ?? usListing.market
    const detail = `${listing.assetClass === "etf" ? "a fund traded on" : "a share listed on"} ${market}`
    return {
      instrument: { symbol, assetClass: listing.assetClass, ...usListing, market },
      certainty: isKnownAsset(symbol) ? "likely" : "certain",
      evidence: [evidence("listing-table", `${symbol} is ${detail}`), ...assetOfThatName(symbol)],
    }
  }
  if (/^[A-Z]{4}X$/.test(symbol)) return usFund(symbol, "five letters ending with X: an American mutual fund")
  const isAmbiguous = isKnownAsset(symbol) || findIndex(`^${symbol}`) !== undefined
  return {
    instrument: usShare(symbol),
    certainty: isAmbiguous ? "guess" : "likely",
    evidence: [
      evidence(
        "us-syntax",
        `${symbol.length === 1 ? "one letter" : `${symbol.length} letters`}: an American ticker`,
      ),
      ...fifthLetter(symbol),
      sharedCalendar,
      ...assetOfThatName(symbol),
    ],
  }
}

export const usShare = (symbol: string): Instrument => ({ symbol, assetClass: "stock", ...usListing })

export const sharedCalendar: Evidence = evidence(
  "us-syntax",
  "US listing, NYSE and Nasdaq share the calendar; which of the two is not in the ticker",
)

const assetOfThatName = (symbol: string): ReadonlyArray<Evidence> =>
  isKnownAsset(symbol)
    ? [evidence("known-asset", `also a crypto asset; as a pair it needs a quote: ${usualPair(symbol)}`)]
    : []

export const usFund = (symbol: string, detail: string): Reading => ({
  instrument: { symbol, assetClass: "fund", ...usListing },
  certainty: "likely",
  evidence: [evidence("fund-syntax", detail), sharedCalendar],
})

/** @see https://www.nasdaqtrader.com/trader.aspx?id=nasdaqstocksymbols */
const fifthLetter = (symbol: string): ReadonlyArray<Evidence> => {
  const meaning = symbol.length < 5 ? undefined : fifthLetters[symbol.slice(-1)]
  return meaning === undefined ? [] : [evidence("us-syntax", `fifth letter ${symbol.slice(-1)}: ${meaning}`)]
}

const fifthLetters: Readonly<Record<string, string>> = {
  F: "a foreign share, over the counter",
  Y: "a depositary receipt, over the counter",
  Q: "in bankruptcy",
  R: "rights",
  U: "units",
  W: "warrants",
}

/** The answer where nothing decides. */
export const guessedTicker = (symbol: string): Reading => ({
  instrument: usShare(symbol),
  certainty: "guess",
  evidence: [
    evidence(
      "no-known-shape",
      "no exchange suffix, no known quote asset, no American ticker's shape; vendors look such names up as American",
    ),
    sharedCalendar,
  ],
})
