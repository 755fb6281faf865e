import { zoneOfDays } from "@barkeep/market-data"
import { type EntryReport, unknownGaps, type YearReport } from "./store-report.ts"
import { yearRange } from "./local-time.ts"
import { rulesVersion } from "./rules-version.ts"
import type { ScoreComponents } from "./score.ts"

/** `data_quality` of a year's metadata: the original's keys, then ours. */
export interface DataQuality {
  readonly score: number
  readonly validation_errors: ReadonlyArray<string>
  /** Gaps worth filling that reach into the year. */
  readonly gaps: number
  /** Rows whose open time another row has already. */
  readonly duplicates: number
  readonly expected_bars: number
  readonly missing_bars: number
  readonly components: ScoreComponents
  readonly rules_version: string
}

/** What a validation has measured of one year, for its metadata. The same bars always give the same. */
export const toDataQuality = (entry: EntryReport, year: YearReport): DataQuality => {
  const range = yearRange(year.year, entry.instrument === undefined ? "UTC" : zoneOfDays(entry.instrument))
  return {
    score: year.score.value,
    validation_errors: year.findings
      .filter(({ severity }) => severity === "error")
      .map(({ message }) => message),
    gaps: unknownGaps(entry.gaps).filter(({ start, end }) => start < range.to && end > range.from).length,
    duplicates: year.tally.duplicates + year.tally.conflictingDuplicates,
    expected_bars: year.expected,
    missing_bars: year.expected - year.present,
    components: year.score.components,
    rules_version: rulesVersion,
  }
}
