import { timeframes } from "@barkeep/market-data"
import { findingKinds, severities } from "./finding.ts"
import { gapReasons } from "./gap.ts"
import type { JsonSchema } from "./check-schema.ts"
import { scoreWeights, emptyTally } from "./score.ts"

/** `schema_version` of the documents that this version writes and reads. */
export const schemaVersion = 1

const object = (
  properties: { readonly [name: string]: JsonSchema },
  optional: ReadonlyArray<string> = [],
): JsonSchema => ({
  type: "object",
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  additionalProperties: false,
})

const ref = (name: string): JsonSchema => ({ $ref: `#/$defs/${name}` })
const list = (items: JsonSchema): JsonSchema => ({ type: "array", items })
const record = (values: JsonSchema): JsonSchema => ({ type: "object", additionalProperties: values })
const text: JsonSchema = { type: "string" }
const count: JsonSchema = { type: "integer", minimum: 0 }
const share: JsonSchema = { type: "number", minimum: 0, maximum: 1 }
const numberOrNull: JsonSchema = { type: ["number", "null"] }
const instant: JsonSchema = {
  type: "string",
  pattern:
    "^([0-9]{4}|[+-][0-9]{6})-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?[+-][0-9]{2}:[0-9]{2}$",
  description: "Wall-clock time of the market with its offset from UTC.",
}
const status: JsonSchema = { enum: ["valid", "invalid", "missing", "error"] }
const adjustment: JsonSchema = { enum: ["none", "splits", "splits-and-dividends", "unknown"] }

const gap = object(
  {
    start: { ...instant, description: "The first missing open time." },
    end: { ...instant, description: "End (exclusive) of the last missing bar." },
    duration_hours: { type: "number", minimum: 0, description: "From start to end." },
    missing_bars: { type: "integer", minimum: 1 },
    reason: { enum: gapReasons },
    evidence: text,
    inferred: { const: true, description: "Concluded from bars; excuses nothing in the score." },
  },
  ["inferred"],
)

const place = object({ start: instant, end: instant, rows: count, evidence: text }, ["end", "rows"])

const finding = object(
  {
    kind: { enum: findingKinds },
    severity: { enum: severities },
    message: text,
    rows: count,
    places: list(place),
    path: text,
  },
  ["path"],
)

const openRun = object({
  start: instant,
  last: instant,
  rows: count,
  flat: { type: "boolean" },
  price: numberOrNull,
})

const resume: JsonSchema = {
  ...object(
    {
      previous_close: numberOrNull,
      previous_open_time: { type: ["integer", "null"] },
      stale: ref("open_run"),
      zero_volume: ref("open_run"),
      missing: object({ start: instant, last: instant, bars: count }),
      density: list(object({ absent: count, runs: count })),
    },
    ["stale", "zero_volume", "missing"],
  ),
  description: "State of the scan after the year; lets a later validation take unchanged years over.",
}

const dateRange = object({ start: instant, end: instant })
const thin = object({ gaps: count, missing_bars: count, longest_bars: count })
const components = object(Object.fromEntries(Object.keys(scoreWeights).map((name) => [name, share])))
const tally = object(Object.fromEntries(Object.keys(emptyTally).map((name) => [snakeCase(name), count])))
const source = object({
  provider: text,
  method: { enum: ["direct", "resampled", "archive", "donor", "migrated", "unknown"] },
  adjustment,
  rows: count,
})

const originalYear = {
  status,
  rows: count,
  quality_score: share,
  errors: list(text),
  gaps: { ...list(ref("gap")), description: "The gaps that start in this year." },
  date_range: { anyOf: [dateRange, { type: "null" }] },
} as const satisfies { readonly [name: string]: JsonSchema }

const year = object(
  {
    ...originalYear,
    path: text,
    sha256: { type: "string", pattern: "^[0-9a-f]{64}$", description: "Of the file that was judged." },
    fingerprint: text,
    expected_bars: count,
    present_bars: count,
    extra_bars: count,
    thin_gaps: thin,
    findings: list(ref("finding")),
    sources: list(source),
    months: {
      ...list({ type: "array", items: count, minItems: 2, maxItems: 2 }),
      description: "Expected and present bars of the twelve months; empty for a file that cannot be read.",
    },
    score_components: ref("components"),
    tally: ref("tally"),
    resume,
  },
  ["path", "sha256", "fingerprint"],
)

const instrument = object(
  {
    symbol: text,
    assetClass: { enum: ["crypto", "stock", "etf", "fund", "index", "fx", "future"] },
    market: text,
    timeZone: text,
    base: text,
    currency: text,
  },
  ["base", "currency"],
)

const entry = object(
  {
    symbol: text,
    interval: { enum: timeframes },
    instrument,
    anchor: { enum: ["session", "clock"] },
    adjustment,
    known_splits: {
      ...list(object({ time: instant, ratio: { type: "number", minimum: 0 } })),
      description:
        "What providers told of splits with the rows; from then on one old share is so many new ones.",
    },
    venue: text,
    judged_range: dateRange,
    fingerprint: text,
    available_years: list({ type: "integer" }),
    total_rows: count,
    overall_status: status,
    expected_bars: count,
    present_bars: count,
    quality_score: share,
    score_components: ref("components"),
    thin_gaps: thin,
    findings: list(ref("finding")),
    yearly_breakdown: record(ref("year")),
    gap_summary: object({
      total_gaps: count,
      missing_bars: count,
      largest_gap_hours: { type: "number", minimum: 0 },
      gaps_by_year: record(count),
      gaps_by_reason: record(count),
    }),
    validation_timestamp: instant,
  },
  ["instrument", "anchor", "adjustment", "known_splits", "venue", "judged_range"],
)

/**
 * JSON Schema (2020-12) of `validate-metadata.json`. The keys of the original system keep their meaning, but `start`
 * of a gap is its first missing open time. Results are keyed `SYMBOL_INTERVAL`; each also says its `symbol` and
 * `interval`, as symbols may hold `_` themselves.
 */
export const reportSchema: JsonSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "Barkeep validation report (validate-metadata.json)",
  ...object({
    schema_version: { const: schemaVersion },
    rules_version: text,
    settings: text,
    validation_summary: object({
      total_symbols_intervals: count,
      valid: count,
      invalid: count,
      missing: count,
      error: count,
      quality_score: share,
      missing_entries: list(object({ symbol: text, interval: { enum: timeframes } }, ["interval"])),
      validation_timestamp: instant,
    }),
    detailed_results: record(ref("entry")),
    gap_analysis: {
      ...record(list(ref("gap"))),
      description:
        "All gaps of each result but the thin ones, ascending; those of several years are whole here.",
    },
    yearly_analysis: {
      ...record(record(object(originalYear))),
      description: "The original's part of each yearly_breakdown.",
    },
  }),
  $defs: { gap, finding, open_run: openRun, components, tally, year, entry },
}

/** `conflictingDuplicates` as `conflicting_duplicates`. */
export function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
