export type {
  CacheFiles,
  CasePresence,
  EntryName,
  FileFinding,
  FindingKind,
  Inspection,
  InspectionFilter,
  InspectionProgress,
  QuarantineCase,
  ReadableRows,
  RebuildOutcome,
  SalvageResult,
  SetAsideOutcome,
  SetAsideRequest,
  TidyOutcome,
} from "./cache-files.ts"
export { cleanCache, type CleanOptions } from "./clean-cache.ts"
export { expireCases, type ExpiryOptions, parseAge, planExpiry } from "./expire-cases.ts"
export { judgeFiles } from "./judge-files.ts"
export {
  type CleanupReport,
  countKinds,
  type Expiry,
  type JudgedFile,
  openFiles,
  type Outcome,
  type Salvage,
} from "./report.ts"
export { casesOf, toCaseDocument, toReportDocument, type ReportDocument } from "./report-document.ts"
export { salvageCases, type SalvageOptions } from "./salvage-cases.ts"
export { type Action, type Verdict, type VerdictKind, verdictKinds } from "./verdict.ts"
