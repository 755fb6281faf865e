import { type EpochMillis, type Instrument, isoTime, type TimeRange } from "@barkeep/market-data"
import * as Result from "effect/Result"
import { isObject, type JsonObject } from "./json-object.ts"
import { datedOpenTimes } from "./local-dates.ts"

/** A question for the events of an instrument that take effect in the half-open range. */
export interface EventsRequest {
  readonly instrument: Instrument
  readonly range: TimeRange
}

/** The day on which something takes effect: from this session on shares trade without the dividend, in the new number. */
export interface EffectiveDay {
  /** Open time of its daily bar. */
  readonly openTime: EpochMillis
  /** `YYYY-MM-DD`, by the exchange's clocks. */
  readonly date: string
}

/** A change of the number of shares: `denominator` old ones became `numerator` new ones. */
export interface Split extends EffectiveDay {
  readonly numerator: number
  readonly denominator: number
}

/** A payment per share in the unit of prices, adjusted for later splits. */
export interface Payment extends EffectiveDay {
  readonly amount: number
}

/** What happened to an instrument besides trading; each list ascending. */
export interface CorporateEvents {
  readonly splits: ReadonlyArray<Split>
  readonly dividends: ReadonlyArray<Payment>
  /** Distributions of funds. */
  readonly capitalGains: ReadonlyArray<Payment>
}

/** The events of an answer as Yahoo stamps them: with the open of the day; each list ascending. */
export interface ChartEvents {
  readonly splits: ReadonlyArray<Stamped<Split>>
  readonly dividends: ReadonlyArray<Stamped<Payment>>
  readonly capitalGains: ReadonlyArray<Stamped<Payment>>
}

type Stamped<A extends EffectiveDay> = Omit<A, keyof EffectiveDay> & { readonly time: EpochMillis }

const dayMillis = 86_400_000

/** The events of a chart that take effect in the half-open range; none without a chart. */
export const eventsIn = (
  instrument: Instrument,
  range: TimeRange,
  chart: { readonly timeZone: string; readonly events: ChartEvents } | undefined,
): CorporateEvents => {
  if (chart === undefined) return { splits: [], dividends: [], capitalGains: [] }
  const datesOf = datedOpenTimes(instrument, "1d", chart.timeZone, range)
  const inRange = <A extends { readonly time: EpochMillis }>(events: ReadonlyArray<A>) =>
    events.flatMap(({ time, ...event }) => {
      const { date, day } = datesOf(time)
      if (day < range.from || day >= range.to) return []
      return [{ openTime: day, date: isoTime(date * dayMillis).slice(0, 10), ...event }]
    })
  const { splits, dividends, capitalGains } = chart.events
  return { splits: inRange(splits), dividends: inRange(dividends), capitalGains: inRange(capitalGains) }
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

const toSplit = (time: EpochMillis, event: JsonObject): Stamped<Split> | undefined => {
  const { numerator, denominator } = event
  return isPositive(numerator) && isPositive(denominator) ? { time, numerator, denominator } : undefined
}

const toPayment = (time: EpochMillis, event: JsonObject): Stamped<Payment> | undefined => {
  const { amount } = event
  return typeof amount === "number" ? { time, amount } : undefined
}

const isPositive = (value: unknown): value is number => typeof value === "number" && value > 0
