import { allocateBars, type Bars } from "@barkeep/market-data"
import * as Result from "effect/Result"
import { localTimeReader, localTimeText } from "./local-times.ts"

/** What an answer says about itself; CSV says almost nothing. */
export interface SeriesMeta {
  readonly symbol?: string
  readonly interval?: string
  readonly outputSize?: string
  readonly timeZone?: string
}

/** The rows of one answer, ascending, with their times as the vendor wrote them. */
export interface Series {
  readonly meta: SeriesMeta
  /** Wall-clock time of each row in milliseconds counted as if they were UTC, at whichever end of the bar. */
  readonly localTime: Float64Array
  /** Prices and volumes; its open times are not filled in. */
  readonly values: Omit<Bars, "openTime">
}

/** One row before it is read: the time and open, high, low, close, volume as decimal texts. */
export type SeriesRow = readonly [time: unknown, ...cells: ReadonlyArray<unknown>]

const decimal = /^\d+(\.\d+)?$/

/**
 * Rows as columns, ascending, or why they are none; one bad row fails all, so that no answer is trusted in part. Alpha
 * Vantage sends the newest row first.
 */
export const readRows = (meta: SeriesMeta, rows: ReadonlyArray<SeriesRow>): Result.Result<Series, string> => {
  const { openTime: localTime, ...values } = allocateBars(rows.length)
  const columns = [values.open, values.high, values.low, values.close, values.volume]
  const readTime = localTimeReader()
  for (const [index, [text, ...cells]] of rows.entries()) {
    const time = typeof text === "string" ? readTime(text) : undefined
    if (time === undefined) return Result.fail(`row ${index} has no time but ${String(text)}`)
    const at = rows.length - 1 - index
    localTime[at] = time
    for (const [place, column] of columns.entries()) {
      const cell = cells[place]
      if (typeof cell !== "string" || !decimal.test(cell))
        return Result.fail(`row ${index} (${String(text)}) has a cell that is no decimal number`)
      column[at] = Number(cell)
    }
  }
  for (let row = 1; row < rows.length; row += 1)
    if ((localTime[row] as number) <= (localTime[row - 1] as number))
      return Result.fail(
        `rows are not ordered newest first: ${localTimeText(localTime[row] as number)} comes before ${localTimeText(localTime[row - 1] as number)}`,
      )
  return Result.succeed({ meta, localTime, values })
}
