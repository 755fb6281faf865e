import type { BarPage } from "@barkeep/market-data"
import * as Result from "effect/Result"
import { joinStretches, type Stretch } from "./stretch.ts"

/** A stretch that is held back until what follows it has been compared with it. */
export type Held = Stretch | undefined

/** Pages that may go out, or the failure that ends the answer. */
export type Checked<E> = Result.Result<ReadonlyArray<BarPage>, E>

/**
 * One step of the check where sources meet: takes the next stretch, lets go of the one before it. When they contradict
 * each other, neither goes out; before any other failure, the one that was held does.
 * @param toError makes an error of a contradiction
 */
export const nextSeam = <E>(
  held: Held,
  next: Result.Result<Stretch, E>,
  toError: (issue: string, left: Stretch, right: Stretch) => E,
): readonly [Held, ReadonlyArray<Checked<E>>] => {
  if (Result.isFailure(next)) return [undefined, [...lastSeam<E>(held), Result.fail(next.failure)]]
  if (held === undefined) return [next.success, []]
  const joined = joinStretches(held, next.success)
  return Result.isFailure(joined)
    ? [undefined, [Result.fail(toError(joined.failure, held, next.success))]]
    : [joined.success[1], [Result.succeed(joined.success[0].pages)]]
}

/** Lets go of the last stretch. */
export const lastSeam = <E>(held: Held): ReadonlyArray<Checked<E>> =>
  held === undefined ? [] : [Result.succeed(held.pages)]
