import type { Instrument } from "@barkeep/market-data"
import { applyOverride, instrumentOfOverride } from "./apply-override.ts"
import type { Alternative, Classification, Evidence, TickerContext } from "./classification.ts"
import { hasCalendar } from "./exchanges.ts"
import { InvalidTicker } from "./invalid-ticker.ts"
import { evidence, isRefusal, type Reading, type Refusal } from "./reading.ts"
import { readTicker, upperCase } from "./read-ticker.ts"

const mostSuggestions = 5

/**
 * What a ticker stands for, with the evidence and the other readings. A plausible text always gets an answer: where
 * nothing decides, the best guess, marked as such. Upper and lower case mean the same. The canonical symbol is read
 * as the same instrument again.
 * @param context the exchange's own symbol list and overrides; what they say needs no guessing
 * @throws {InvalidTicker} (an `InvalidInput`, with suggestions) for text that can be no ticker: empty, spaces, control
 *   characters, path tricks, non-ASCII that no list names, options, numbers without their exchange, unknown suffixes
 * @example
 * classifyTicker("BRK.B").instrument.symbol // => "BRK-B"
 */
export const classifyTicker = (text: string, context: TickerContext = {}): Classification => {
  const result = typeof text === "string" ? readTicker(text, context) : notText
  if (isRefusal(result)) {
    const told =
      typeof text === "string" ? instrumentOfOverride(upperCase(text), context.overrides) : undefined
    if (told === undefined) throw invalidTicker(text, result, context)
    return { ticker: text, ...told, alternatives: [] }
  }
  const [reading, ...others] = result
  const told = applyOverride(upperCase(text), reading, others, context.overrides)
  const { instrument, provider } = told
  return {
    ticker: text,
    instrument,
    certainty: told.certainty,
    evidence: [...told.evidence, ...calendarEvidence(instrument.market)],
    alternatives: alternativesOf(told.isOverridden ? result : others, instrument),
    ...(provider === undefined ? {} : { provider }),
  }
}

/**
 * The one spelling that an instrument has in a cache: capitals; `BRK.B` and `BRK/B` become `BRK-B`; `BTC/USDT`, `BTC-USDT`
 * and `BTC_USDT` become `BTCUSDT`, `BTC-USD` becomes `BTCUSD` (a pair whose joined letters mean something else keeps its
 * dash: `M-ETH`); `EURUSD`, `EUR/USD` become `EURUSD=X`, `JPY=X` becomes `USDJPY=X`; `SPY.US` becomes `SPY`; other writings
 * of an exchange suffix become Yahoo's (`VOD.LON` is `VOD.L`). `^GSPC`, `7203.T`, `GC=F` stay. Idempotent.
 * @throws {InvalidTicker} as `classifyTicker`
 */
export const canonicalSymbol = (text: string, context: Omit<TickerContext, "overrides"> = {}): string => {
  const { exchangeSymbols } = context
  return classifyTicker(text, exchangeSymbols === undefined ? {} : { exchangeSymbols }).instrument.symbol
}

const notText: Refusal = { expected: "text", candidates: [] }

const calendarEvidence = (market: string): ReadonlyArray<Evidence> =>
  hasCalendar(market)
    ? []
    : [evidence("calendar", `the calendar of ${market} is unknown: closed days cannot be told from gaps`)]

const alternativesOf = (
  readings: ReadonlyArray<Reading>,
  instrument: Instrument,
): ReadonlyArray<Alternative> => {
  const seen = new Set([identity(instrument)])
  return readings.flatMap((other) => {
    if (seen.has(identity(other.instrument))) return []
    seen.add(identity(other.instrument))
    return [{ instrument: other.instrument, why: other.evidence[0]?.detail ?? "" }]
  })
}

const identity = ({ symbol, assetClass, base }: Instrument): string => `${assetClass} ${symbol} ${base ?? ""}`

const invalidTicker = (
  text: string,
  { expected, candidates }: Refusal,
  context: TickerContext,
): InvalidTicker => {
  const usable = candidates.filter((candidate) => !isRefusal(readTicker(candidate, context)))
  return new InvalidTicker({
    value: text,
    expected,
    suggestions: [...new Set(usable.map(upperCase))].slice(0, mostSuggestions),
  })
}
