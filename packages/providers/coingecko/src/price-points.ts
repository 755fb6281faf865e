import { type EpochMillis, isoTime } from "@barkeep/market-data"
import { isObject } from "@barkeep/provider-kit"
import * as Result from "effect/Result"
import { oldestAnswerMillis } from "./capabilities.ts"
import type { DroppedRow } from "./dropped-rows.ts"
import { medianSpacing } from "./row-spacing.ts"
import { findUnitSlip } from "./unit-slips.ts"

/** Prices at moments, strictly ascending. */
export interface PricePoints {
  readonly time: ReadonlyArray<EpochMillis>
  readonly price: ReadonlyArray<number>
}

/** The points of an answer, without the row of the moment. */
export interface ParsedPoints {
  readonly points: PricePoints
  readonly dropped: ReadonlyArray<DroppedRow>
}

/**
 * The price points of a `market_chart` answer, or why it is none: `{ prices: [[ms, price], ...] }`. Its
 * market capitalisations and rolling volumes are not looked at. The last row is the price of the moment when
 * it is about as young as the answer and follows the one before it sooner than the others do.
 * @param now CoinGecko's clock when it answered
 */
export const parsePricePoints = (payload: unknown, now: EpochMillis): Result.Result<ParsedPoints, string> => {
  const rows = isObject(payload) ? payload["prices"] : undefined
  if (!Array.isArray(rows)) return Result.fail("the answer has no list of prices")
  const time: Array<EpochMillis> = []
  const price: Array<number> = []
  for (const [index, row] of (rows as ReadonlyArray<unknown>).entries()) {
    if (!isPoint(row)) return Result.fail(`price ${index} is no time with a positive number`)
    const [at, value] = row
    const previous = time.at(-1) ?? Number.NEGATIVE_INFINITY
    // The row of the moment may repeat the last point.
    if (at < previous || (at === previous && index < rows.length - 1))
      return Result.fail(`price ${index}: ${isoTime(at)} does not come after ${isoTime(previous)}`)
    time.push(at)
    price.push(value)
  }
  const slip = findUnitSlip(
    price.map((value) => [value]),
    ([value]) => value as number,
  )
  if (slip !== undefined)
    return Result.fail(
      `the price of ${isoTime(time[slip] as number)} is a hundred times its neighbours, or a hundredth`,
    )
  const last = time.at(-1)
  if (last === undefined || !endsWithNow(time, now))
    return Result.succeed({ points: { time, price }, dropped: [] })
  return Result.succeed({
    points: { time: time.slice(0, -1), price: price.slice(0, -1) },
    dropped: [{ time: last, reason: "now" }],
  })
}

const latestTime = 8.64e15

const isPoint = (row: unknown): row is readonly [number, number] =>
  Array.isArray(row) &&
  row.length === 2 &&
  Number.isSafeInteger(row[0]) &&
  Math.abs(row[0] as number) <= latestTime &&
  typeof row[1] === "number" &&
  Number.isFinite(row[1]) &&
  row[1] > 0

const endsWithNow = (time: ReadonlyArray<EpochMillis>, now: EpochMillis): boolean => {
  const last = time.at(-1) as EpochMillis
  const spacing = medianSpacing(time.slice(0, -1))
  const lastSpacing = last - (time.at(-2) ?? Number.NEGATIVE_INFINITY)
  if (lastSpacing === 0) return true
  return last >= now - oldestAnswerMillis && spacing !== undefined && lastSpacing < 0.75 * spacing
}
