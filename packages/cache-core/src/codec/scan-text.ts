import type { Kernel } from "./kernel.ts"
import { type RowArena, type RowScan, scanRows } from "./scan-rows.ts"

/** After a row that the kernel does not take, so many are read without it: such rows come in numbers. */
const rowsWithout = 32

/**
 * The same as `scanRows`, faster: the kernel reads what it takes, `scanRows` what it does not, and says so when a row is
 * not in the form of the cache.
 */
export const scanText = (
  scan: RowScan,
  arena: RowArena,
  dateOnly: boolean,
  rowLimit: number,
  kernel: Kernel | undefined,
): boolean => {
  const { text, end } = scan
  // Without a last line feed there is no bound that a row is sure to end at.
  if (kernel === undefined || scan.extraFields > 0 || end <= scan.position || text[end - 1] !== lineFeed)
    return scanRows(scan, arena, dateOnly, rowLimit)
  while (scan.row < rowLimit && scan.position < end) {
    const start = scan.position
    const stop = endOfRows(text, start, Math.min(end, start + kernel.textLength))
    // A single row longer than the kernel's memory.
    if (stop === start) return scanRows(scan, arena, dateOnly, rowLimit)
    kernel.load(text.subarray(start, stop))
    while (scan.row < rowLimit && scan.position < stop) {
      const { rows, position, lastTime } = kernel.scan(
        scan.position - start,
        stop - start,
        rowLimit - scan.row,
        scan.lastTime,
        dateOnly,
      )
      for (let column = 0; column < 6; column += 1)
        arena.numbers.set(kernel.column(column, rows), column * arena.stride + scan.row)
      scan.row += rows
      scan.position = start + position
      scan.lastTime = lastTime
      if (scan.row === rowLimit || scan.position === stop) break
      const next = Math.min(rowLimit, scan.row + rowsWithout)
      if (scanRows(scan, arena, dateOnly, next) || scan.row < next) return scan.position === end
    }
  }
  return scan.position === end
}

const lineFeed = 10

/** One past the last line feed in `[start, end)`; `start` when there is none. */
const endOfRows = (text: Uint8Array, start: number, end: number): number => {
  for (let position = end; position > start; position -= 1)
    if (text[position - 1] === lineFeed) return position
  return start
}
