import {
  type Anchor,
  type Bars,
  barCount,
  type EpochMillis,
  firstRowAtOrAfter,
  sliceRows,
  type Timeframe,
} from "@barkeep/market-data"
import { type BinCalendar, binBars } from "./binned-bars.ts"

export interface CompareTimeframesInput {
  readonly coarse: Bars
  readonly coarseTimeframe: Timeframe
  /** Bars of the same instrument and price basis, of a timeframe that tiles the coarse one. */
  readonly fine: Bars
  readonly fineTimeframe: Timeframe
  readonly calendar: BinCalendar
  readonly anchor?: Anchor
  /** Relative difference up to which prices agree. @default 1e-9 */
  readonly priceTolerance?: number
  /** The same for volumes. @default 1e-6 */
  readonly volumeTolerance?: number
}

const comparedColumns = ["open", "high", "low", "close", "volume"] as const

/** One value of a coarse bar that the finer bars contradict. */
export interface TimeframeDifference {
  readonly openTime: EpochMillis
  readonly column: (typeof comparedColumns)[number]
  readonly coarse: number
  readonly fine: number
  /** Relative to the larger one. */
  readonly relative: number
  /** The finer bars are all there; else they may only lack some. */
  readonly complete: boolean
}

export interface TimeframeComparison {
  /** Bins that both have. */
  readonly compared: number
  /** Bins among them whose finer bars are all there. */
  readonly complete: number
  /** Bins in which every column agrees. */
  readonly agreeing: number
  readonly differences: ReadonlyArray<TimeframeDifference>
  /** Bins between the first and last common time that only one side has. */
  readonly onlyCoarse: number
  readonly onlyFine: number
}

/**
 * Holds stored coarse bars against bars made of stored finer ones. A difference in a bin whose finer bars are all
 * there means that one of the two is wrong; vendors' own intervals do disagree. Fine bars outside of sessions belong to
 * no bin. Pure.
 * @throws {InvalidInput} when the fine timeframe does not tile the coarse one
 */
export const compareTimeframes = (input: CompareTimeframesInput): TimeframeComparison => {
  const { coarse, fine, calendar, coarseTimeframe, fineTimeframe } = input
  const anchor = input.anchor === undefined ? {} : { anchor: input.anchor }
  const { bars: made, parts } = binBars(fine, coarseTimeframe, calendar, input.anchor)
  const [from, to] = commonTimes(coarse, made)
  const [a, b] = [between(coarse, from, to), between(made, from, to)]
  const partsBefore = firstRowAtOrAfter(made.openTime, from)
  const differences: Array<TimeframeDifference> = []
  let [compared, complete, agreeing, onlyCoarse, onlyFine] = [0, 0, 0, 0, 0]
  let [i, j] = [0, 0]
  while (i < barCount(a) || j < barCount(b)) {
    const left = a.openTime[i] ?? Number.POSITIVE_INFINITY
    const right = b.openTime[j] ?? Number.POSITIVE_INFINITY
    if (left < right) {
      onlyCoarse += 1
      i += 1
    } else if (right < left) {
      onlyFine += 1
      j += 1
    } else {
      const isComplete =
        parts[partsBefore + j] === calendar.barsInBin(coarseTimeframe, left, fineTimeframe, anchor)
      const found = differencesAt(a, i, b, j, isComplete, input)
      differences.push(...found)
      compared += 1
      if (isComplete) complete += 1
      if (found.length === 0) agreeing += 1
      i += 1
      j += 1
    }
  }
  return { compared, complete, agreeing, differences, onlyCoarse, onlyFine }
}

const commonTimes = (a: Bars, b: Bars): readonly [EpochMillis, EpochMillis] => {
  const from = Math.max(a.openTime[0] ?? Number.POSITIVE_INFINITY, b.openTime[0] ?? Number.POSITIVE_INFINITY)
  const to = Math.min(
    a.openTime.at(-1) ?? Number.NEGATIVE_INFINITY,
    b.openTime.at(-1) ?? Number.NEGATIVE_INFINITY,
  )
  return [from, to + 1]
}

const between = (bars: Bars, from: EpochMillis, to: EpochMillis): Bars =>
  sliceRows(
    bars,
    firstRowAtOrAfter(bars.openTime, from),
    Math.max(firstRowAtOrAfter(bars.openTime, from), firstRowAtOrAfter(bars.openTime, to)),
  )

/** The columns in which two rows of the same time differ. */
export const differencesAt = (
  a: Bars,
  i: number,
  b: Bars,
  j: number,
  complete: boolean,
  {
    priceTolerance = 1e-9,
    volumeTolerance = 1e-6,
  }: Pick<CompareTimeframesInput, "priceTolerance" | "volumeTolerance">,
): ReadonlyArray<TimeframeDifference> =>
  comparedColumns.flatMap((column) => {
    const [coarse, fine] = [a[column][i] as number, b[column][j] as number]
    // Without volume on one side there is nothing to compare.
    if (column === "volume" && (Number.isNaN(coarse) || Number.isNaN(fine))) return []
    const scale = Math.max(Math.abs(coarse), Math.abs(fine))
    const relative = scale === 0 ? 0 : Math.abs(coarse - fine) / scale
    return relative <= (column === "volume" ? volumeTolerance : priceTolerance)
      ? []
      : [{ openTime: a.openTime[i] as number, column, coarse, fine, relative, complete }]
  })
