export { fillGaps, type FillGapsOptions, type FillReport, planFillGaps } from "./fill-gaps.ts"
export type { FillPlan, PlannedQuestion } from "./plan-fills.ts"
export type { AnswerJournal, DonorAnswer, FillRequest, FillStore } from "./fill-store.ts"
export type { AbsentDonor, Donor } from "./donor.ts"
export type { FillEvent } from "./fill-event.ts"
export {
  type Attempt,
  type GapOutcome,
  type GapResult,
  mayFillLater,
  type NotFillableReason,
  notFillableReasons,
} from "./outcome.ts"
export { explainMissing, type ExplainMissingOptions, type SourceAnswer } from "./explain-missing.ts"
export type { GapFilter } from "./select-gaps.ts"
export { calibrate, type CalibrationQuestion } from "./calibrate.ts"
export type { Calibration, CalibrationFigures, CalibrationIssue } from "./calibration.ts"
export { thresholds } from "./thresholds.ts"
export { StaleReport } from "./errors.ts"
