import type { EpochMillis } from "@barkeep/market-data"
import { isObject, type JsonObject } from "@barkeep/provider-kit"
import * as Result from "effect/Result"
import type { ChartEvents, Payment, Split, Stamped } from "./corporate-events.ts"

/**
 * The events of an answer, or why they are none. Yahoo files them under the bar in which they fall, so that only the
 * `date` inside each tells when it was. Key order is no order.
 */
export const parseEvents = (value: unknown): Result.Result<ChartEvents, string> => {
  if (value === undefined || value === null)
    return Result.succeed({ splits: [], dividends: [], capitalGains: [] })
  if (!isObject(value)) return Result.fail("events are no object")
  const splits = parseList(value["splits"], toSplit)
  const dividends = parseList(value["dividends"], toPayment)
  const capitalGains = parseList(value["capitalGains"], toPayment)
  if (splits === undefined) return Result.fail("a split lacks its date or ratio")
  if (dividends === undefined) return Result.fail("a dividend lacks its date or amount")
  if (capitalGains === undefined) return Result.fail("a capital gain lacks its date or amount")
  return Result.succeed({ splits, dividends, capitalGains })
}

const parseList = <A extends { readonly time: EpochMillis }>(
  value: unknown,
  toEvent: (time: EpochMillis, event: JsonObject) => A | undefined,
): ReadonlyArray<A> | undefined => {
  if (value === undefined || value === null) return []
  if (!isObject(value)) return undefined
  const events: Array<A> = []
  for (const event of Object.values(value)) {
    if (!isObject(event) || !Number.isSafeInteger(event["date"])) return undefined
    const parsed = toEvent((event["date"] as number) * 1000, event)
    if (parsed === undefined) return undefined
    events.push(parsed)
  }
  return events.toSorted((a, b) => a.time - b.time)
}

const toSplit = (time: EpochMillis, event: JsonObject): Stamped<Split> | undefined => {
  const { numerator, denominator } = event
  return isPositive(numerator) && isPositive(denominator) ? { time, numerator, denominator } : undefined
}

const toPayment = (time: EpochMillis, event: JsonObject): Stamped<Payment> | undefined => {
  const { amount } = event
  return typeof amount === "number" ? { time, amount } : undefined
}

const isPositive = (value: unknown): value is number => typeof value === "number" && value > 0
