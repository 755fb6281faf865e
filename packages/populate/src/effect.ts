import * as Effect from "effect/Effect"
import type { PopulatePlan } from "./plan.ts"
import * as Facade from "./populate.ts"
import type { PopulateReport } from "./populate-task.ts"

/** `populate` of the root entry. Interrupting the fiber aborts it, after what had been fetched is committed. */
export const populate = (options: Omit<Facade.PopulateOptions, "signal">): Effect.Effect<PopulateReport> =>
  Effect.promise((signal) => Facade.populate({ ...options, signal }))

/** `planPopulate` of the root entry; what the store throws (it is damaged) is a defect here. */
export const planPopulate = (
  options: Omit<Facade.PopulateOptions, "signal" | "batch" | "onEvent" | "concurrency">,
): Effect.Effect<PopulatePlan> => Effect.promise((signal) => Facade.planPopulate({ ...options, signal }))
