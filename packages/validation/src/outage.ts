import type { TimeRange } from "@barkeep/market-data"

/** A stop of a whole venue, `[from, to)`. */
export interface Outage extends TimeRange {
  readonly reason: string
  /** Where that can be read. */
  readonly source: string
}
