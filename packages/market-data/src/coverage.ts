import { type EpochMillis, normalizeRanges, subtractRanges, type TimeRange } from "./time-range.ts"

/** A range that a provider was asked for and answered, whether or not it had rows. */
export interface CoverageSpan extends TimeRange {
  readonly provider: string
  /** When it was asked (the latest time, where answers were joined). */
  readonly askedAt: EpochMillis
  /** The answer held no row; may be asked again later. */
  readonly empty: boolean
  /** False while the provider may still add or correct rows here. */
  readonly settled: boolean
}

/** Everything that was asked for one entry: ascending and disjoint, a later answer replaces an earlier one. */
export type Coverage = ReadonlyArray<CoverageSpan>

const millisPerDay = 86_400_000

/** `coverage` with one more answer, which replaces what it overlaps. */
export const addCoverage = (coverage: Coverage, answer: CoverageSpan): Coverage => {
  if (answer.to <= answer.from) return coverage
  const result: Array<CoverageSpan> = []
  for (const span of coverage)
    for (const rest of subtractRanges([span], [answer])) result.push({ ...span, ...rest })
  result.push(answer)
  return joinNeighbours(result.toSorted((a, b) => a.from - b.from))
}

/** Several coverages as one; where they overlap the later answer counts. */
export const mergeCoverage = (...parts: ReadonlyArray<Coverage>): Coverage =>
  parts
    .flat()
    .toSorted((a, b) => a.askedAt - b.askedAt)
    .reduce<Coverage>(addCoverage, [])

/** The part of `coverage` inside `range`. */
export const sliceCoverage = (coverage: Coverage, range: TimeRange): Coverage =>
  coverage.flatMap((span) => {
    const from = Math.max(span.from, range.from)
    const to = Math.min(span.to, range.to)
    return from < to ? [{ ...span, from, to }] : []
  })

/** What of `wanted` has no settled answer yet. */
export const missingRanges = (wanted: TimeRange, coverage: Coverage): ReadonlyArray<TimeRange> =>
  subtractRanges(
    [wanted],
    coverage.filter((span) => span.settled),
  )

/** The ranges that have been answered, settled or not. */
export const answeredRanges = (coverage: Coverage): ReadonlyArray<TimeRange> => normalizeRanges(coverage)

// Empty answers keep their day of asking, because they are asked again after a while; answers with rows do not need it.
const joinNeighbours = (spans: ReadonlyArray<CoverageSpan>): Coverage => {
  const result: Array<CoverageSpan> = []
  for (const span of spans) {
    const last = result.at(-1)
    if (
      last !== undefined &&
      last.to === span.from &&
      last.provider === span.provider &&
      last.empty === span.empty &&
      last.settled === span.settled &&
      (!span.empty || Math.floor(last.askedAt / millisPerDay) === Math.floor(span.askedAt / millisPerDay))
    )
      result[result.length - 1] = { ...last, to: span.to, askedAt: Math.max(last.askedAt, span.askedAt) }
    else result.push(span)
  }
  return result
}
