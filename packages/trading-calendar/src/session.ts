import type { EpochMillis } from "@barkeep/market-data"
import type { HaltScope } from "./market-rules.ts"

/** One trading day of a market. Trading runs over the half-open `[open, close)`, without `[breakStart, breakEnd)`. */
export interface Session {
  /** The date that the day's bar carries, `YYYY-MM-DD` in the market's zone. */
  readonly session: string
  readonly open: EpochMillis
  readonly close: EpochMillis
  /** The lunch break; absent when there is none. */
  readonly breakStart?: EpochMillis
  readonly breakEnd?: EpochMillis
  /** Why it opens late or closes early; absent on a regular day. */
  readonly reason?: string
  /** Where that can be read. */
  readonly source?: string
  /** True when the holidays of that year had not been announced when this version was made. */
  readonly projected?: true
}

/** A date without a session. */
export interface Closure {
  /** `YYYY-MM-DD` in the market's zone. */
  readonly date: string
  /** `special` is what no holiday calendar foresees: storms, days of mourning, blackouts. */
  readonly kind: "weekend" | "holiday" | "special"
  readonly reason: string
  readonly source?: string
  readonly projected?: true
}

/** A stretch `[from, to)` inside sessions in which nothing was traded, although the calendar says open. */
export interface Halt {
  readonly from: EpochMillis
  readonly to: EpochMillis
  readonly reason: string
  /** `all-venues`: no trade anywhere; `venue`: other places may have traded the same instruments. */
  readonly scope: HaltScope
  readonly source?: string
}

/** Dates in the market's zone, `YYYY-MM-DD`, both included. */
export interface DateRange {
  readonly start: string
  readonly end: string
}
