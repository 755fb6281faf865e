import type { Timeframe } from "@barkeep/market-data"
import { durationHours, type EntryReport, type Gap, type GapReason } from "@barkeep/validation"
import type { GapResult, NotFillableReason } from "./outcome.ts"

/** Which gaps of a report are to be filled. */
export interface GapFilter {
  /** @default all */
  readonly symbols?: ReadonlyArray<string>
  /** @default all */
  readonly timeframes?: ReadonlyArray<Timeframe>
  /** Longer gaps are left. @default 24 */
  readonly maxGapHours?: number
  /**
   * Only gaps with these reasons; also those that are explained, when they are named.
   * @default all are looked at, and those that nothing explains or their provider does not offer are filled
   */
  readonly reasons?: ReadonlyArray<GapReason>
}

export interface SelectedEntry {
  readonly report: EntryReport
  /** To be filled, ascending. */
  readonly gaps: ReadonlyArray<Gap>
  /** Looked at and left, with the reason. */
  readonly left: ReadonlyArray<{
    readonly gap: Gap
    readonly reason: NotFillableReason
    readonly text: string
  }>
}

/** Gaps that somebody else may have bars for. */
const fillableReasons: ReadonlySet<GapReason> = new Set(["unknown", "not-offered"])

/** The entries of a report that a filter is about. */
export const selectEntries = (
  entries: ReadonlyArray<EntryReport>,
  { symbols, timeframes }: GapFilter,
): ReadonlyArray<EntryReport> =>
  entries.filter(
    ({ symbol, timeframe }) =>
      (symbols === undefined || symbols.includes(symbol)) &&
      (timeframes === undefined || timeframes.includes(timeframe)),
  )

/** The gaps of an entry that are to be filled, and why the others are not. */
export const selectGaps = (report: EntryReport, filter: GapFilter): SelectedEntry => {
  const { maxGapHours = 24, reasons } = filter
  const gaps: Array<Gap> = []
  const left: Array<SelectedEntry["left"][number]> = []
  for (const gap of report.gaps) {
    if (reasons !== undefined && !reasons.includes(gap.reason)) continue
    if (reasons === undefined && !fillableReasons.has(gap.reason))
      left.push({ gap, reason: gap.reason as NotFillableReason, text: gap.evidence })
    else if (durationHours(gap) > maxGapHours)
      left.push({
        gap,
        reason: "too-long",
        text: `${durationHours(gap)} hours; at most ${maxGapHours} are filled`,
      })
    else gaps.push(gap)
  }
  return { report, gaps, left }
}

/** Results of the gaps that nobody is asked about. */
export const leftResults = ({ report, left }: SelectedEntry): ReadonlyArray<GapResult> =>
  left.map(({ gap, reason, text }) => ({
    symbol: report.symbol,
    timeframe: report.timeframe,
    gap,
    outcome: { _tag: "NotFillable", reason },
    attempts: [{ donor: "", reason, text, rows: 0 }],
  }))
