import type { TickerContext } from "./classification.ts"
import { isKnownAsset } from "./crypto-assets.ts"
import { usListing } from "./exchanges.ts"
import { findFuture, futuresTimeZone } from "./futures.ts"
import { findIndex } from "./indices.ts"
import { isMoney } from "./joined-pair.ts"
import { evidence, fxReading, type Reading, refusal, type Refusal } from "./reading.ts"
import { readSeparated } from "./separated-pair.ts"
import { sharedCalendar } from "./us-ticker.ts"

/**
 * An index: the tables' symbols, else `^` and a name, which vendors use without a suffix mostly for American ones.
 * `undefined` when the text is none.
 */
export const readIndex = (text: string): Reading | undefined => {
  const entry = findIndex(text)
  if (entry !== undefined) {
    const { market, timeZone, currency, name } = entry
    return {
      instrument: { symbol: text, assetClass: "index", market, timeZone, currency },
      certainty: "certain",
      evidence: [evidence("index-table", `the index ${name}; its sessions are those of ${market}`)],
    }
  }
  if (!/^\^[A-Z0-9]+(?:[.-][A-Z0-9]+)*$/.test(text)) return undefined
  return {
    instrument: { symbol: text, assetClass: "index", ...usListing },
    certainty: "guess",
    evidence: [
      evidence(
        "index-syntax",
        "^ marks an index; this one is not in the table, American sessions are assumed",
      ),
      sharedCalendar,
    ],
  }
}

/** `GC=F`: the continuous future of that root. `undefined` when the text does not end with `=F`. */
export const readFuture = (text: string): Reading | undefined => {
  const root = /^([A-Z0-9]{1,6})=F$/.exec(text)?.[1]
  if (root === undefined) return undefined
  const entry = findFuture(root)
  return {
    instrument: {
      symbol: text,
      assetClass: "future",
      market: entry?.market ?? "XCME",
      timeZone: futuresTimeZone,
      currency: "USD",
    },
    certainty: entry === undefined ? "guess" : "certain",
    evidence: [
      entry === undefined
        ? evidence("future-syntax", `=F marks a future; ${root} is not in the table, CME is assumed`)
        : evidence("future-table", `the continuous future on ${entry.name}`),
    ],
  }
}

/** `EURUSD=X`, and `JPY=X` for USD/JPY. `undefined` when the text does not end with `=X`. */
export const readCurrencyRate = (text: string, context: TickerContext): Reading | Refusal | undefined => {
  const codes = /^([A-Z0-9]{3,10})=X$/.exec(text)?.[1]
  if (codes === undefined) return undefined
  const [base, currency] = codes.length === 3 ? ["USD", codes] : [codes.slice(0, -3), codes.slice(-3)]
  if (base === currency) return refusal("a pair of two different currencies", "EURUSD=X")
  const marked = evidence("currency-codes", `=X marks a rate: the price of one ${base} in ${currency}`)
  if (isMoney(base) && isMoney(currency)) return fxReading(base, currency, "certain", marked)
  const [pair] = isKnownAsset(base) ? readSeparated(base, currency, context) : []
  if (pair !== undefined) return { ...pair, evidence: [marked, ...pair.evidence] }
  if (base.length !== 3) return refusal("a rate of two currency codes of three letters each", "EURUSD=X")
  return fxReading(
    base,
    currency,
    "guess",
    marked,
    evidence("currency-codes", `${isMoney(base) ? currency : base} is not among the known currencies`),
  )
}
