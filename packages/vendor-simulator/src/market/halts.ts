import {
  type EpochMillis,
  InvalidInput,
  isoTime,
  isEmptyRange,
  normalizeRanges,
  type TimeRange,
} from "@barkeep/market-data"

/** A range in which a venue stood still: no minute of it exists. */
export interface Halt {
  /** `*` halts every symbol. */
  readonly symbol: string
  /** Half-open, whole minutes. */
  readonly range: TimeRange
}

/** @throws {InvalidInput} when a halt is empty or does not begin and end at whole minutes */
export const checkHalt = ({ symbol, range }: Halt): void => {
  const expected = "a half-open range of whole minutes that is not empty"
  const text = `${isoTime(range.from)} to ${isoTime(range.to)}`
  if (isEmptyRange(range) || range.from % 60_000 !== 0 || range.to % 60_000 !== 0)
    throw new InvalidInput({ field: `halts: ${symbol}`, value: text, expected })
}

/** Sorted, disjoint halts of one symbol. */
export const haltsOf = (halts: ReadonlyArray<Halt>, symbol: string): ReadonlyArray<TimeRange> =>
  normalizeRanges(
    halts.filter((halt) => halt.symbol === symbol || halt.symbol === "*").map((halt) => halt.range),
  )

/** True when the whole of `[from, to)` lies inside one halt. */
export const isHalted = (halts: ReadonlyArray<TimeRange>, from: EpochMillis, to: EpochMillis): boolean =>
  halts.some((halt) => halt.from <= from && to <= halt.to)
