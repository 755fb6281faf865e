import type { EpochMillis } from "@barkeep/market-data"

export const gapReasons = [
  "unknown",
  "outage",
  "thin",
  "halt",
  "not-offered",
  "before-listing",
  "after-delisting",
] as const

/**
 * Why bars are absent. `unknown`: nothing explains it, worth filling. `outage`: the venue was down. `thin`: nobody
 * traded. `halt`: the market stopped inside its session. `not-offered`: the provider was asked and has nothing there.
 */
export type GapReason = (typeof gapReasons)[number]

/** Neighbouring expected bars that are absent for one reason. Closed sessions are no gaps. */
export interface Gap {
  /** The first missing open time. */
  readonly start: EpochMillis
  /** End (exclusive) of the last missing bar. */
  readonly end: EpochMillis
  readonly missingBars: number
  readonly reason: GapReason
  /** What the reason rests on, for people. */
  readonly evidence: string
  /** Set when the reason was concluded from bars, not known from elsewhere; it then excuses nothing in the score. */
  readonly inferred?: true
}

/** A maximal run of expected but absent open times, before anything explains it. */
export interface MissingRun {
  readonly start: EpochMillis
  readonly end: EpochMillis
  readonly missingBars: number
}

/** The gaps of reason `thin` that are counted instead of listed. */
export interface ThinSummary {
  readonly gaps: number
  readonly missingBars: number
  readonly longestBars: number
}

export const noThinGaps: ThinSummary = { gaps: 0, missingBars: 0, longestBars: 0 }

export const addThin = (a: ThinSummary, b: ThinSummary): ThinSummary => ({
  gaps: a.gaps + b.gaps,
  missingBars: a.missingBars + b.missingBars,
  longestBars: Math.max(a.longestBars, b.longestBars),
})

/** Hours from the start of a gap to its end, closed sessions in between included. */
export const durationHours = (gap: Pick<Gap, "start" | "end">): number => (gap.end - gap.start) / 3_600_000
