import * as Effect from "effect/Effect"
import { orFailure, type TypedError } from "./attempt.ts"
import { cleanCache as cleanCachePromise, type CleanOptions } from "./clean-cache.ts"
import {
  expireCases as expireCasesPromise,
  type ExpiryOptions,
  planExpiry as planExpiryPromise,
} from "./expire-cases.ts"
import type { CleanupReport, Expiry, Salvage } from "./report.ts"
import { salvageCases as salvageCasesPromise, type SalvageOptions } from "./salvage-cases.ts"

export type { TypedError }

/** `cleanCache` of the root entry. Interrupting the fiber stops after the step under way. */
export const cleanCache = (options: Omit<CleanOptions, "signal">): Effect.Effect<CleanupReport, TypedError> =>
  attempt((signal) => cleanCachePromise({ ...options, signal }))

/** `salvageCases` of the root entry. Interrupting the fiber stops between two cases. */
export const salvageCases = (
  options: Omit<SalvageOptions, "signal">,
): Effect.Effect<ReadonlyArray<Salvage>, TypedError> =>
  attempt((signal) => salvageCasesPromise({ ...options, signal }))

/** `planExpiry` of the root entry. */
export const planExpiry = (
  options: Omit<ExpiryOptions, "signal">,
): Effect.Effect<ReadonlyArray<Expiry>, TypedError> =>
  attempt((signal) => planExpiryPromise({ ...options, signal }))

/** `expireCases` of the root entry. Interrupting the fiber stops between two cases. */
export const expireCases = (
  plan: ReadonlyArray<Expiry>,
  options: Omit<Parameters<typeof expireCasesPromise>[1], "signal">,
): Effect.Effect<ReadonlyArray<Expiry>, TypedError> =>
  attempt((signal) => expireCasesPromise(plan, { ...options, signal }))

/** Typed errors fail; everything else is a defect. */
const attempt = <A>(step: (signal: AbortSignal) => Promise<A>): Effect.Effect<A, TypedError> =>
  Effect.promise((signal) =>
    orFailure<Effect.Effect<A, TypedError>>(
      async () => Effect.succeed(await step(signal)),
      (error) => Effect.fail(error),
    ),
  ).pipe(Effect.flatten)
