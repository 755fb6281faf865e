import { binanceOutages } from "./binance-outages.ts"
import type { Outage } from "./outage.ts"

/** What is known of a place where bars come from, besides its bars. */
export interface VenueFacts {
  /** Stops of the whole venue, ascending. */
  readonly outages: ReadonlyArray<Outage>
  /** A bar comes for every expected open time while the venue is up, also without a trade: nothing there is `thin`. */
  readonly givesEveryBar: boolean
}

const venues: { readonly [venue: string]: VenueFacts | undefined } = {
  binance: { outages: binanceOutages, givesEveryBar: true },
}

const unknownVenue: VenueFacts = { outages: [], givesEveryBar: false }

/**
 * The facts of a venue; of one that is not known, that it has no outages and may leave out bars without a trade.
 * @param venue id of the provider (`binance`) whose bars come from one place
 */
export const venueFacts = (venue: string | undefined): VenueFacts =>
  (venue === undefined ? undefined : venues[venue]) ?? unknownVenue

/** Vendors whose bars come from many places; a hole in all of their symbols is their own, not a venue's. */
const collectors: ReadonlySet<string> = new Set([
  "yahoo-finance",
  "yahoo",
  "alpha-vantage",
  "alpha_vantage",
  "coingecko",
  "unknown",
])

/** True when the provider's bars are those of one venue. */
export const isVenue = (venue: string | undefined): venue is string =>
  venue !== undefined && !collectors.has(venue) && !/^X[A-Z]{3}$/.test(venue)
