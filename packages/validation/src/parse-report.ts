import { InvalidInput } from "@barkeep/market-data"
import { findSchemaIssue } from "./check-schema.ts"
import { InvalidReport, UnsupportedReport } from "./errors.ts"
import type { Finding } from "./finding.ts"
import type { Gap, ThinSummary } from "./gap.ts"
import { parseOffsetTime } from "./civil-time.ts"
import { entryKey } from "./entry-key.ts"
import type {
  EntryDocument,
  FindingDocument,
  GapDocument,
  OpenRunDocument,
  ReportDocument,
  ResumeDocument,
  ThinDocument,
  YearDocument,
} from "./report-shapes.ts"
import { reportSchema, schemaVersion, snakeCase } from "./report-schema.ts"
import type { Carry } from "./carry.ts"
import type { OpenRun } from "./scan-rows.ts"
import { emptyTally, type Tally } from "./score.ts"
import type { EntryReport, StoreReport, YearReport } from "./store-report.ts"

/**
 * The report of a parsed `validate-metadata.json`. Nothing is guessed: a document that differs from the schema, or
 * contradicts itself, is refused as a whole. `parseReportDocument(toReportDocument(report))` equals the report.
 * @throws {UnsupportedReport} for another schema version and for the original system's reports
 * @throws {InvalidReport} for anything else
 */
export const parseReportDocument = (document: unknown): StoreReport => {
  checkVersion(document)
  const issue = findSchemaIssue(reportSchema, document)
  if (issue !== undefined) throw new InvalidReport(issue)
  const report = document as ReportDocument
  return {
    rulesVersion: report.rules_version,
    settings: report.settings,
    validatedAt: parseOffsetTime(report.validation_summary.validation_timestamp),
    entries: Object.entries(report.detailed_results).map(([key, entry]) =>
      atEntry(key, () => toEntry(key, entry, report)),
    ),
    missing: report.validation_summary.missing_entries.map(({ symbol, interval }) => ({
      symbol,
      ...(interval !== undefined && { timeframe: interval }),
    })),
  }
}

const checkVersion = (document: unknown): void => {
  if (typeof document !== "object" || document === null || !("detailed_results" in document)) return
  const version = "schema_version" in document ? document.schema_version : undefined
  if (version !== schemaVersion) throw new UnsupportedReport(version)
}

/** Times have the right form by now; one that does not exist (30 February) still makes the document invalid. */
const atEntry = <A>(key: string, read: () => A): A => {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    throw new InvalidReport({ pointer: pointerOf(key), issue: error.message })
  }
}

const pointerOf = (key: string): string =>
  `/detailed_results/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`

const toEntry = (key: string, entry: EntryDocument, report: ReportDocument): EntryReport => {
  const at = pointerOf(key)
  const { symbol, interval: timeframe } = entry
  if (key !== entryKey({ symbol, timeframe }))
    throw new InvalidReport({ pointer: at, issue: `is the result of ${symbol} ${timeframe}` })
  const gaps = Object.hasOwn(report.gap_analysis, key) ? report.gap_analysis[key] : undefined
  if (gaps === undefined) throw new InvalidReport({ pointer: "/gap_analysis", issue: `lacks ${key}` })
  return {
    symbol,
    timeframe,
    status: entry.overall_status,
    ...(entry.instrument && { instrument: entry.instrument }),
    ...(entry.anchor && { anchor: entry.anchor }),
    ...(entry.adjustment && { adjustment: entry.adjustment }),
    ...(entry.known_splits && {
      splits: entry.known_splits.map(({ time, ratio }) => ({ time: parseOffsetTime(time), ratio })),
    }),
    ...(entry.venue !== undefined && { venue: entry.venue }),
    ...(entry.judged_range && {
      judged: {
        from: parseOffsetTime(entry.judged_range.start),
        to: parseOffsetTime(entry.judged_range.end),
      },
    }),
    fingerprint: entry.fingerprint,
    rows: entry.total_rows,
    expected: entry.expected_bars,
    present: entry.present_bars,
    years: Object.entries(entry.yearly_breakdown).map(([year, part]) => toYear(year, part, at)),
    gaps: gaps.map((gap, index) => toGap(gap, `/gap_analysis/${key}/${index}`)),
    thin: toThin(entry.thin_gaps),
    findings: entry.findings.map(toFinding),
    score: { value: entry.quality_score, components: entry.score_components },
  }
}

