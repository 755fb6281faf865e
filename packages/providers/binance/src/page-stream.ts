import type { BarPage } from "@barkeep/market-data"
import type { ProviderError } from "@barkeep/provider-kit"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import { type Held, lastSeam, nextSeam } from "./join-seams.ts"
import type { Step } from "./plan-steps.ts"
import type { Answer, Stretch } from "./stretch.ts"

export interface StepAnswering {
  readonly answer: (step: Step) => Effect.Effect<Answer, ProviderError>
  /** Steps in flight at once. */
  readonly concurrency: number
  /** Makes an error of what two neighbours contradict each other in. */
  readonly contradiction: (issue: string, left: Stretch, right: Stretch) => ProviderError
}

/**
 * The pages of a plan's steps in their order, up to the present. Where files are among the steps, neighbours from
 * different sources are compared before they go out.
 */
export const pageStream = (
  steps: ReadonlyArray<Step>,
  { answer, concurrency, contradiction }: StepAnswering,
): Stream.Stream<BarPage, ProviderError> => {
  const stretches = Stream.fromIterable(steps).pipe(
    // As results, so that a failed step does not overtake the good ones before it.
    Stream.mapEffect((step) => Effect.result(answer(step)), { concurrency }),
    Stream.takeUntil((result) => Result.isSuccess(result) && result.success.reachesPresent),
    Stream.flatMap((result) => Stream.fromIterable(resultsOf(result))),
  )
  const checked = steps.some(({ _tag }) => _tag === "file")
    ? Stream.mapAccum(
        stretches,
        (): Held => undefined,
        (held, next) => nextSeam(held, next, contradiction),
        { onHalt: (held) => lastSeam<ProviderError>(held) },
      )
    : Stream.map(stretches, (stretch) => Result.map(stretch, ({ pages }) => pages))
  return checked.pipe(
    Stream.mapEffect(Effect.fromResult),
    Stream.flatMap((pages) => Stream.fromIterable(pages)),
  )
}

const resultsOf = (
  result: Result.Result<Answer, ProviderError>,
): ReadonlyArray<Result.Result<Stretch, ProviderError>> =>
  Result.isSuccess(result)
    ? result.success.stretches.map((stretch) => Result.succeed(stretch))
    : [Result.fail(result.failure)]
