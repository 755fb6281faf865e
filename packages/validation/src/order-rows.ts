import { type Bars, barCount, type EpochMillis, equalRow, takeRows } from "@barkeep/market-data"

/** A row whose open time another row of the same columns has already. */
export interface DuplicateRow {
  readonly openTime: EpochMillis
  /** The values differ from those of the first row with that open time. */
  readonly conflicting: boolean
}

/** Raw columns as bars, and what had to be done for it. */
export interface OrderedRows {
  /** Ascending, one row for each open time: the first of the raw columns. The columns given, when nothing was wrong. */
  readonly bars: Bars
  readonly order: "ascending" | "descending" | "unsorted"
  /** Open times that come right after a later one. */
  readonly outOfOrder: ReadonlyArray<EpochMillis>
  readonly duplicates: ReadonlyArray<DuplicateRow>
  /** Rows whose open time is no integer number of milliseconds of any calendar year; they are in no other count. */
  readonly withoutTime: number
}

/** Sorts rows by open time and keeps the first of each; columns in order are passed through untouched. */
export const orderRows = (raw: Bars): OrderedRows => {
  if (isAscending(raw.openTime))
    return { bars: raw, order: "ascending", outOfOrder: [], duplicates: [], withoutTime: 0 }
  const timed = rowsWithTime(raw.openTime)
  const outOfOrder: Array<EpochMillis> = []
  let ascends = false
  for (let index = 1; index < timed.length; index += 1) {
    const time = raw.openTime[timed[index] as number] as number
    const before = raw.openTime[timed[index - 1] as number] as number
    if (time < before) outOfOrder.push(time)
    else if (time > before) ascends = true
  }
  // Sorting is stable, so that of equal open times the first row stays first.
  const sorted = timed.toSorted((a, b) => (raw.openTime[a] as number) - (raw.openTime[b] as number))
  const kept: Array<number> = []
  const duplicates: Array<DuplicateRow> = []
  for (const row of sorted) {
    const first = kept.at(-1)
    if (first === undefined || raw.openTime[first] !== raw.openTime[row]) kept.push(row)
    else
      duplicates.push({ openTime: raw.openTime[row] as number, conflicting: !equalRow(raw, first, raw, row) })
  }
  return {
    bars: takeRows(raw, kept),
    order: outOfOrder.length === 0 ? "ascending" : ascends ? "unsorted" : "descending",
    outOfOrder,
    duplicates,
    withoutTime: barCount(raw) - timed.length,
  }
}

const isAscending = (openTime: Float64Array): boolean => {
  let before = -farthest - 1
  for (let row = 0; row < openTime.length; row += 1) {
    const time = openTime[row] as number
    // False for NaN as well.
    if (!(time > before && Math.floor(time) === time)) return false
    before = time
  }
  return before <= farthest
}

/** The most milliseconds before or after 1970 that a calendar knows. */
const farthest = 8.64e15

const isInstant = (time: number): boolean => Number.isInteger(time) && Math.abs(time) <= farthest

const rowsWithTime = (openTime: Float64Array): ReadonlyArray<number> => {
  const rows: Array<number> = []
  for (let row = 0; row < openTime.length; row += 1) if (isInstant(openTime[row] as number)) rows.push(row)
  return rows
}
