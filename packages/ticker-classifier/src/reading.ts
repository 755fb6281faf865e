import type { Instrument } from "@barkeep/market-data"
import type { Certainty, Evidence, Rule } from "./classification.ts"
import { alwaysOpen, fxHours } from "./exchanges.ts"

/** One way to read a ticker. */
export interface Reading {
  readonly instrument: Instrument
  readonly certainty: Certainty
  readonly evidence: ReadonlyArray<Evidence>
}

/** Why a text cannot be read, and texts that may be meant. */
export interface Refusal {
  readonly expected: string
  readonly candidates: ReadonlyArray<string>
}

/** The readings, most plausible first; never an empty list. */
export type ReadingsOrRefusal = readonly [Reading, ...Array<Reading>] | Refusal

export const isRefusal = (result: ReadingsOrRefusal): result is Refusal => "expected" in result

export const refusal = (expected: string, ...candidates: ReadonlyArray<string>): Refusal => ({
  expected,
  candidates,
})

export const evidence = (rule: Rule, detail: string): Evidence => ({ rule, detail })

/** A currency or metal priced in a currency. One spelling for all: `EURUSD=X`. */
export const fxReading = (
  base: string,
  currency: string,
  certainty: Certainty,
  ...reasons: ReadonlyArray<Evidence>
): Reading => ({
  instrument: { symbol: `${base}${currency}=X`, assetClass: "fx", ...fxHours, base, currency },
  certainty,
  evidence: reasons,
})

export const cryptoReading = (
  symbol: string,
  base: string,
  currency: string,
  certainty: Certainty,
  ...reasons: ReadonlyArray<Evidence>
): Reading => ({
  instrument: { symbol, assetClass: "crypto", ...alwaysOpen, base, currency },
  certainty,
  evidence: reasons,
})
