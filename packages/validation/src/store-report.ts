import type { Adjustment, Anchor, EpochMillis, Instrument, Timeframe, TimeRange } from "@barkeep/market-data"
import type { Split } from "./corporate-events.ts"
import type { Finding } from "./finding.ts"
import type { Gap, ThinSummary } from "./gap.ts"
import type { SourceRows } from "./provenance-findings.ts"
import type { Carry } from "./carry.ts"
import type { Stretch } from "./scan-partition.ts"
import type { Score, Tally } from "./score.ts"

/**
 * `valid`: no finding of severity `error` and no gap worth filling. `invalid`: one or the other. `missing`: no file
 * for a year that has expected bars. `error`: a file that could not be read.
 */
export type Status = "valid" | "invalid" | "missing" | "error"

/** One year of an entry. Gaps are listed with the entry: they may reach over several years. */
export interface YearReport {
  readonly year: number
  readonly status: Status
  readonly path?: string
  readonly sha256?: string
  readonly fingerprint?: string
  readonly rows: number
  readonly firstOpenTime?: EpochMillis
  readonly lastOpenTime?: EpochMillis
  /** Bars that the calendar asks for, and how many of them have a row. */
  readonly expected: number
  readonly present: number
  readonly extra: number
  readonly thin: ThinSummary
  readonly findings: ReadonlyArray<Finding>
  readonly sources: ReadonlyArray<SourceRows>
  /** The twelve months of the year; none for a file that cannot be read. */
  readonly months: ReadonlyArray<Stretch>
  /** Before anything excuses absent bars. */
  readonly tally: Tally
  readonly score: Score
  /** State of the scan after this year, from which the next one goes on. */
  readonly carry: Carry
}

/** One symbol and timeframe. */
export interface EntryReport {
  readonly symbol: string
  readonly timeframe: Timeframe
  readonly status: Status
  /** Absent when nothing could tell what the entry is. */
  readonly instrument?: Instrument
  readonly anchor?: Anchor
  readonly adjustment?: Adjustment | "unknown"
  /** What providers told of splits of the symbol when rows of any of its entries were fetched; absent without any. */
  readonly splits?: ReadonlyArray<Split>
  /** Where the bars were traded: the market's code, or the provider's id for markets that have none. */
  readonly venue?: string
  /** What was judged: the rows, what was asked for, and whole years where nobody knows what was asked for. */
  readonly judged?: TimeRange
  /** Of what besides the years' files decides the report; empty when nothing does. */
  readonly fingerprint: string
  readonly rows: number
  readonly expected: number
  readonly present: number
  readonly years: ReadonlyArray<YearReport>
  readonly gaps: ReadonlyArray<Gap>
  readonly thin: ThinSummary
  /** Findings about the entry as a whole; those about rows are with the years. */
  readonly findings: ReadonlyArray<Finding>
  readonly score: Score
}

/** What was asked for by name and is not stored: an entry, or a symbol with all its timeframes. */
export interface MissingEntry {
  readonly symbol: string
  readonly timeframe?: Timeframe
}

/** A whole store, or the part of it that was asked for. */
export interface StoreReport {
  readonly rulesVersion: string
  /** What besides the rules decides the result: calendar additions and the like. Reports of other settings are not reused. */
  readonly settings: string
  readonly validatedAt: EpochMillis
  readonly entries: ReadonlyArray<EntryReport>
  readonly missing: ReadonlyArray<MissingEntry>
}

/** All findings of an entry with the year they belong to. */
export const allFindings = (
  entry: EntryReport,
): ReadonlyArray<{ readonly year: number | undefined; readonly finding: Finding }> => [
  ...entry.findings.map((finding) => ({ year: undefined, finding })),
  ...entry.years.flatMap(({ year, findings }) => findings.map((finding) => ({ year, finding }))),
]

/** Gaps that are worth filling. */
export const unknownGaps = (gaps: ReadonlyArray<Gap>): ReadonlyArray<Gap> =>
  gaps.filter((gap) => gap.reason === "unknown")
