import { type Bars, equalRow, takeRows } from "@barkeep/market-data"
import { DamagedBytes } from "./damaged-bytes.ts"

/** Rows in ascending order, each open time once. */
export interface SettledRows {
  readonly bars: Bars
  readonly duplicates: number
  readonly unsorted: boolean
}

/**
 * Sorts rows by open time and keeps rows that are repeated exactly once. No row is lost.
 * @param lines the line of each row, for the error
 * @throws {DamagedBytes} kind `duplicate` when two rows of one open time differ
 */
export const settleRows = (bars: Bars, lines: Int32Array): SettledRows => {
  const { openTime } = bars
  const unsorted = openTime.some((time, row) => row > 0 && time < (openTime[row - 1] as number))
  const order = Uint32Array.from(openTime, (_, row) => row)
  // The sort is stable: rows of one open time keep the order of the file.
  if (unsorted) order.sort((a, b) => (openTime[a] as number) - (openTime[b] as number) || a - b)
  const kept = order.filter((row, index) => {
    const before = order[index - 1]
    if (before === undefined || openTime[before] !== openTime[row]) return true
    if (equalRow(bars, before, bars, row)) return false
    const [earlier, later] = [lines[before] as number, lines[row] as number].toSorted((a, b) => a - b)
    throw new DamagedBytes({
      kind: "duplicate",
      issue: `lines ${earlier} and ${later} have one open time and different values`,
      line: later as number,
      otherLine: earlier as number,
    })
  })
  const duplicates = order.length - kept.length
  return { bars: unsorted || duplicates > 0 ? takeRows(bars, kept) : bars, duplicates, unsorted }
}
