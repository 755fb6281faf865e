import {
  type EpochMillis,
  type TimeRange,
  type ZoneOffsets,
  zoneOffsets,
  zoneOfDays,
} from "@barkeep/market-data"
import type { Carry } from "./carry.ts"
import { entryKey } from "./entry-key.ts"
import type { Finding } from "./finding.ts"
import { durationHours, type Gap, type ThinSummary } from "./gap.ts"
import { localText, yearRange } from "./local-time.ts"
import { schemaVersion, snakeCase } from "./report-schema.ts"
import type {
  EntryDocument,
  FindingDocument,
  GapDocument,
  OpenRunDocument,
  OriginalYearDocument,
  ReportDocument,
  ResumeDocument,
  ThinDocument,
  YearDocument,
} from "./report-shapes.ts"
import type { OpenRun } from "./scan-rows.ts"
import type { Tally } from "./score.ts"
import type { EntryReport, MissingEntry, Status, StoreReport, YearReport } from "./store-report.ts"

/** The report as the document that is stored beside the bars. Pure; the same report gives the same document. */
export const toReportDocument = (report: StoreReport): ReportDocument => {
  const utc = zoneOffsets("UTC", { from: 0, to: 1 })
  const timestamp = localText(report.validatedAt, utc)
  const documents = report.entries.map((entry) => toEntryParts(entry, timestamp))
  const countOf = (status: Status): number => report.entries.filter((entry) => entry.status === status).length
  return {
    schema_version: schemaVersion,
    rules_version: report.rulesVersion,
    settings: report.settings,
    validation_summary: {
      total_symbols_intervals: report.entries.length,
      valid: countOf("valid"),
      invalid: countOf("invalid"),
      missing: report.missing.length,
      error: countOf("error"),
      quality_score: storeScore(report),
      missing_entries: report.missing.map(toMissingDocument),
      validation_timestamp: timestamp,
    },
    detailed_results: Object.fromEntries(documents.map(({ key, details }) => [key, details])),
    gap_analysis: Object.fromEntries(documents.map(({ key, gaps }) => [key, gaps])),
    yearly_analysis: Object.fromEntries(documents.map(({ key, years }) => [key, years])),
  }
}

/** The score of all entries, each weighing the same; 1 for none. */
export const storeScore = ({ entries }: Pick<StoreReport, "entries">): number =>
  entries.length === 0 ? 1 : entries.reduce((sum, entry) => sum + entry.score.value, 0) / entries.length

const toMissingDocument = ({ symbol, timeframe }: MissingEntry) => ({
  symbol,
  ...(timeframe === undefined ? {} : { interval: timeframe }),
})

interface EntryParts {
  readonly key: string
  readonly details: EntryDocument
  readonly gaps: ReadonlyArray<GapDocument>
  readonly years: { readonly [year: string]: OriginalYearDocument }
}

type ToText = (time: EpochMillis) => string

const toEntryParts = (entry: EntryReport, timestamp: string): EntryParts => {
  const timeZone = entry.instrument === undefined ? "UTC" : zoneOfDays(entry.instrument)
  const toText = textIn(timeZone, entry)
  const years = entry.years.map((year) => toYearDocument(year, entry.gaps, timeZone, toText))
  const byYear = Object.fromEntries(years.map(({ year, document }) => [String(year), document]))
  return {
    key: entryKey(entry),
    gaps: entry.gaps.map((gap) => toGapDocument(gap, toText)),
    years: Object.fromEntries(years.map(({ year, document }) => [String(year), originalPart(document)])),
    details: {
      symbol: entry.symbol,
      interval: entry.timeframe,
      ...(entry.instrument && { instrument: entry.instrument }),
      ...(entry.anchor && { anchor: entry.anchor }),
      ...(entry.adjustment && { adjustment: entry.adjustment }),
      ...(entry.splits && {
        known_splits: entry.splits.map(({ time, ratio }) => ({ time: toText(time), ratio })),
      }),
      ...(entry.venue !== undefined && { venue: entry.venue }),
      ...(entry.judged && {
        judged_range: { start: toText(entry.judged.from), end: toText(entry.judged.to) },
      }),
      fingerprint: entry.fingerprint,
      available_years: entry.years.filter((year) => year.path !== undefined).map((year) => year.year),
      total_rows: entry.rows,
      overall_status: entry.status,
      expected_bars: entry.expected,
      present_bars: entry.present,
      quality_score: entry.score.value,
      score_components: entry.score.components,
      thin_gaps: toThinDocument(entry.thin),
      findings: entry.findings.map((found) => toFindingDocument(found, toText)),
      yearly_breakdown: byYear,
      gap_summary: summarize(entry.gaps, years),
      validation_timestamp: timestamp,
    },
  }
}

/** Texts in the zone of an entry, whose offsets are looked up once. */
const textIn = (timeZone: string, { judged, years }: EntryReport): ToText => {
  const first = Math.min(judged?.from ?? 0, years[0]?.firstOpenTime ?? Number.POSITIVE_INFINITY)
  const zone: ZoneOffsets = zoneOffsets(timeZone, {
    from: first - yearMillis,
    to: (judged?.to ?? first) + yearMillis,
  })
  return (time) => localText(time, zone)
}

