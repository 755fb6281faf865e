import { type EpochMillis, type Instrument, isoTime, type TimeRange } from "@barkeep/market-data"
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

export type Stamped<A extends EffectiveDay> = Omit<A, keyof EffectiveDay> & { readonly time: EpochMillis }

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
