import type { BarPage } from "@barkeep/market-data"
import * as Effect from "effect/Effect"
import type * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { ClosedPages } from "./closed-pages.ts"
import type { ProviderError } from "./provider-error.ts"

/**
 * The pages of a question that is asked window by window, in order. Planned when they are asked for, not before; nothing
 * is asked after an answer that reaches the present.
 */
export const windowPages = <Window>(
  plan: () => Result.Result<ReadonlyArray<Window>, ProviderError>,
  ask: (window: Window) => Effect.Effect<ClosedPages, ProviderError>,
  concurrency = 1,
): Stream.Stream<BarPage, ProviderError> =>
  Stream.suspend(() => Stream.fromIterableEffect(Effect.fromResult(plan()))).pipe(
    // As results, so that a failed window does not overtake the good ones before it.
    Stream.mapEffect((window) => Effect.result(ask(window)), { concurrency }),
    Stream.mapEffect(Effect.fromResult),
    Stream.takeUntil(({ reachesPresent }) => reachesPresent),
    Stream.flatMap(({ pages }) => Stream.fromIterable(pages)),
  )
