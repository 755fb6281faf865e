import type { Timeframe } from "@barkeep/market-data"
import type { FindingKind, Severity } from "./finding.ts"
import type { GapReason } from "./gap.ts"
import type { schemaVersion } from "./report-schema.ts"
import type { ScoreComponents } from "./score.ts"
import type { EntryReport, Status, YearReport } from "./store-report.ts"

export interface GapDocument {
  readonly start: string
  readonly end: string
  readonly duration_hours: number
  readonly missing_bars: number
  readonly reason: GapReason
  readonly evidence: string
  readonly inferred?: true
}

export interface FindingDocument {
  readonly kind: FindingKind
  readonly severity: Severity
  readonly message: string
  readonly rows: number
  readonly places: ReadonlyArray<{
    readonly start: string
    readonly end?: string
    readonly rows?: number
    readonly evidence: string
  }>
  readonly path?: string
}

export interface DateRangeDocument {
  readonly start: string
  readonly end: string
}

export interface ThinDocument {
  readonly gaps: number
  readonly missing_bars: number
  readonly longest_bars: number
}

/** The part of a year that the original's reports have. */
export interface OriginalYearDocument {
  readonly status: Status
  readonly rows: number
  readonly quality_score: number
  readonly errors: ReadonlyArray<string>
  readonly gaps: ReadonlyArray<GapDocument>
  readonly date_range: DateRangeDocument | null
}

export interface OpenRunDocument {
  readonly start: string
  readonly last: string
  readonly rows: number
  readonly flat: boolean
  readonly price: number | null
}

export interface ResumeDocument {
  readonly previous_close: number | null
  readonly previous_open_time: number | null
  readonly stale?: OpenRunDocument
  readonly zero_volume?: OpenRunDocument
  readonly missing?: { readonly start: string; readonly last: string; readonly bars: number }
  readonly density: ReadonlyArray<{ readonly absent: number; readonly runs: number }>
}

export interface YearDocument extends OriginalYearDocument {
  readonly path?: string
  readonly sha256?: string
  readonly fingerprint?: string
  readonly expected_bars: number
  readonly present_bars: number
  readonly extra_bars: number
  readonly thin_gaps: ThinDocument
  readonly findings: ReadonlyArray<FindingDocument>
  readonly sources: YearReport["sources"]
  readonly months: ReadonlyArray<readonly [number, number]>
  readonly score_components: ScoreComponents
  readonly tally: { readonly [name: string]: number }
  readonly resume: ResumeDocument
}

export interface EntryDocument {
  readonly symbol: string
  readonly interval: Timeframe
  readonly instrument?: NonNullable<EntryReport["instrument"]>
  readonly anchor?: NonNullable<EntryReport["anchor"]>
  readonly adjustment?: NonNullable<EntryReport["adjustment"]>
  readonly known_splits?: ReadonlyArray<{ readonly time: string; readonly ratio: number }>
  readonly venue?: string
  readonly judged_range?: DateRangeDocument
  readonly fingerprint: string
  readonly available_years: ReadonlyArray<number>
  readonly total_rows: number
  readonly overall_status: Status
  readonly expected_bars: number
  readonly present_bars: number
  readonly quality_score: number
  readonly score_components: ScoreComponents
  readonly thin_gaps: ThinDocument
  readonly findings: ReadonlyArray<FindingDocument>
  readonly yearly_breakdown: { readonly [year: string]: YearDocument }
  readonly gap_summary: {
    readonly total_gaps: number
    readonly missing_bars: number
    readonly largest_gap_hours: number
    readonly gaps_by_year: { readonly [year: string]: number }
    readonly gaps_by_reason: { readonly [reason: string]: number }
  }
  readonly validation_timestamp: string
}

/** `validate-metadata.json`; `reportSchema` describes it for other languages. */
export interface ReportDocument {
  readonly schema_version: typeof schemaVersion
  readonly rules_version: string
  readonly settings: string
  readonly validation_summary: {
    readonly total_symbols_intervals: number
    readonly valid: number
    readonly invalid: number
    readonly missing: number
    readonly error: number
    readonly quality_score: number
    readonly missing_entries: ReadonlyArray<{ readonly symbol: string; readonly interval?: Timeframe }>
    readonly validation_timestamp: string
  }
  readonly detailed_results: { readonly [entry: string]: EntryDocument }
  readonly gap_analysis: { readonly [entry: string]: ReadonlyArray<GapDocument> }
  readonly yearly_analysis: {
    readonly [entry: string]: { readonly [year: string]: OriginalYearDocument }
  }
}
