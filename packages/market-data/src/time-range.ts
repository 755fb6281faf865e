import { Temporal } from "temporal-polyfill"
import { InvalidInput } from "./errors.ts"

/** Milliseconds since 1970-01-01T00:00:00Z, an integer. */
export type EpochMillis = number

/** Half-open `[from, to)`, both epoch milliseconds UTC, `from < to` unless the range is empty (`from === to`). */
export interface TimeRange {
  readonly from: EpochMillis
  readonly to: EpochMillis
}

/**
 * A checked half-open range.
 * @throws {InvalidInput} when a bound is no integer number of milliseconds or `to` lies before `from`
 */
export const timeRange = (from: EpochMillis, to: EpochMillis): TimeRange => {
  if (!Number.isSafeInteger(from))
    throw new InvalidInput({
      field: "from",
      value: from,
      expected: "an integer number of epoch milliseconds",
    })
  if (!Number.isSafeInteger(to) || to < from)
    throw new InvalidInput({ field: "to", value: to, expected: `epoch milliseconds at or after ${from}` })
  return { from, to }
}

export const isEmptyRange = (range: TimeRange): boolean => range.to <= range.from

export const containsTime = (range: TimeRange, time: EpochMillis): boolean =>
  time >= range.from && time < range.to

/** The common part of two ranges; `undefined` when they share no instant. */
export const intersectRanges = (a: TimeRange, b: TimeRange): TimeRange | undefined => {
  const from = Math.max(a.from, b.from)
  const to = Math.min(a.to, b.to)
  return from < to ? { from, to } : undefined
}

/** The same instants as sorted, disjoint, non-touching, non-empty ranges. */
export const normalizeRanges = (ranges: Iterable<TimeRange>): ReadonlyArray<TimeRange> => {
  const sorted = Array.from(ranges)
    .filter((range) => !isEmptyRange(range))
    .toSorted((a, b) => a.from - b.from)
  const result: Array<TimeRange> = []
  for (const range of sorted) {
    const last = result.at(-1)
    if (last !== undefined && range.from <= last.to) {
      if (range.to > last.to) result[result.length - 1] = { from: last.from, to: range.to }
    } else result.push({ from: range.from, to: range.to })
  }
  return result
}

/** The instants of `ranges` that lie in none of `holes`, normalized. */
export const subtractRanges = (
  ranges: Iterable<TimeRange>,
  holes: Iterable<TimeRange>,
): ReadonlyArray<TimeRange> => {
  const cuts = normalizeRanges(holes)
  const result: Array<TimeRange> = []
  let first = 0
  for (const range of normalizeRanges(ranges)) {
    let from = range.from
    while (first < cuts.length && (cuts[first] as TimeRange).to <= from) first += 1
    for (let index = first; index < cuts.length; index += 1) {
      const cut = cuts[index] as TimeRange
      if (cut.from >= range.to) break
      if (cut.from > from) result.push({ from, to: cut.from })
      from = Math.max(from, cut.to)
    }
    if (from < range.to) result.push({ from, to: range.to })
  }
  return result
}

/** An instant as ISO 8601 text in UTC; whole seconds without a fraction. */
export const isoTime = (time: EpochMillis): string =>
  Temporal.Instant.fromEpochMilliseconds(time).toString({
    smallestUnit: time % 1000 === 0 ? "second" : "millisecond",
  })

/**
 * The instant of an ISO 8601 text with an offset or `Z`.
 * @throws {InvalidInput} for any other text
 */
export const parseIsoTime = (text: string): EpochMillis => {
  try {
    return Temporal.Instant.from(text).epochMilliseconds
  } catch {
    throw new InvalidInput({
      field: "time",
      value: text,
      expected: "an ISO 8601 instant such as 2024-01-31T00:00:00Z",
    })
  }
}
