import { type Bars, barCount, InvalidInput, isIntraday, isoTime, type Timeframe } from "@barkeep/market-data"
import { formatRows, longestRow } from "./codec/format-rows.ts"
import { toWallClock, wallClock } from "./codec/wall-clock.ts"

/** The first line of every data file. */
export const csvHeader = "timestamp,open,high,low,close,volume\n"

/**
 * Bars as the lines that the data files hold, without the header: dates or wall-clock times of `timeZone`, numbers as
 * the shortest decimals that read back to the same double, an empty field for NaN.
 * @throws {InvalidInput} for an open time that `timeZone` has no wall-clock text of its own for
 */
export const barsToCsv = (bars: Bars, timeframe: Timeframe, timeZone: string): string => {
  const rows = barCount(bars)
  if (rows === 0) return ""
  const dateOnly = !isIntraday(timeframe)
  const first = bars.openTime[0] as number
  const clock = wallClock({ dateOnly, timeZone }, first, bars.openTime[rows - 1] as number)
  const localTime = new Float64Array(rows)
  const unwritable = toWallClock(clock, bars.openTime, 0, rows, localTime)
  if (unwritable < rows)
    throw new InvalidInput({
      field: "openTime",
      value: isoTime(bars.openTime[unwritable] as number),
      expected: `an instant with a wall-clock time of its own in ${timeZone}`,
    })
  const target = new Uint8Array(rows * longestRow)
  const end = formatRows(bars, 0, rows, localTime, dateOnly, new Int32Array(5), target, 0)
  return new TextDecoder().decode(target.subarray(0, end))
}
