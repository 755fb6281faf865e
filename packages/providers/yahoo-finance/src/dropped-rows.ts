import type { EpochMillis, Timeframe } from "@barkeep/market-data"

/**
 * Why a row of an answer is no bar.
 * - `null`: no value at all; nothing was traded.
 * - `incomplete`: some prices are missing; Yahoo lost them and often brings them back.
 * - `impossible`: a price of zero, a high below another price, a low above one, a negative volume, or prices a hundred
 *   times those of both neighbours (or a hundredth), a day in another unit.
 * - `live`: the last quote, which Yahoo appends as a row of its own.
 * - `outside-session`: before the open or after the close, sent although only the session was asked for.
 */
export type DropReason = "null" | "incomplete" | "impossible" | "live" | "outside-session"

export interface DroppedRow {
  /** Of the bar that it would have been; the quote's own time for `live` rows between two bars. */
  readonly openTime: EpochMillis
  readonly reason: DropReason
}

/** The rows of one answer that lie in the ranges of its pages and are no bars. */
export interface DroppedRows {
  readonly symbol: string
  readonly timeframe: Timeframe
  /** Ascending; never empty. */
  readonly rows: ReadonlyArray<DroppedRow>
}
