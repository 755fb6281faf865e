import type { Coverage, EpochMillis, TimeRange } from "@barkeep/market-data"
import { yearRange } from "./local-time.ts"

/** The earliest and latest instant of settled answers; unsettled ones may still grow. */
const coveredRange = (coverage: Coverage): TimeRange | undefined => {
  const settled = coverage.filter((span) => span.settled)
  const [first] = settled
  return first === undefined
    ? undefined
    : { from: first.from, to: Math.max(...settled.map((span) => span.to)) }
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

/** What bounds the judging of an entry's last years. */
export interface EndOfRows {
  /** The last year that has a file. */
  readonly lastYear: number
  readonly timeZone: string
  readonly coverage: Coverage
  /** End of the last row. */
  readonly rowsEnd: EpochMillis | undefined
  /** When the rows of the last year were fetched or written. */
  readonly writtenAt: EpochMillis | undefined
  readonly now: EpochMillis | undefined
  /** Length of a bar: one that had not closed by then is not asked for. */
  readonly barMillis: number
}

/** Where judging ends, by the same rule; at the latest with the last bar that had closed when the file was written. */
export const judgedTo = (end: EndOfRows): EpochMillis => {
  const year = yearRange(end.lastYear, end.timeZone)
  const closedBy = (time: EpochMillis | undefined): EpochMillis =>
    time === undefined ? Number.POSITIVE_INFINITY : time - end.barMillis + 1
  const asked = coveredRange(end.coverage)?.to ?? Number.NEGATIVE_INFINITY
  const written = Math.min(year.to, closedBy(end.writtenAt) - widestOffset)
  const wanted = isAsked(end.coverage, year) ? asked : Math.max(asked, written)
  return Math.max(year.from, end.rowsEnd ?? Number.NEGATIVE_INFINITY, Math.min(wanted, closedBy(end.now)))
}

// Other programs note when they wrote a file in local time, without saying of where.
const widestOffset = 14 * 3_600_000
