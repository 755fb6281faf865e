export { InvalidInput, TaggedError } from "./errors.ts"
export {
  containsTime,
  type EpochMillis,
  intersectRanges,
  isEmptyRange,
  isoTime,
  normalizeRanges,
  parseIsoTime,
  subtractRanges,
  type TimeRange,
  timeRange,
} from "./time-range.ts"
export { dateOfDays, daysInMonth, daysOfDate } from "./calendar-days.ts"
export {
  barEnd,
  isIntraday,
  isTimeframe,
  nominalMillis,
  openTimeAtOrAfter,
  openTimeOf,
  parseTimeframe,
  type Timeframe,
  timeframes,
} from "./timeframe.ts"
export {
  checkTimeZone,
  instantsOfLocal,
  toLocalMillis,
  type ZoneOffsets,
  zoneOffsets,
} from "./zone-offsets.ts"
export {
  allocateBars,
  type Bar,
  barAt,
  barCount,
  barRows,
  type Bars,
  barsFromRows,
  columns,
  concatBars,
  emptyBars,
  equalBars,
  equalRow,
  firstRowAtOrAfter,
  sliceBars,
  sliceRows,
  takeRows,
  valueColumns,
} from "./bars.ts"
export { type BarsIssue, findBarsIssue, findStructureIssue } from "./check-bars.ts"
export { differingRows, mergeBars, type MergedBars, type Replaceable } from "./merge-bars.ts"
export { resampleBars } from "./resample-bars.ts"
export { type AssetClass, hasSessions, type Instrument, zoneOfDays } from "./instrument.ts"
export {
  type Adjustment,
  findTilingIssue,
  isSameProvenance,
  type Method,
  type Provenance,
  type ProvenanceSpan,
  spanIndexAt,
  tileSpans,
} from "./provenance.ts"
export {
  addCoverage,
  answeredRanges,
  type Coverage,
  type CoverageSpan,
  mergeCoverage,
  missingRanges,
  sliceCoverage,
} from "./coverage.ts"
export { isNetworkFolder } from "./network-folder.ts"
export type { Anchor, BarPage, BarStore, EntryDescription, PutRequest, PutResult } from "./bar-store.ts"
