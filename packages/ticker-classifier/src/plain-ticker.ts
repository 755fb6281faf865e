import type { Instrument } from "@barkeep/market-data"
import type { Evidence, ExchangeSymbol, TickerContext } from "./classification.ts"
import { isKnownAsset } from "./crypto-assets.ts"
import { usListing } from "./exchanges.ts"
import { findIndex } from "./indices.ts"
import { readCurrencyCodes, readJoinedPairs } from "./joined-pair.ts"
import { findListing, type Listing } from "./listings.ts"
import { cryptoReading, evidence, type Reading, type ReadingsOrRefusal, refusal } from "./reading.ts"

/** Longer texts without a known quote asset are no ticker on any exchange. */
const longestPlainTicker = 10
const usTicker = /^[A-Z]{1,5}$/
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
  const isPair = (wanted: boolean): ReadonlyArray<Reading> =>
    pairs
      .filter(({ isStrong }) => isStrong === wanted)
      .map(({ reading }) => notListedReading(reading, context))
  const [first, ...rest] = [
    ...optional(findListing(text), (listing) => readUsTicker(text, listing)),
    ...optional(listed, (entry) => listedReading(text, entry)),
    ...optional(fundId.test(text) || undefined, () => usFund(text, "Morningstar's id of a fund")),
    ...optional(readCurrencyCodes(text), (reading) => reading),
    ...isPair(true),
    ...optional(usTicker.test(text) || undefined, () => readUsTicker(text)),
    ...optional(findIndex(`^${text}`), (entry) => bareIndex(text, entry)),
    ...isPair(false),
    ...optional(isKnownAsset(text) || undefined, () => bareAsset(text)),
  ]
  if (first !== undefined && !isOnlyBareAsset(first, text)) return [first, ...otherPairs(first, rest)]
  const guess = fallback(text)
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

/** The reading with what the exchange's list says by not naming it. */
export const notListedReading = (reading: Reading, context: TickerContext): Reading =>
  context.exchangeSymbols === undefined
    ? reading
    : {
        ...reading,
        certainty: reading.certainty === "guess" ? "guess" : "likely",
        evidence: [
          ...reading.evidence,
          evidence("exchange-list", "not in the exchange's list: delisted, or another venue's"),
        ],
      }

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
    ? [evidence("known-asset", `also a crypto asset; as a pair it needs a quote: ${symbol}USDT`)]
    : []

const optional = <A>(value: A | undefined, read: (value: A) => Reading): ReadonlyArray<Reading> =>
  value === undefined ? [] : [read(value)]

const usFund = (symbol: string, detail: string): Reading => ({
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

const bareIndex = (
  text: string,
  { name, market, timeZone, currency }: NonNullable<ReturnType<typeof findIndex>>,
) => ({
  instrument: { symbol: `^${text}`, assetClass: "index", market, timeZone, currency } as const,
  certainty: "guess" as const,
  evidence: [evidence("index-table", `^${text} is the index ${name}`)],
})

const bareAsset = (asset: string): Reading =>
  cryptoReading(
    `${asset}USDT`,
    asset,
    "USDT",
    "guess",
    evidence("known-asset", `${asset} is a crypto asset, most often quoted in USDT`),
  )

/** An asset without a quote is no instrument: which pair is meant must be said. */
const isOnlyBareAsset = (first: Reading, text: string): boolean => first.instrument.symbol === `${text}USDT`

const unreadable = (text: string): ReadingsOrRefusal | undefined => {
  const underlying = optionSymbol.exec(text)?.[0]
  if (underlying !== undefined) return refusal("a ticker with bars; options are not supported", underlying)
  if (isKnownAsset(text)) return refusal("a pair: the quote asset is missing", `${text}USDT`, `${text}BTC`)
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

const fallback = (symbol: string): Reading => ({
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
