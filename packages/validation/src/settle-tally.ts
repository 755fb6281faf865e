import type { Gap, GapReason } from "./gap.ts"
import type { Tally } from "./score.ts"

/** Bars of these reasons nobody could have; they are not asked for. */
const notAsked: ReadonlySet<GapReason> = new Set(["before-listing", "after-delisting", "not-offered"])

/** True for bars that a fact from outside excuses, besides those; an inference is no such fact. */
const isExcused = ({ reason, inferred }: Pick<Gap, "reason" | "inferred">): boolean =>
  inferred !== true && (reason === "halt" || reason === "outage")

/** The tally without the bars that the gaps excuse. */
export const settleTally = (
  tally: Tally,
  gaps: ReadonlyArray<Pick<Gap, "reason" | "inferred" | "missingBars">>,
): Tally => {
  let { expected, missing } = tally
  for (const gap of gaps) {
    if (notAsked.has(gap.reason)) expected -= gap.missingBars
    else if (!isExcused(gap)) continue
    missing -= gap.missingBars
  }
  return { ...tally, expected, missing }
}
