import type { EpochMillis } from "@barkeep/market-data"

/** From `time` on one old share is `ratio` new ones: 4 for a 4:1 split, 0.1 for a 1:10 reverse split. */
export interface Split {
  /** Midnight of the first day at the new price, in the market's zone. */
  readonly time: EpochMillis
  readonly ratio: number
}

export interface Dividend {
  /** Midnight of the ex-dividend day. */
  readonly time: EpochMillis
  /** For one share, in the currency of the prices. */
  readonly amount: number
}

/** What providers tell of an instrument besides its bars; explains jumps of unadjusted prices. */
export interface CorporateEvents {
  readonly splits?: ReadonlyArray<Split>
  readonly dividends?: ReadonlyArray<Dividend>
}
