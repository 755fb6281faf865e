export type { Cache, CacheEntry, PutOptions } from "./cache.ts"
export {
  CacheError,
  type CacheFailure,
  type CacheOperation,
  describeCacheFailure,
  type LockHolder,
} from "./cache-error.ts"
export { barsToCsv, csvHeader } from "./csv-text.ts"
export { type Compression, readSourceRows, type SourceRows, type UnreadableLine } from "./codec/index.ts"
export type { StoredEntry } from "./entry-description.ts"
export type { Explanation } from "./explain.ts"
export type { AnswerJournal, DonorAnswer } from "./answer-journal.ts"
export type { FillRequest, FillResult } from "./fill-request.ts"
export type { Fill } from "./list-fills.ts"
export type { UndoResult } from "./undo-fill.ts"
export type { UndoneYear } from "./undo-year.ts"
export { type FileStat, type FileSystem, type FolderItem, nodeFileSystem } from "./file-system.ts"
export type { CacheFiles, EntryName, RebuildOutcome, TidyOutcome } from "./cache-files.ts"
export { openCache } from "./open-cache.ts"
export { openCacheFiles } from "./open-cache-files.ts"
export type { PartitionPaths } from "./layout.ts"
export type { CachePutResult } from "./put-result.ts"
export type { Quarantined, QuarantinedFile, ReadableSummary } from "./quarantine.ts"
export type { YearFile } from "./read-year.ts"
export type { CasePresence, SalvageResult } from "./salvage-case.ts"
export type { SetAsideOutcome, SetAsideRequest } from "./set-aside.ts"
export type { CacheStatistics, EntryStatistics, SizeTotals } from "./statistics.ts"
export type { CacheOptions, Clock, LockKind } from "./store-context.ts"
export { folderOfSymbol, symbolOfFolder } from "./symbol-names.ts"
export type { VerifyFilter, VerifyProgress } from "./verify.ts"
export type { VerifyFinding, VerifyKind, VerifyReport } from "./verify-finding.ts"
export type { MeasuredQuality, QualityOutcome } from "./write-quality.ts"
export { withEntryLock } from "./with-entry-lock.ts"
