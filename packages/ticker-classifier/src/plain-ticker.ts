import type { ExchangeSymbol, TickerContext } from "./classification.ts"
import { isKnownAsset } from "./crypto-assets.ts"
import { findIndex } from "./indices.ts"
import { readCurrencyCodes, readJoinedPairs } from "./joined-pair.ts"
import { findListing } from "./listings.ts"
import { mayBeExchangeQuote, usualPair, usualQuote } from "./quote-assets.ts"
import { cryptoReading, evidence, type Reading, type ReadingsOrRefusal, refusal } from "./reading.ts"
import { guessedTicker, isUsTicker, readUsTicker, usFund } from "./us-ticker.ts"

/** Longer texts without a known quote asset are no ticker on any exchange. */
export const longestPlainTicker = 10
const fundId = /^0P[0-9A-Z]{8}$/
const optionSymbol = /^[A-Z]{1,6}(?=\d{6}[CP]\d{8}$)/
const isNumber = /^\d+$/

export const isFundId = (text: string): boolean => fundId.test(text)

/**
 * Reads a text without separators and marks: `BTCUSDT`, `EURUSD`, `AAPL`, `VFINX`, `0P0000XTS7`. First comes what a
 * list says, then pairs that cannot be share tickers, then American tickers, then the rest.
 */
export const readPlainTicker = (text: string, context: TickerContext): ReadingsOrRefusal => {
  const listed = context.exchangeSymbols?.get(text)
  const pairs = readJoinedPairs(text)
  const pairsThat = (areStrong: boolean): ReadonlyArray<Reading> =>
    pairs
      .filter(({ isStrong }) => isStrong === areStrong)
      .map(({ reading }) => notListedReading(reading, context))
  const [first, ...rest] = [
    findListing(text) === undefined ? undefined : readUsTicker(text),
    listed === undefined ? undefined : listedReading(text, listed),
    isFundId(text) ? usFund(text, "Morningstar's id of a fund") : undefined,
    readCurrencyCodes(text),
    ...pairsThat(true),
    isUsTicker(text) ? readUsTicker(text) : undefined,
    readIndexName(text),
    ...pairsThat(false),
    isKnownAsset(text) ? bareAsset(text) : undefined,
  ].filter((reading) => reading !== undefined)
  if (first !== undefined && !isOnlyBareAsset(first, text)) return [first, ...otherPairs(first, rest)]
  const guess = guessedTicker(text)
  return unreadable(text) ?? [guess, ...otherPairs(guess, rest)]
}

/** The text itself is taken by the first reading: a pair that it could mean as well is written with a dash. */
const otherPairs = (first: Reading, rest: ReadonlyArray<Reading>): ReadonlyArray<Reading> =>
  rest.flatMap((reading) => {
    const { symbol, base, currency } = reading.instrument
    if (base === undefined || symbol !== first.instrument.symbol) return [reading]
    if (base === first.instrument.base && currency === first.instrument.currency) return []
    return [{ ...reading, instrument: { ...reading.instrument, symbol: `${base}-${currency}` } }]
  })

/** What the exchange's own list says of a symbol; `symbol` is the key that it gets. */
export const listedReading = (symbol: string, entry: ExchangeSymbol): Reading =>
  cryptoReading(
    symbol,
    entry.base,
    entry.quote,
    "certain",
    evidence(
      "exchange-list",
      `the exchange lists it as ${entry.base}/${entry.quote}, status ${entry.status}`,
    ),
  )

/** The reading with what the exchange's list says by not naming it; nothing for quotes that the exchange has not. */
export const notListedReading = (reading: Reading, context: TickerContext): Reading =>
  context.exchangeSymbols === undefined || !mayBeExchangeQuote(reading.instrument.currency ?? "")
    ? reading
    : {
        ...reading,
        certainty: reading.certainty === "guess" ? "guess" : "likely",
        evidence: [
          ...reading.evidence,
          evidence("exchange-list", "not in the exchange's list: delisted, or another venue's"),
        ],
      }

/** `N225`, the name of an index without its mark. */
const readIndexName = (text: string): Reading | undefined => {
  const entry = findIndex(`^${text}`)
  if (entry === undefined) return undefined
  const { name, market, timeZone, currency } = entry
  return {
    instrument: { symbol: `^${text}`, assetClass: "index", market, timeZone, currency },
    certainty: "guess",
    evidence: [evidence("index-table", `^${text} is the index ${name}`)],
  }
}

const bareAsset = (asset: string): Reading =>
  cryptoReading(
    usualPair(asset),
    asset,
    usualQuote(asset),
    "guess",
    evidence("known-asset", `${asset} is a crypto asset, most often quoted in ${usualQuote(asset)}`),
  )

/** An asset without a quote is no instrument: which pair is meant must be said. */
const isOnlyBareAsset = (first: Reading, text: string): boolean => first.instrument.symbol === usualPair(text)

const unreadable = (text: string): ReadingsOrRefusal | undefined => {
  const underlying = optionSymbol.exec(text)?.[0]
  if (underlying !== undefined) return refusal("a ticker with bars; options are not supported", underlying)
  if (isKnownAsset(text)) return refusal("a pair: the quote asset is missing", usualPair(text), `${text}BTC`)
  if (isNumber.test(text)) {
    return refusal(
      "a ticker: a number needs its exchange's suffix",
      ...(numericExchanges[text.length] ?? []).map((suffix) => `${text}.${suffix}`),
    )
  }
  return text.length > longestPlainTicker
    ? refusal(`a ticker: longer than ${longestPlainTicker} characters without a known quote asset`)
    : undefined
}

/** Where numbers of that length are tickers. */
const numericExchanges: Readonly<Record<number, ReadonlyArray<string>>> = {
  4: ["T", "HK", "TW", "SR", "KL"],
  6: ["SS", "SZ", "KS", "KQ", "BO"],
}
