import type { EpochMillis, Timeframe } from "@barkeep/market-data"
import type { Gap } from "@barkeep/validation"
import type { CalibrationFigures } from "./calibration.ts"

/** Why a gap, or a donor for it, comes to nothing. */
export const notFillableReasons = [
  /** What explains the gap also says that nobody has bars there. */
  "outage",
  "halt",
  "thin",
  "before-listing",
  "after-delisting",
  "too-long",
  /** No donor is for this kind of instrument. */
  "no-donor",
  "symbol-unknown",
  "granularity",
  "look-back",
  "tier-required",
  "anchor",
  /** The gap is this provider's own answer, given not long ago. */
  "own-answer",
  /** Only price points are to be had, and they were not allowed. */
  "sampled-only",
  "same-hole",
  "calibration",
  /** May succeed later. */
  "quota",
  "budget",
  "vendor-failure",
] as const

export type NotFillableReason = (typeof notFillableReasons)[number]

/** What became of asking one donor about one gap. */
export interface Attempt {
  /** `derived from 1m` for finer bars of the store itself. */
  readonly donor: string
  /** Absent when rows were taken. */
  readonly reason?: NotFillableReason
  /** For people: what was found, with figures. */
  readonly text: string
  readonly rows: number
  readonly figures?: CalibrationFigures
  /** When it may be asked again, where that is known. */
  readonly retryAt?: EpochMillis
}

/** How a gap ended. A value: a report full of gaps that cannot be filled is a success. */
export type GapOutcome =
  | { readonly _tag: "Filled"; readonly rows: number }
  | {
      readonly _tag: "PartlyFilled"
      readonly rows: number
      readonly missing: number
      readonly reason: NotFillableReason
    }
  | { readonly _tag: "NotFillable"; readonly reason: NotFillableReason }

/** One gap with its outcome and everything that was tried. */
export interface GapResult {
  readonly symbol: string
  readonly timeframe: Timeframe
  readonly gap: Gap
  readonly outcome: GapOutcome
  readonly attempts: ReadonlyArray<Attempt>
  /** The fill that has its rows. */
  readonly fillId?: string
}

const later: ReadonlySet<NotFillableReason> = new Set(["quota", "budget", "vendor-failure"])

/** True when running again later may fill more of it without anybody changing anything. */
export const mayFillLater = ({ outcome }: Pick<GapResult, "outcome">): boolean =>
  outcome._tag !== "Filled" && later.has(outcome.reason)

/** The outcome of a gap from what was tried, in the order of trying. */
export const toOutcome = (missingBars: number, attempts: ReadonlyArray<Attempt>): GapOutcome => {
  const rows = attempts.reduce((sum, attempt) => sum + attempt.rows, 0)
  if (rows >= missingBars) return { _tag: "Filled", rows }
  const reason = mainReason(attempts)
  return rows === 0
    ? { _tag: "NotFillable", reason }
    : { _tag: "PartlyFilled", rows, missing: missingBars - rows, reason }
}

/** The reason that says most: what may pass first, then what was found out by asking, then what was known before. */
const mainReason = (attempts: ReadonlyArray<Attempt>): NotFillableReason => {
  const found = new Set(attempts.flatMap(({ reason }) => (reason === undefined ? [] : [reason])))
  return (
    byWeight.find((reason) => found.has(reason)) ??
    (found.size > 0 ? ([...found][0] as NotFillableReason) : "no-donor")
  )
}

const byWeight: ReadonlyArray<NotFillableReason> = [
  "quota",
  "budget",
  "vendor-failure",
  "calibration",
  "same-hole",
  "sampled-only",
  "tier-required",
  "look-back",
  "granularity",
  "anchor",
  "symbol-unknown",
  "own-answer",
]
