import type { EpochMillis, Timeframe } from "@barkeep/market-data"

/**
 * Why a row of an answer is not in its pages.
 * - `now`: the price of the moment, which CoinGecko appends as a row of its own.
 * - `running`: a candle that ends after the answer.
 */
export interface DroppedRow {
  /** CoinGecko's stamp. */
  readonly time: EpochMillis
  readonly reason: "now" | "running"
}

/** The rows that one answer held beyond its bars. */
export interface DroppedRows {
  readonly symbol: string
  readonly timeframe: Timeframe
  /** Ascending; never empty. */
  readonly rows: ReadonlyArray<DroppedRow>
}
