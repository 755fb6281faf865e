import { barCount, type BarPage, type EpochMillis } from "@barkeep/market-data"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { proven } from "./absence.ts"

/**
 * Holds back pages that are doubtful until one with bars follows, and lets `check` make sure that its first bar is the
 * next one that there is: an answer that has lost its bars looks like one about a time without trades. What nothing
 * follows stays doubtful.
 * @param check fails when there is a bar between `from` and `next`
 */
export const proveAbsence =
  <E>(check: (from: EpochMillis, next: EpochMillis) => Effect.Effect<void, E>) =>
  (pages: Stream.Stream<BarPage, E>): Stream.Stream<BarPage, E> =>
    Stream.mapAccumEffect(
      pages,
      (): ReadonlyArray<BarPage> => [],
      (held, page) => {
        const [first] = held
        if (first === undefined && page.absence !== "doubtful") return Effect.succeed([held, [page]] as const)
        const next = page.bars.openTime[0]
        if (first === undefined || barCount(page.bars) === 0 || next === undefined)
          return Effect.succeed([[...held, page], []] as const)
        return Effect.as(check(first.range.from, next), [[], [...held.map(proven), page]] as const)
      },
      { onHalt: (held) => held },
    )
