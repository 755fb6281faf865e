import {
  type Bars,
  barCount,
  barEnd,
  concatBars,
  containsTime,
  type EpochMillis,
  findBarsIssue,
  firstRowAtOrAfter,
  intersectRanges,
  isIntraday,
  isoTime,
  nominalMillis,
  normalizeRanges,
  openTimeAtOrAfter,
  openTimeOf,
  sliceBars,
  subtractRanges,
  type Timeframe,
  type TimeRange,
} from "@barkeep/market-data"
import type { ArchiveFile } from "./archive-file.ts"
import { openTimesIn } from "./grid.ts"

/** What the rows of a file are good for. */
export interface JudgedFile {
  /** Rows on the grid, in none of the `offGrid` ranges. */
  readonly bars: Bars
  /** Days (weeks, months for such timeframes) with rows off the grid, of which no row is used; normalized. */
  readonly offGrid: ReadonlyArray<TimeRange>
}

/**
 * Sorts out what of a file can be used, or says why nothing can: rows that do not ascend, lie outside the file's period
 * or cannot be true. The close times are not looked at: a bar before a halt closes early.
 * @see https://github.com/binance/binance-public-data/issues/77
 */
export const judgeFile = ({ timeframe, period }: ArchiveFile, bars: Bars): JudgedFile | string => {
  const offGrid: Array<TimeRange> = []
  const isOnGrid = gridOf(timeframe)
  for (let row = 0; row < barCount(bars); row += 1) {
    const time = bars.openTime[row] as number
    if (!containsTime(period, time))
      return `row ${row}: ${showTime(time)} lies outside ${isoTime(period.from)}..${isoTime(period.to)}`
    if (row > 0 && time <= (bars.openTime[row - 1] as number))
      return `row ${row}: ${showTime(time)} does not come after the row before`
    if (isOnGrid(time)) continue
    const unit = unitOf(timeframe, time)
    if (offGrid.at(-1)?.from !== unit.from) offGrid.push(unit)
  }
  const good = concatBars(subtractRanges([period], offGrid).map((range) => sliceBars(bars, range)))
  const issue = findBarsIssue(good)
  if (issue !== undefined) return `${showTime(good.openTime[issue.row] ?? 0)}: ${issue.issue}`
  return { bars: good, offGrid: normalizeRanges(offGrid) }
}

/**
 * The runs of bars that should open in the range and are not there, each from the first absent open time to the next
 * present one or the range's end.
 */
export const absentRuns = (timeframe: Timeframe, bars: Bars, range: TimeRange): ReadonlyArray<TimeRange> => {
  const runs: Array<TimeRange> = []
  const first = firstRowAtOrAfter(bars.openTime, range.from)
  const end = firstRowAtOrAfter(bars.openTime, range.to)
  if (end - first === openTimesIn(timeframe, range)) return runs
  let expected = openTimeAtOrAfter(timeframe, range.from)
  for (let row = first; row < end; row += 1) {
    const time = bars.openTime[row] as number
    if (time > expected) runs.push({ from: expected, to: time })
    expected = barEnd(timeframe, time)
  }
  if (expected < range.to) runs.push({ from: expected, to: range.to })
  return runs
}

/** Neighbouring runs put together as long as their span has at most so many open times. */
export const groupRuns = (
  timeframe: Timeframe,
  runs: ReadonlyArray<TimeRange>,
  mostBars: number,
): ReadonlyArray<ReadonlyArray<TimeRange>> => {
  const groups: Array<Array<TimeRange>> = []
  for (const run of runs) {
    const group = groups.at(-1)
    const from = group?.[0]?.from ?? run.from
    if (group !== undefined && openTimesIn(timeframe, { from, to: run.to }) <= mostBars) group.push(run)
    else groups.push([run])
  }
  return groups
}

/** The parts of `ranges` inside `within`. */
export const clipRanges = (ranges: ReadonlyArray<TimeRange>, within: TimeRange): ReadonlyArray<TimeRange> =>
  ranges.flatMap((range) => intersectRanges(range, within) ?? [])

const gridOf = (timeframe: Timeframe): ((time: EpochMillis) => boolean) => {
  const length = nominalMillis(timeframe)
  return isIntraday(timeframe)
    ? (time) => time % length === 0
    : (time) => Number.isInteger(time) && openTimeOf(timeframe, time) === time
}

/** What is replaced as a whole: the day of a row, or its week or month where there are no files of days. */
const unitOf = (timeframe: Timeframe, time: EpochMillis): TimeRange => {
  const length = timeframe === "1w" || timeframe === "1mo" ? timeframe : "1d"
  const from = openTimeOf(length, Math.floor(time))
  return { from, to: barEnd(length, from) }
}

const showTime = (time: EpochMillis): string =>
  Number.isInteger(time) && Math.abs(time) <= 8.64e15 ? isoTime(time) : String(time)
