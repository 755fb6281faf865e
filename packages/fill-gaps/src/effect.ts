import { InvalidInput } from "@barkeep/market-data"
import * as Effect from "effect/Effect"
import { StaleReport } from "./errors.ts"
import * as Facade from "./fill-gaps.ts"
import type { FillPlan } from "./plan-fills.ts"

type Failure = StaleReport | InvalidInput

/** `fillGaps` of the root entry. Interrupting the fiber aborts it; committed rows stay. Failures of the store are defects. */
export const fillGaps = (
  options: Omit<Facade.FillGapsOptions, "signal">,
): Effect.Effect<Facade.FillReport, Failure> => attempt((signal) => Facade.fillGaps({ ...options, signal }))

/** `planFillGaps` of the root entry. */
export const planFillGaps = (
  options: Omit<Facade.FillGapsOptions, "signal">,
): Effect.Effect<FillPlan, Failure> => attempt((signal) => Facade.planFillGaps({ ...options, signal }))

const attempt = <A>(body: (signal: AbortSignal) => Promise<A>): Effect.Effect<A, Failure> =>
  Effect.promise(async (signal): Promise<Effect.Effect<A, Failure>> => {
    try {
      return Effect.succeed(await body(signal))
    } catch (error) {
      if (error instanceof StaleReport || error instanceof InvalidInput) return Effect.fail(error)
      throw error
    }
  }).pipe(Effect.flatten)
