import type { Instrument } from "@barkeep/market-data"
import { classifyTicker, InvalidTicker } from "@barkeep/ticker-classifier"

/** What a symbol stands for where its name leaves no doubt; files of other programs do not say it. */
export const knownInstrument = (symbol: string): Instrument | undefined => {
  try {
    const { certainty, instrument } = classifyTicker(symbol)
    return certainty === "guess" ? undefined : { ...instrument, symbol }
  } catch (error) {
    if (error instanceof InvalidTicker) return undefined
    throw error
  }
}
