import * as Result from "effect/Result"
import { isObject, textField } from "@barkeep/provider-kit"

/** A listing that fits the words of a search. Texts are the vendor's. */
export interface SymbolMatch {
  /** Alpha Vantage's spelling: `TSCO.LON`; `fromVendorSymbol` gives ours. */
  readonly vendorSymbol: string
  readonly name: string
  /** `Equity`, `ETF`, `Mutual Fund`. */
  readonly type: string
  readonly region: string
  /** Local time `HH:MM`. */
  readonly marketOpen: string
  readonly marketClose: string
  /** Today's offset, not a zone: `UTC-04`. */
  readonly timeZone: string
  readonly currency: string
  /** 1 for the very symbol, less for what resembles it. */
  readonly score: number
}

/** The matches of an answer, best first, or why it is none; one bad entry fails the answer. */
export const parseMatches = (body: unknown): Result.Result<ReadonlyArray<SymbolMatch>, string> => {
  const listed = isObject(body) ? body["bestMatches"] : undefined
  if (!Array.isArray(listed)) return Result.fail("the answer has no list of matches")
  const matches: Array<SymbolMatch> = []
  for (const [index, entry] of (listed as ReadonlyArray<unknown>).entries()) {
    const match = isObject(entry) ? toMatch((name) => textField(entry, name)) : undefined
    if (match === undefined) return Result.fail(`match ${index} is incomplete`)
    matches.push(match)
  }
  return Result.succeed(matches.toSorted((a, b) => b.score - a.score))
}

const toMatch = (field: (name: string) => string | undefined): SymbolMatch | undefined => {
  const vendorSymbol = field("1. symbol")
  const score = Number(field("9. matchScore"))
  if (vendorSymbol === undefined || !(score >= 0 && score <= 1)) return undefined
  return {
    vendorSymbol,
    name: field("2. name") ?? "",
    type: field("3. type") ?? "",
    region: field("4. region") ?? "",
    marketOpen: field("5. marketOpen") ?? "",
    marketClose: field("6. marketClose") ?? "",
    timeZone: field("7. timezone") ?? "",
    currency: field("8. currency") ?? "",
    score,
  }
}