const yearMillis = 366 * 86_400_000

const toGapDocument = (gap: Gap, toText: ToText): GapDocument => ({
  start: toText(gap.start),
  end: toText(gap.end),
  duration_hours: durationHours(gap),
  missing_bars: gap.missingBars,
  reason: gap.reason,
  evidence: gap.evidence,
  ...(gap.inferred && { inferred: true }),
})

const toFindingDocument = (found: Finding, toText: ToText): FindingDocument => ({
  kind: found.kind,
  severity: found.severity,
  message: found.message,
  rows: found.rows,
  places: found.places.map((place) => ({
    start: toText(place.openTime),
    ...(place.to !== undefined && { end: toText(place.to) }),
    ...(place.rows !== undefined && { rows: place.rows }),
    evidence: place.evidence,
  })),
  ...(found.path !== undefined && { path: found.path }),
})

const toThinDocument = ({ gaps, missingBars, longestBars }: ThinSummary): ThinDocument => ({
  gaps,
  missing_bars: missingBars,
  longest_bars: longestBars,
})

const startsIn = (gap: Gap, { from, to }: TimeRange): boolean => gap.start >= from && gap.start < to

const toYearDocument = (
  report: YearReport,
  allGaps: ReadonlyArray<Gap>,
  timeZone: string,
  toText: ToText,
): { readonly year: number; readonly document: YearDocument } => {
  const range = yearRange(report.year, timeZone)
  const gaps = allGaps.filter((gap) => startsIn(gap, range)).map((gap) => toGapDocument(gap, toText))
  const { firstOpenTime, lastOpenTime } = report
  return {
    year: report.year,
    document: {
      status: report.status,
      rows: report.rows,
      quality_score: report.score.value,
      errors: report.findings.filter((found) => found.severity === "error").map((found) => found.message),
      gaps,
      date_range:
        firstOpenTime === undefined || lastOpenTime === undefined
          ? null
          : { start: toText(firstOpenTime), end: toText(lastOpenTime) },
      ...(report.path !== undefined && { path: report.path }),
      ...(report.sha256 !== undefined && { sha256: report.sha256 }),
      ...(report.fingerprint !== undefined && { fingerprint: report.fingerprint }),
      expected_bars: report.expected,
      present_bars: report.present,
      extra_bars: report.extra,
      thin_gaps: toThinDocument(report.thin),
      findings: report.findings.map((found) => toFindingDocument(found, toText)),
      sources: report.sources,
      months: report.months.map(({ expected, present }) => [expected, present]),
      score_components: report.score.components,
      tally: toTallyDocument(report.tally),
      resume: toResumeDocument(report.carry, toText),
    },
  }
}

const toTallyDocument = (tally: Tally): { readonly [name: string]: number } =>
  Object.fromEntries(Object.entries(tally).map(([name, value]) => [snakeCase(name), value]))

const numberOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null)

const toResumeDocument = ({ state, openRun, density }: Carry, toText: ToText): ResumeDocument => ({
  previous_close: numberOrNull(state.previousClose),
  previous_open_time: numberOrNull(state.previousOpenTime),
  ...(state.stale && { stale: toOpenRunDocument(state.stale, toText) }),
  ...(state.zeroVolume && { zero_volume: toOpenRunDocument(state.zeroVolume, toText) }),
  ...(openRun && {
    missing: { start: toText(openRun.start), last: toText(openRun.lastMissing), bars: openRun.missingBars },
  }),
  density: density.map(({ absent, runs }) => ({ absent, runs })),
})

const toOpenRunDocument = (run: OpenRun, toText: ToText): OpenRunDocument => ({
  start: toText(run.start),
  last: toText(run.last),
  rows: run.rows,
  flat: run.flat,
  price: numberOrNull(run.price),
})

const originalPart = ({
  status,
  rows,
  quality_score,
  errors,
  gaps,
  date_range,
}: YearDocument): OriginalYearDocument => ({
  status,
  rows,
  quality_score,
  errors,
  gaps,
  date_range,
})

const summarize = (
  gaps: ReadonlyArray<Gap>,
  years: ReadonlyArray<{ readonly year: number; readonly document: YearDocument }>,
): EntryDocument["gap_summary"] => {
  const byReason: { [reason: string]: number } = {}
  for (const gap of gaps) byReason[gap.reason] = (byReason[gap.reason] ?? 0) + 1
  return {
    total_gaps: gaps.length,
    missing_bars: gaps.reduce((sum, gap) => sum + gap.missingBars, 0),
    largest_gap_hours: gaps.reduce((largest, gap) => Math.max(largest, durationHours(gap)), 0),
    gaps_by_year: Object.fromEntries(
      years
        .filter(({ document }) => document.gaps.length > 0)
        .map(({ year, document }) => [year, document.gaps.length]),
    ),
    gaps_by_reason: byReason,
  }
}
