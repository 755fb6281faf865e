import type { EpochMillis } from "@barkeep/market-data"
import * as Result from "effect/Result"
import { isObject, type JsonObject } from "./json-object.ts"

/** A change of the number of shares: one old share became `numerator / denominator` new ones. */
export interface Split {
  /** The open of the first session with the new shares. */
  readonly time: EpochMillis
  readonly numerator: number
  readonly denominator: number
}

/** A payment per share in the instrument's currency, adjusted for later splits. */
export interface Payment {
  /** The open of the first session without the claim to it. */
  readonly time: EpochMillis
  readonly amount: number
}

/** What an answer tells besides prices; each list ascending. */
export interface ChartEvents {
  readonly splits: ReadonlyArray<Split>
  readonly dividends: ReadonlyArray<Payment>
  /** Distributions of funds. */
  readonly capitalGains: ReadonlyArray<Payment>
}

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

const toSplit = (time: EpochMillis, event: JsonObject): Split | undefined => {
  const { numerator, denominator } = event
  return isPositive(numerator) && isPositive(denominator) ? { time, numerator, denominator } : undefined
}

const toPayment = (time: EpochMillis, event: JsonObject): Payment | undefined => {
  const { amount } = event
  return typeof amount === "number" ? { time, amount } : undefined
}

const isPositive = (value: unknown): value is number => typeof value === "number" && value > 0
