import { InvalidInput } from "@barkeep/market-data"
import * as Effect from "effect/Effect"
import { CacheError } from "./cache-error.ts"

/** An asynchronous step of the store as an effect: its typed errors fail, everything else is a bug and dies. */
export const attempt = <A>(
  body: (signal: AbortSignal) => Promise<A>,
): Effect.Effect<A, CacheError | InvalidInput> =>
  Effect.tryPromise({ try: body, catch: (cause) => (isTyped(cause) ? cause : new Bug(cause)) }).pipe(
    Effect.catchIf(
      (failure) => failure instanceof Bug,
      (bug) => Effect.die(bug.thrown),
    ),
  )

/** What was thrown, as a failure when it is one of the store's errors, else as a defect. */
export const typedFailure = (cause: unknown): Effect.Effect<never, CacheError | InvalidInput> =>
  isTyped(cause) ? Effect.fail(cause) : Effect.die(cause)

class Bug {
  readonly thrown: unknown

  constructor(thrown: unknown) {
    this.thrown = thrown
  }
}

const isTyped = (cause: unknown): cause is CacheError | InvalidInput =>
  cause instanceof CacheError || cause instanceof InvalidInput
