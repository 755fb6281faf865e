import type { EpochMillis, Timeframe } from "@barkeep/market-data"
import type { FixedBars } from "./fixed-bars.ts"
import type { TextBars } from "./text-bars.ts"

/** Bars as a vendor keeps them: scaled integers of an invented market, or the texts of a recorded one. */
export type MarketBars = FixedBars | TextBars

/** The rows `[start, end)` of `bars`. */
export interface BarSlice {
  readonly bars: MarketBars
  readonly start: number
  readonly end: number
}

/** A question for the bars of one symbol that open in the half-open `[from, to)`. */
export interface MarketQuery {
  readonly timeframe: Timeframe
  readonly from: EpochMillis
  readonly to: EpochMillis
  /** At most so many bars, at least 1 … */
  readonly limit: number
  /** … from which end of the range. */
  readonly take: "oldest" | "newest"
  /** Bars that open later do not exist yet; the one that is open shows what had happened by then. */
  readonly now: EpochMillis
}

/** One symbol of a simulated venue. The same question has the same answer whenever it is asked. */
export interface SymbolMarket {
  readonly symbol: string
  readonly baseAsset: string
  readonly quoteAsset: string
  readonly priceDecimals: number
  readonly volumeDecimals: number
  /** False once the pair has been delisted. */
  readonly isTrading: (now: EpochMillis) => boolean
  readonly offers: (timeframe: Timeframe) => boolean
  /**
   * The bars asked for, ascending over all slices, whatever `take` is.
   * @param query its timeframe must be offered
   */
  readonly slices: (query: MarketQuery) => ReadonlyArray<BarSlice>
}
