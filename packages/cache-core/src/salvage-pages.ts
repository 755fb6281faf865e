import {
  barCount,
  type BarPage,
  type Bars,
  type CoverageSpan,
  emptyBars,
  type Provenance,
  type ProvenanceSpan,
  sliceBars,
  subtractRanges,
  type TimeRange,
} from "@barkeep/market-data"
import type { ReadableYear } from "./read-damaged-year.ts"

/**
 * Pages that put rows of a damaged year back with their provenance and what was answered about them: nothing is claimed
 * of times that are lost. Rows that no answer covers, or whose origin is unknown, may give way to a new answer.
 */
export const salvagePages = (
  { bars, spans, coverage, entry }: Pick<ReadableYear, "bars" | "spans" | "coverage" | "entry">,
  evidence: NonNullable<Provenance["evidence"]>,
): ReadonlyArray<BarPage> => {
  const pages = coverage.flatMap((answer) => pagesOfAnswer(answer, spans, bars, entry.adjustment, evidence))
  for (const span of spans)
    for (const range of subtractRanges([span], coverage)) {
      const rows = sliceBars(bars, range)
      if (barCount(rows) > 0)
        pages.push({
          range: rangeOf(rows),
          bars: rows,
          provenance: { ...withEvidence(span, evidence), settled: false },
        })
    }
  return pages
}

/** One answer, cut where the origin of its rows changes. */
const pagesOfAnswer = (
  answer: CoverageSpan,
  spans: ReadonlyArray<ProvenanceSpan>,
  bars: Bars,
  adjustment: Provenance["adjustment"],
  evidence: NonNullable<Provenance["evidence"]>,
): Array<BarPage> => {
  const pages: Array<BarPage> = []
  let from = answer.from
  for (const span of spans) {
    const to = Math.min(span.to, answer.to)
    const rows = sliceBars(bars, { from: Math.max(span.from, from), to: Math.max(to, from) })
    if (barCount(rows) === 0) continue
    const provenance = withEvidence(span, evidence)
    pages.push({
      range: { from, to },
      bars: rows,
      provenance: { ...provenance, settled: provenance.settled && answer.settled },
    })
    from = to
  }
  if (from < answer.to)
    pages.push({
      range: { from, to: answer.to },
      bars: emptyBars,
      provenance: {
        provider: answer.provider,
        endpoint: "",
        method: "direct",
        adjustment,
        fetchedAt: answer.askedAt,
        settled: answer.settled,
      },
    })
  return pages
}

const withEvidence = (
  { provider, endpoint, method, adjustment, fetchedAt, settled, fillId, evidence }: ProvenanceSpan,
  more: NonNullable<Provenance["evidence"]>,
): Provenance => ({
  provider,
  endpoint,
  method,
  adjustment,
  fetchedAt,
  settled,
  ...(fillId === undefined ? {} : { fillId }),
  evidence: { ...evidence, ...more },
})

const rangeOf = (bars: Bars): TimeRange => ({
  from: bars.openTime[0] as number,
  to: (bars.openTime.at(-1) as number) + 1,
})
