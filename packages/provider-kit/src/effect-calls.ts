import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { ProviderError } from "./provider-error.ts"
import type { BytesAnswer, JsonAnswer, VendorAnswer } from "./vendor-answer.ts"
import type { VendorCall, VendorClient } from "./vendor-client.ts"

/** `client.json` as an Effect; interruption aborts the call. */
export const callJson = (client: VendorClient, call: VendorCall): Effect.Effect<JsonAnswer, ProviderError> =>
  orDefect((signal) => client.json(call, { signal }))

/** `client.text` as an Effect; interruption aborts the call. */
export const callText = (
  client: VendorClient,
  call: VendorCall,
): Effect.Effect<VendorAnswer, ProviderError> => orDefect((signal) => client.text(call, { signal }))

/** `client.bytes` as an Effect; interruption aborts the call. */
export const callBytes = (
  client: VendorClient,
  call: VendorCall,
): Effect.Effect<BytesAnswer, ProviderError> => orDefect((signal) => client.bytes(call, { signal }))

/** A Promise that rejects with a `ProviderError` as an Effect; any other rejection is a defect. */
export const orDefect = <A>(run: (signal: AbortSignal) => Promise<A>): Effect.Effect<A, ProviderError> =>
  Effect.tryPromise({
    try: (signal) => run(signal),
    catch: (error) => {
      if (error instanceof ProviderError) return error
      throw error
    },
  })

/** What was read from the answer to a call; a `MalformedResponse` with the reason where it cannot be trusted. */
export const trusted = <A>(
  client: VendorClient,
  call: Pick<VendorCall, "operation">,
  result: Result.Result<A, string>,
): Effect.Effect<A, ProviderError> =>
  Result.isSuccess(result)
    ? Effect.succeed(result.success)
    : Effect.fail(client.error(call.operation, { _tag: "MalformedResponse", issue: result.failure }))
