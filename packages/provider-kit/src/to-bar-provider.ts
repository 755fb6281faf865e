import type { BarPage } from "@barkeep/market-data"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { BarProvider, CallOptions } from "./bar-provider.ts"
import type { EffectBarProvider } from "./bar-provider-service.ts"

/**
 * A provider of Effects as one of Promises and AsyncIterables. Typed errors reject as the same instance; an abort
 * rejects with the signal's reason and stops the calls under way; leaving the loop stops them too.
 */
export const toBarProvider = (provider: EffectBarProvider): BarProvider => {
  const { firstBar, nextBar } = provider
  return {
    id: provider.id,
    capabilities: provider.capabilities,
    plan: (request) => Result.getOrThrow(provider.plan(request)),
    bars: (request, options = {}) => toAsyncIterable(provider.bars(request), options),
    ...(firstBar && {
      firstBar: {
        call: firstBar.call,
        find: (instrument, timeframe, options) => runPromise(firstBar.find(instrument, timeframe), options),
      },
    }),
    ...(nextBar && {
      nextBar: {
        call: nextBar.call,
        find: (instrument, timeframe, after, options) =>
          runPromise(nextBar.find(instrument, timeframe, after), options),
      },
    }),
  }
}

/** The Effect's value; rejects with its typed error itself, or with the signal's reason when aborted. */
export const runPromise = async <A, E>(
  effect: Effect.Effect<A, E>,
  { signal }: CallOptions = {},
): Promise<A> => {
  signal?.throwIfAborted()
  const exit = await Effect.runPromiseExit(effect, signal && { signal })
  if (Exit.isSuccess(exit)) return exit.value
  if (Cause.hasInterruptsOnly(exit.cause)) signal?.throwIfAborted()
  throw Cause.squash(exit.cause)
}

const toAsyncIterable = <E>(
  pages: Stream.Stream<BarPage, E>,
  { signal }: CallOptions,
): AsyncIterable<BarPage> =>
  Stream.toAsyncIterable(
    signal === undefined
      ? pages
      : Stream.suspend((): Stream.Stream<BarPage, unknown> =>
          signal.aborted ? Stream.fail(signal.reason) : Stream.interruptWhen(pages, failWhenAborted(signal)),
        ),
  )

const failWhenAborted = (signal: AbortSignal): Effect.Effect<never, unknown> =>
  Effect.callback((resume) => {
    const onAbort = (): void => resume(Effect.fail(signal.reason))
    if (signal.aborted) return onAbort()
    signal.addEventListener("abort", onAbort, { once: true })
    return Effect.sync(() => signal.removeEventListener("abort", onAbort))
  })
