import { allocateBars, type Bars } from "@barkeep/market-data"
import * as Result from "effect/Result"

/** Binance sends milliseconds, or microseconds when a proxy asks for them; no epoch millisecond reaches this before 5138. */
export const firstMicros = 1e14

const decimal = /^\d+(\.\d+)?$/

/**
 * The bars of a klines answer, or why it is none. Rows are
 * `[openTime, open, high, low, close, volume, closeTime, ...]` with prices and base volume as decimal strings. One bad
 * row fails the page, so that no page is trusted in part. The close time is not looked at: a bar before a halt closes
 * early.
 * @see https://github.com/binance/binance-public-data/issues/77
 */
export const klinesToBars = (payload: unknown): Result.Result<Bars, string> => {
  if (!Array.isArray(payload)) return Result.fail("the answer is not a list of rows")
  const rows: ReadonlyArray<unknown> = payload
  const bars = allocateBars(rows.length)
  for (let index = 0; index < rows.length; index += 1) {
    const row = rows[index]
    if (!Array.isArray(row) || row.length < 6) return Result.fail(`row ${index} is no kline`)
    const [time, open, high, low, close, volume]: ReadonlyArray<unknown> = row
    if (typeof time !== "number") return Result.fail(`row ${index} has no open time`)
    if (!(isDecimal(open) && isDecimal(high) && isDecimal(low) && isDecimal(close) && isDecimal(volume)))
      return Result.fail(`row ${index} has a cell that is no decimal number`)
    bars.openTime[index] = time >= firstMicros ? time / 1000 : time
    bars.open[index] = Number(open)
    bars.high[index] = Number(high)
    bars.low[index] = Number(low)
    bars.close[index] = Number(close)
    bars.volume[index] = Number(volume)
  }
  return Result.succeed(bars)
}

const isDecimal = (cell: unknown): cell is string => typeof cell === "string" && decimal.test(cell)
