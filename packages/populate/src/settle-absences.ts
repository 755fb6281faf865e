import {
  type BarPage,
  type Coverage,
  type EpochMillis,
  subtractRanges,
  type TimeRange,
} from "@barkeep/market-data"

/** An absence counts when the same was answered so much earlier: a failure would have been over by then. */
const beliefMillis = 86_400_000

/** What becomes of answered pages. */
export interface JudgedPages {
  /** To store. */
  readonly pages: ReadonlyArray<BarPage>
  /** Absences that are not believed yet. */
  readonly doubtful: ReadonlyArray<TimeRange>
}

/**
 * The pages to store: a doubtful absence that was answered in the same way a day ago is settled, and one that was
 * answered so since then is left out, so that what is stored keeps the day of the first answer.
 * @param earlier what the store knew before this run
 */
export const settleAbsences = (
  pages: ReadonlyArray<BarPage>,
  earlier: Coverage,
  now: EpochMillis,
): JudgedPages => {
  const stored: Array<BarPage> = []
  const doubtful: Array<TimeRange> = []
  // What is settled already is no absence: some bars are asked again, to see whether they still are the same.
  const settledRanges = earlier.filter(({ settled }) => settled)
  for (const page of pages) {
    if (page.absence !== "doubtful") stored.push(page)
    else
      for (const range of subtractRanges([page.range], settledRanges)) {
        const isKnownSince = (time: EpochMillis): boolean => wasAbsent(range, page, earlier, time)
        if (isKnownSince(now - beliefMillis)) stored.push(believed({ ...page, range }))
        else {
          doubtful.push(range)
          if (!isKnownSince(now)) stored.push({ ...page, range })
        }
      }
  }
  return { pages: stored, doubtful }
}

const believed = (page: BarPage): BarPage => ({
  ...page,
  absence: "known",
  provenance: { ...page.provenance, settled: true },
})

/** True when the same provider has answered all of the range without a bar, not after that time. */
const wasAbsent = (
  range: TimeRange,
  { provenance }: BarPage,
  earlier: Coverage,
  time: EpochMillis,
): boolean => {
  const same = earlier.filter(
    ({ provider, empty, settled, askedAt }) =>
      empty && !settled && provider === provenance.provider && askedAt <= time,
  )
  return subtractRanges([range], same).length === 0
}
