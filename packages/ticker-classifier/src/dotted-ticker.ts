import type { TickerContext } from "./classification.ts"
import { exchangeBySuffix, suffixAliases, usSuffixes } from "./exchanges.ts"
import { findListing } from "./listings.ts"
import { isFundId, readPlainTicker } from "./plain-ticker.ts"
import { evidence, isRefusal, type Reading, type ReadingsOrRefusal, refusal } from "./reading.ts"
import { readUsShare } from "./us-shares.ts"
import { isUsTicker, readUsTicker } from "./us-ticker.ts"

const localSymbol = /^[A-Z0-9&]+(?:-[A-Z0-9&]+)*$/
const explicitPreferred = /^([A-Z]{1,5})[.-]PR[.-]([A-Z])$/

/**
 * Reads a text whose last dot begins an exchange suffix (`7203.T`, `NOVO-B.CO`) or a share class (`BRK.B`). The suffix
 * wins where a letter is both: `MKC.V` is on TSX Venture, the voting share of MKC is written `MKC-V`.
 */
export const readDotted = (text: string, context: TickerContext): ReadingsOrRefusal => {
  const [, root, series] = explicitPreferred.exec(text) ?? []
  const preferred = root === undefined ? undefined : readUsShare(root, `P${series}`)
  if (preferred !== undefined) return [preferred]

  const dot = text.lastIndexOf(".")
  const suffix = text.slice(dot + 1)
  // London and Toronto write classes with a dot of their own (`RCI.B.TO`); the suffix is the only dot we keep.
  const local = text.slice(0, dot).replaceAll(".", "-")
  if (!localSymbol.test(local)) return refusal("a ticker with letters or digits before its exchange's suffix")

  const share = readUsShare(local, suffix)
  const listed = readListed(local, suffix)
  if (listed !== undefined) return share === undefined || suffix !== "V" ? [listed] : [listed, share]
  const usMarket = usSuffixes.get(suffix)
  if (usMarket !== undefined) return readAmerican(local, suffix, usMarket, context)
  if (share !== undefined && suffix.length === 1) return [share]
  if (share !== undefined && share.certainty !== "guess") return [share]
  return refusal(
    "a ticker: its exchange suffix is unknown (an override with market and timeZone would tell it)",
    ...similarSuffixes(suffix).map((similar) => `${local}.${similar}`),
    local,
  )
}

const readListed = (local: string, writtenSuffix: string): Reading | undefined => {
  const suffix = suffixAliases.get(writtenSuffix) ?? writtenSuffix
  const exchange = exchangeBySuffix.get(suffix)
  if (exchange === undefined) return undefined
  const symbol = `${local}.${suffix}`
  const { market, timeZone, name } = exchange
  const listing = findListing(symbol)
  const currency = listing?.currency ?? exchange.currency
  const assetClass = listing?.assetClass ?? exchange.lists ?? (isFundId(local) ? "fund" : "stock")
  return {
    instrument: { symbol, assetClass, market, timeZone, currency },
    certainty: listing === undefined && exchange.lists === undefined ? "likely" : "certain",
    evidence: [
      evidence("exchange-suffix", `.${suffix} is ${name}, prices in ${currency}`),
      ...(suffix === writtenSuffix
        ? []
        : [evidence("suffix-alias", `.${writtenSuffix} is another writing of .${suffix}`)]),
      ...(listing === undefined ? [] : [evidence("listing-table", `${symbol} is a fund traded there`)]),
      ...(assetClass === "stock"
        ? [evidence("exchange-suffix", "whether a share or an ETF is not in the ticker")]
        : []),
      ...(isFundId(local) ? [evidence("fund-syntax", "Morningstar's id of a fund")] : []),
    ],
  }
}

const readAmerican = (
  local: string,
  suffix: string,
  market: string,
  context: TickerContext,
): ReadingsOrRefusal => {
  const [root = "", code, ...more] = local.split("-")
  const isTicker = isUsTicker(root) && more.length === 0
  const reading = !isTicker ? undefined : code === undefined ? readUsTicker(root) : readUsShare(root, code)
  if (reading === undefined)
    return refusal("an American ticker: up to five letters, then at most a share class")
  // The table knows better: .NYSE is also written after funds that trade on Nasdaq.
  const isListed = findListing(reading.instrument.symbol) !== undefined
  const instrument = isListed ? reading.instrument : { ...reading.instrument, market }
  const said = evidence("suffix-alias", `.${suffix} says that it is listed in the United States`)
  const symbol = code === undefined ? americanSymbol(root, context) : instrument.symbol
  return [{ ...reading, instrument: { ...instrument, symbol }, evidence: [said, ...reading.evidence] }]
}

/** The bare ticker; with `.US` where the letters alone would be read as a pair (`WSBTC`). */
const americanSymbol = (ticker: string, context: TickerContext): string => {
  const bare = readPlainTicker(ticker, context)
  return isRefusal(bare) || bare[0].instrument.base !== undefined ? `${ticker}.US` : ticker
}

/** The known suffixes that differ from this one by a letter at the end. */
const similarSuffixes = (suffix: string): ReadonlyArray<string> =>
  [...exchangeBySuffix.keys()]
    .filter((known) => known.startsWith(suffix) || suffix.startsWith(known))
    .slice(0, 3)
