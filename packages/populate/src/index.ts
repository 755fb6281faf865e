export { planPopulate, populate, type PopulateOptions } from "./populate.ts"
export {
  type PlannedLookup,
  type PopulatePlan,
  type RefusedPlan,
  type TaskPlan,
  totalsOf,
} from "./plan.ts"
export type { BatchLimits } from "./batches.ts"
export type { PopulateEvent, PopulateReport, PopulateTask, TaskOutcome } from "./populate-task.ts"
export { fitsEntry } from "./fallback.ts"
export { resampled } from "./resampled.ts"
export { HistoryRestated, restatementFactor } from "./restatement.ts"
export { closedRange } from "./missing-ranges.ts"
