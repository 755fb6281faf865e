import { hasSessions, type Instrument } from "@barkeep/market-data"
import { classifyTicker, InvalidTicker } from "@barkeep/ticker-classifier"
import { isCryptoProvider, isExchangeProvider } from "./providers.ts"

/** What a folder's symbol stands for, and how that was decided. */
export interface InstrumentDecision {
  readonly instrument: Instrument
  readonly evidence: string
}

/**
 * The instrument of a symbol folder. A name that is recognised gets its one spelling (`BRK.B` becomes `BRK-B`), any other
 * stays as it is.
 * @param providers the providers that have the symbol in the old cache: what they offer counts where the name does not
 */
export const instrumentOf = (folder: string, providers: ReadonlyArray<string>): InstrumentDecision => {
  const named = classify(folder)
  const onlyCrypto = providers.length > 0 && providers.every(isCryptoProvider)
  if (named !== undefined && (named.certainty !== "guess" || !onlyCrypto)) {
    const isCertain = named.certainty !== "guess"
    const { instrument } = named
    if (!onlyCrypto || !hasSessions(instrument))
      return {
        instrument: isCertain ? instrument : { ...instrument, symbol: folder },
        evidence: `the name ${folder}: ${named.evidence[0]?.detail ?? instrument.assetClass}`,
      }
  }
  if (onlyCrypto)
    return {
      instrument: crypto(folder),
      evidence: `${providers.join(" and ")} only has pairs that trade around the clock`,
    }
  if (providers.some(isExchangeProvider))
    return {
      instrument: { symbol: folder, assetClass: "stock", market: "XNYS", timeZone: "America/New_York" },
      evidence: `the name ${folder} says nothing; ${providers.join(" and ")} was asked for US shares as a rule`,
    }
  return {
    instrument: crypto(folder),
    evidence: `neither the name ${folder} nor its provider says what it is; taken as UTC`,
  }
}

const crypto = (symbol: string): Instrument => ({
  symbol,
  assetClass: "crypto",
  market: "24/7",
  timeZone: "UTC",
})

const classify = (folder: string): ReturnType<typeof classifyTicker> | undefined => {
  try {
    return classifyTicker(folder)
  } catch (error) {
    if (error instanceof InvalidTicker) return undefined
    throw error
  }
}
