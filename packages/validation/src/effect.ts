import type * as Effect from "effect/Effect"
import type { TypedError } from "./attempt.ts"
import { runValidation } from "./run-validation.ts"
import type { StoreReport } from "./store-report.ts"
import type { ValidateStoreOptions } from "./validate-store.ts"

export type { TypedError }

/**
 * `validateStore` of the root entry. Fails with the typed error that the source's `entries` rejects with; what cannot
 * be read of single entries is in the report. Interrupting the fiber stops before the next year.
 */
export const validateStore = (
  options: Omit<ValidateStoreOptions, "signal">,
): Effect.Effect<StoreReport, TypedError> => runValidation(options)
