import {
  type Adjustment,
  barEnd,
  type EpochMillis,
  type Timeframe,
  type TimeRange,
} from "@barkeep/market-data"
import type { CorporateEvents } from "./corporate-events.ts"
import type { BarRules } from "./rules.ts"

/** What stays the same for all partitions of an entry. */
export interface ScanContext {
  readonly timeframe: Timeframe
  /** Zone of days, weeks and months. */
  readonly timeZone: string
  readonly rules: BarRules
  readonly events: CorporateEvents
  readonly adjustment: Adjustment | "unknown"
  /** The most bars that a silence may have and still be thin; 0 where a bar comes whether or not there was a trade. */
  readonly longestThinBars: number
  /** Known stops of the venue or market: an absent run that touches one is never counted as thin. */
  readonly stops: ReadonlyArray<TimeRange>
  readonly maxPlaces: number
}

/** End of the bar that opens at a time, by the timeframe and zone of the context. */
export const endOfBars =
  ({ timeframe, timeZone }: Pick<ScanContext, "timeframe" | "timeZone">) =>
  (openTime: EpochMillis): EpochMillis =>
    barEnd(timeframe, openTime, timeZone)
