import type { Instrument } from "@barkeep/market-data"
import type { TickerOverrides } from "./overrides.ts"

/**
 * How far an answer can be trusted. `certain`: a list or a syntax that allows one reading. `likely`: the convention
 * of the vendors, nothing speaks against it. `guess`: plausible, but another reading is as good; look at the
 * alternatives or give an override.
 */
export type Certainty = "certain" | "likely" | "guess"

/** The rule that spoke. */
export type Rule =
  | "exchange-list"
  | "pair-syntax"
  | "quote-asset"
  | "known-asset"
  | "currency-codes"
  | "derivative-syntax"
  | "index-table"
  | "index-syntax"
  | "future-table"
  | "future-syntax"
  | "fund-syntax"
  | "exchange-suffix"
  | "suffix-alias"
  | "listing-table"
  | "share-class"
  | "us-syntax"
  | "calendar"
  | "no-known-shape"
  | "overridden"

/** One reason for the answer, for people. */
export interface Evidence {
  readonly rule: Rule
  readonly detail: string
}

/** Another reading of the same text. */
export interface Alternative {
  readonly instrument: Instrument
  readonly why: string
}

/** What a ticker stands for, and why. */
export interface Classification {
  /** The text as given. */
  readonly ticker: string
  readonly instrument: Instrument
  readonly certainty: Certainty
  /** Strongest first; never empty. */
  readonly evidence: ReadonlyArray<Evidence>
  /** Other readings, most plausible first; none has the symbol and asset class of `instrument`. */
  readonly alternatives: ReadonlyArray<Alternative>
  /** The provider that an override demands for this symbol. */
  readonly provider?: string
}

/** One symbol of a crypto exchange, as its own symbol list describes it. */
export interface ExchangeSymbol {
  readonly base: string
  readonly quote: string
  /** The exchange's word for it: `TRADING`, `BREAK`. */
  readonly status: string
}

/** What is known besides the text. */
export interface TickerContext {
  /** The crypto exchange's own list by symbol (`BTCUSDT`); what stands in it needs no guessing. */
  readonly exchangeSymbols?: ReadonlyMap<string, ExchangeSymbol>
  readonly overrides?: TickerOverrides
}
