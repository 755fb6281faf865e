import { allocateBars, type Bars, barCount, concatBars, equalRow, valueColumns } from "./bars.ts"

/** Which existing rows give way to an incoming row of the same open time; a mask has one byte per existing row. */
export type Replaceable = "none" | "all" | Uint8Array

/** Both inputs merged by open time, with an account of every row. */
export interface MergedBars {
  readonly bars: Bars
  /** One byte per merged row: 1 when it came from `incoming`, 0 when it is the existing row. */
  readonly fromIncoming: Uint8Array
  /** Incoming rows at open times that did not exist. */
  readonly added: number
  /** Existing rows that an incoming row with other values replaced. */
  readonly replaced: number
  /** Existing rows that stayed although the incoming row had other values. */
  readonly differing: number
}

/**
 * Merges two ascending sets of bars. Every open time of either is in the result once; where both have it the
 * existing row stays unless it is replaceable. Merging the same rows again changes nothing.
 */
export const mergeBars = (existing: Bars, incoming: Bars, replaceable: Replaceable = "none"): MergedBars => {
  const left = existing.openTime
  const right = incoming.openTime
  // The usual case by far: new rows come after all that there are.
  if (left.length === 0 || right.length === 0 || (left.at(-1) as number) < (right[0] as number))
    return appendBars(existing, incoming)
  const rows = countUnion(left, right)
  const bars = allocateBars(rows)
  const fromIncoming = new Uint8Array(rows)
  let added = 0
  let replaced = 0
  let differing = 0
  let i = 0
  let j = 0
  for (let row = 0; row < rows; row += 1) {
    const a = i < left.length ? (left[i] as number) : Number.POSITIVE_INFINITY
    const b = j < right.length ? (right[j] as number) : Number.POSITIVE_INFINITY
    let takeIncoming = b < a
    if (a === b) {
      takeIncoming = replaceable === "all" || (replaceable !== "none" && replaceable[i] === 1)
      if (!equalRow(existing, i, incoming, j)) {
        if (takeIncoming) replaced += 1
        else differing += 1
      }
    } else if (takeIncoming) added += 1
    const source = takeIncoming ? incoming : existing
    const index = takeIncoming ? j : i
    bars.openTime[row] = Math.min(a, b)
    for (const name of valueColumns) bars[name][row] = source[name][index] as number
    fromIncoming[row] = takeIncoming ? 1 : 0
    if (a <= b) i += 1
    if (b <= a) j += 1
  }
  return { bars, fromIncoming, added, replaced, differing }
}

const appendBars = (existing: Bars, incoming: Bars): MergedBars => {
  const bars = concatBars([existing, incoming])
  const fromIncoming = new Uint8Array(barCount(bars)).fill(1, barCount(existing))
  return { bars, fromIncoming, added: barCount(incoming), replaced: 0, differing: 0 }
}

const countUnion = (left: Float64Array, right: Float64Array): number => {
  let i = 0
  let j = 0
  let rows = 0
  while (i < left.length && j < right.length) {
    const a = left[i] as number
    const b = right[j] as number
    if (a <= b) i += 1
    if (b <= a) j += 1
    rows += 1
  }
  return rows + (left.length - i) + (right.length - j)
}

/** Rows of `bars` that exist at the same open time in `other` with other values. */
export const differingRows = (bars: Bars, other: Bars): ReadonlyArray<number> => {
  const result: Array<number> = []
  let j = 0
  for (let i = 0; i < barCount(bars); i += 1) {
    const time = bars.openTime[i] as number
    while (j < barCount(other) && (other.openTime[j] as number) < time) j += 1
    if (j < barCount(other) && other.openTime[j] === time && !equalRow(bars, i, other, j)) result.push(i)
  }
  return result
}
