export { type BarsReport, validateBars, type ValidateBarsInput } from "./validate-bars.ts"
export type { EntryOptions } from "./entry-job.ts"
export { type SymbolOptions, validateSymbol } from "./validate-symbol.ts"
export { settingsOf, type ValidationSettings, validationSettings } from "./settings.ts"
export { type ValidateStoreOptions, validateStore, type ValidationEvent } from "./validate-store.ts"
export type { StoredEntry, StoredRows, StoredYear, ValidationSource } from "./validation-source.ts"
export type { EntryReport, MissingEntry, Status, StoreReport, YearReport } from "./store-report.ts"
export { durationHours, type Gap, type GapReason, gapReasons, type ThinSummary } from "./gap.ts"
export { type Finding, type FindingKind, findingKinds, type Place, type Severity } from "./finding.ts"
export type { AdditionsByMarket } from "./expected-times.ts"
export type { EntryFacts, Listing } from "./entry-facts.ts"
export type { CorporateEvents, Dividend, Split } from "./corporate-events.ts"
export type { SourceRows } from "./provenance-findings.ts"
export type { Carry } from "./carry.ts"
export type { Stretch } from "./scan-partition.ts"
export { type BarRules, rulesFor } from "./rules.ts"
export { rulesVersion } from "./rules-version.ts"
export {
  type Score,
  type ScoreComponent,
  type ScoreComponents,
  scoreText,
  scoreWeights,
  type Tally,
  toScore,
} from "./score.ts"
export type { Outage } from "./outage.ts"
export { type VenueFacts, venueFacts } from "./venue-facts.ts"
export {
  compareTimeframes,
  type CompareTimeframesInput,
  type TimeframeComparison,
  type TimeframeDifference,
} from "./compare-timeframes.ts"
export {
  compareProviders,
  type CompareProvidersOptions,
  type ProviderComparison,
  type ProviderDifference,
} from "./compare-providers.ts"
export { entryKey } from "./entry-key.ts"
export { storeScore, toReportDocument } from "./report-document.ts"
export type {
  EntryDocument,
  FindingDocument,
  GapDocument,
  ReportDocument,
  YearDocument,
} from "./report-shapes.ts"
export { type DataQuality, toDataQuality } from "./data-quality.ts"
export { mergeReports } from "./merge-reports.ts"
export { parseReportDocument } from "./parse-report.ts"
export { reportSchema, schemaVersion } from "./report-schema.ts"
export { findSchemaIssue, type JsonSchema, type SchemaIssue } from "./check-schema.ts"
export { InvalidReport, UnsupportedReport } from "./errors.ts"
export { type HtmlOptions, toHtml } from "./to-html.ts"
export {
  type GapTableOptions,
  type ReportTable,
  type TableColumn,
  toFindingTable,
  toGapTable,
  toTable,
  worstFirst,
} from "./report-table.ts"
