import { InvalidInput } from "@barkeep/market-data"
import * as Effect from "effect/Effect"
import { CacheError } from "./cache-error.ts"

/** An asynchronous step of the store as an effect: its typed errors fail, everything else is a bug and dies. */
export const attempt = <A>(
  body: (signal: AbortSignal) => Promise<A>,
): Effect.Effect<A, CacheError | InvalidInput> =>
  Effect.tryPromise({ try: body, catch: (cause) => cause }).pipe(Effect.catch(typedFailure))

export const typedFailure = (cause: unknown): Effect.Effect<never, CacheError | InvalidInput> =>
  cause instanceof CacheError || cause instanceof InvalidInput ? Effect.fail(cause) : Effect.die(cause)
