import {
  type BarPage,
  type Bars,
  barCount,
  differingRows,
  intersectRanges,
  isoTime,
  sliceBars,
  type TimeRange,
  valueColumns,
} from "@barkeep/market-data"
import * as Result from "effect/Result"

/** Consecutive pages from one source. */
export interface Stretch {
  readonly source: "archive" | "rest"
  /** How messages call it: `/api/v3/klines`, `BTCUSDT-1m-2024-01.zip`. */
  readonly name: string
  /** Their ranges follow each other. */
  readonly pages: ReadonlyArray<BarPage>
  /** All bars that the same answer has in `seen`, which may reach beyond the pages. */
  readonly bars: Bars
  readonly seen: TimeRange
}

/** What one step of a plan came to. */
export interface Answer {
  readonly stretches: ReadonlyArray<Stretch>
  /** Every later step lies in the future. */
  readonly reachesPresent: boolean
}

/** An answer to no question. */
export const nothing: Answer = { stretches: [], reachesPresent: false }

/** Volumes of republished files differ a little; another column in their place differs by far more. */
const volumeTolerance = 0.01

/**
 * Two neighbours with what they say of the bars that both have seen, or why they contradict each other: a bar that only
 * one has, another price, volumes that differ by more than 1 % in sum. Smaller differences of volume are noted in the
 * evidence of the REST pages. Neighbours of one source are taken as they are.
 */
export const joinStretches = (
  left: Stretch,
  right: Stretch,
): Result.Result<readonly [Stretch, Stretch], string> => {
  const overlap = left.source === right.source ? undefined : intersectRanges(left.seen, right.seen)
  if (overlap === undefined) return Result.succeed([left, right])
  const a = sliceBars(left.bars, overlap)
  const b = sliceBars(right.bars, overlap)
  const issue = absenceIssue(left, a, right, b) ?? absenceIssue(right, b, left, a)
  if (issue !== undefined) return Result.fail(issue)
  const rows = differingRows(a, b)
  const [first] = rows
  if (first === undefined) return Result.succeed([left, right])
  const telling = rows.find((row) => differingColumn(a, b, row) !== "volume") ?? first
  const column = differingColumn(a, b, telling)
  const difference = `the ${column} of ${isoTime(a.openTime[telling] as number)} is ${a[column][telling]} in ${left.name} and ${b[column][telling]} in ${right.name}`
  const change = Math.abs(1 - sum(a.volume) / sum(b.volume))
  if (column !== "volume" || !(change <= volumeTolerance)) return Result.fail(difference)
  const note = `of ${barCount(a)} bars ${rows.length} differ in volume, by ${(change * 100).toPrecision(2)} % in sum: ${difference}`
  return Result.succeed([noted(left, note), noted(right, note)])
}

const absenceIssue = (left: Stretch, a: Bars, right: Stretch, b: Bars): string | undefined => {
  let row = 0
  for (const time of a.openTime) {
    while (row < barCount(b) && (b.openTime[row] as number) < time) row += 1
    if (b.openTime[row] !== time) return `${left.name} has a bar at ${isoTime(time)}, ${right.name} has none`
  }
  return undefined
}

/** The first column with another value in the two rows; prices come before the volume. */
const differingColumn = (a: Bars, b: Bars, row: number): (typeof valueColumns)[number] =>
  valueColumns.find((name) => !Object.is(a[name][row], b[name][row])) ?? "volume"

const sum = (column: Float64Array): number => column.reduce((total, value) => total + value, 0)

const noted = (stretch: Stretch, seam: string): Stretch =>
  stretch.source === "archive"
    ? stretch
    : {
        ...stretch,
        pages: stretch.pages.map((page) => ({
          ...page,
          provenance: { ...page.provenance, evidence: { ...page.provenance.evidence, seam } },
        })),
      }

/** The answers in their order, up to the first that reaches the present. */
export const joinAnswers = (answers: ReadonlyArray<Answer>): Answer => {
  const last = answers.findIndex(({ reachesPresent }) => reachesPresent)
  const counted = last < 0 ? answers : answers.slice(0, last + 1)
  return { stretches: counted.flatMap(({ stretches }) => stretches), reachesPresent: last >= 0 }
}

/** The part of a stretch in the range; `undefined` when it has no bar there. */
export const clipStretch = (stretch: Stretch, range: TimeRange): Stretch | undefined => {
  const pages = stretch.pages.flatMap((page) => {
    const common = intersectRanges(page.range, range)
    return common === undefined ? [] : [{ ...page, range: common, bars: sliceBars(page.bars, common) }]
  })
  return pages.some((page) => barCount(page.bars) > 0) ? { ...stretch, pages } : undefined
}
