import {
  type Bars,
  concatBars,
  emptyBars,
  type EpochMillis,
  mergeBars,
  sliceBars,
  subtractRanges,
  type TimeRange,
} from "@barkeep/market-data"
import type { Donor } from "./donor.ts"
import type { DonorAnswer } from "./fill-store.ts"

/** What of a range a donor was not asked yet. */
export const unanswered = (range: TimeRange, answers: ReadonlyArray<DonorAnswer>): ReadonlyArray<TimeRange> =>
  subtractRanges(
    [range],
    answers.map((answer) => answer.range),
  )

/** What a donor said not so long ago that it were to be asked again. */
export const freshAnswers = (
  donor: Pick<Donor, "id">,
  answers: ReadonlyArray<DonorAnswer>,
  { now, reaskMillis }: { readonly now: () => EpochMillis; readonly reaskMillis: number },
): ReadonlyArray<DonorAnswer> =>
  answers.filter((answer) => answer.donor === donor.id && answer.askedAt + reaskMillis > now())

/** The bars of a range as the donor answered them, the latest answer first. */
export const answeredBars = (range: TimeRange, answers: ReadonlyArray<DonorAnswer>): Bars =>
  answers
    .toSorted((a, b) => b.askedAt - a.askedAt)
    .reduce((bars, answer) => mergeBars(bars, sliceBars(answer.bars, range)).bars, concatBars([emptyBars]))
