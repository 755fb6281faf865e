import type { Coverage, EpochMillis, TimeRange } from "@barkeep/market-data"
import { yearRange } from "./local-time.ts"

/** The earliest and latest instant of settled answers; unsettled ones may still grow. */
export const coveredRange = (coverage: Coverage): TimeRange | undefined => {
  const settled = coverage.filter((span) => span.settled)
  const [first] = settled
  return first === undefined ? undefined : { from: first.from, to: Math.max(...settled.map((span) => span.to)) }
}

const isAsked = (coverage: Coverage, range: TimeRange): boolean =>
  coverage.some((span) => span.settled && span.from < range.to && span.to > range.from)

/**
 * Where judging begins: where somebody asked first. Of a file whose year nobody is known to have asked for (another
 * program wrote it), the whole year is judged.
 */
export const judgedFrom = (
  firstYear: number,
  timeZone: string,
  coverage: Coverage,
  firstOpenTime: EpochMillis | undefined,
): EpochMillis => {
  const year = yearRange(firstYear, timeZone)
  const asked = coveredRange(coverage)?.from ?? Number.POSITIVE_INFINITY
  return isAsked(coverage, year) ? Math.min(asked, firstOpenTime ?? asked) : Math.min(asked, year.from)
}

/**
 * Where judging ends, by the same rule; at the latest when the file was written.
 * @param rowsEnd end of the last row
 * @param writtenAt when the rows were fetched or written last
 */
export const judgedTo = (
  lastYear: number,
  timeZone: string,
  coverage: Coverage,
  rowsEnd: EpochMillis | undefined,
  writtenAt: EpochMillis | undefined,
): EpochMillis => {
  const year = yearRange(lastYear, timeZone)
  const asked = coveredRange(coverage)?.to ?? Number.NEGATIVE_INFINITY
  const ofRows = rowsEnd ?? Number.NEGATIVE_INFINITY
  if (isAsked(coverage, year)) return Math.max(asked, ofRows)
  const written = writtenAt === undefined ? year.to : writtenAt - widestOffset
  return Math.max(asked, ofRows, Math.min(year.to, Math.max(year.from, written)))
}

// Other programs note when they wrote a file in local time, without saying of where.
const widestOffset = 14 * 3_600_000