const toYear = (key: string, year: YearDocument, at: string): YearReport => {
  if (!/^\d{4}$/.test(key))
    throw new InvalidReport({ pointer: `${at}/yearly_breakdown/${key}`, issue: "is not the key of a year" })
  if (year.months.length !== 0 && year.months.length !== 12)
    throw new InvalidReport({
      pointer: `${at}/yearly_breakdown/${key}/months`,
      issue: "has not twelve months",
    })
  return {
    year: Number(key),
    status: year.status,
    ...(year.path !== undefined && { path: year.path }),
    ...(year.fingerprint !== undefined && { fingerprint: year.fingerprint }),
    ...(year.sha256 !== undefined && { sha256: year.sha256 }),
    rows: year.rows,
    ...(year.date_range && {
      firstOpenTime: parseOffsetTime(year.date_range.start),
      lastOpenTime: parseOffsetTime(year.date_range.end),
    }),
    expected: year.expected_bars,
    present: year.present_bars,
    extra: year.extra_bars,
    thin: toThin(year.thin_gaps),
    findings: year.findings.map(toFinding),
    sources: year.sources,
    months: year.months.map(([expected, present]) => ({ expected, present })),
    tally: toTally(year.tally),
    score: { value: year.quality_score, components: year.score_components },
    carry: toCarry(year.resume),
  }
}

const toGap = (gap: GapDocument, pointer: string): Gap => {
  const [start, end] = [parseOffsetTime(gap.start), parseOffsetTime(gap.end)]
  if (end <= start) throw new InvalidReport({ pointer, issue: `ends at ${gap.end}, before it starts` })
  return {
    start,
    end,
    missingBars: gap.missing_bars,
    reason: gap.reason,
    evidence: gap.evidence,
    ...(gap.inferred && { inferred: true }),
  }
}

const toFinding = ({ places, path, ...rest }: FindingDocument): Finding => ({
  ...rest,
  places: places.map((place) => ({
    openTime: parseOffsetTime(place.start),
    ...(place.end !== undefined && { to: parseOffsetTime(place.end) }),
    ...(place.rows !== undefined && { rows: place.rows }),
    evidence: place.evidence,
  })),
  ...(path !== undefined && { path }),
})

const toThin = ({ gaps, missing_bars, longest_bars }: ThinDocument): ThinSummary => ({
  gaps,
  missingBars: missing_bars,
  longestBars: longest_bars,
})

const toTally = (tally: { readonly [name: string]: number }): Tally =>
  Object.fromEntries(
    (Object.keys(emptyTally) as ReadonlyArray<keyof Tally>).map((name) => [
      name,
      tally[snakeCase(name)] as number,
    ]),
  ) as { readonly [name in keyof Tally]: number }

const numberOf = (value: number | null): number => value ?? Number.NaN

const toCarry = ({ missing, stale, zero_volume, density, ...rest }: ResumeDocument): Carry => ({
  state: {
    previousClose: numberOf(rest.previous_close),
    previousOpenTime: numberOf(rest.previous_open_time),
    stale: stale && toOpenRun(stale),
    zeroVolume: zero_volume && toOpenRun(zero_volume),
  },
  openRun: missing && {
    start: parseOffsetTime(missing.start),
    lastMissing: parseOffsetTime(missing.last),
    missingBars: missing.bars,
  },
  density,
})

const toOpenRun = (run: OpenRunDocument): OpenRun => ({
  start: parseOffsetTime(run.start),
  last: parseOffsetTime(run.last),
  rows: run.rows,
  flat: run.flat,
  price: numberOf(run.price),
})
