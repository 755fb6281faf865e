import { type EpochMillis, InvalidInput, isoTime, timeRange, type TimeRange } from "@barkeep/market-data"
import { type Day, findDay, isoDate } from "./civil-day.ts"
import { OutsideCalendar } from "./errors.ts"
import { lastDay } from "./market-rules.ts"
import type { DateRange } from "./session.ts"

export interface DaySpan {
  readonly first: Day
  readonly last: Day
}

/** What a calendar knows, and the checks of questions against it. */
export interface CalendarRange {
  readonly range: TimeRange
  readonly firstDate: string
  readonly lastDate: string
  /** The range as instants. */
  readonly instants: (asked: TimeRange | DateRange) => TimeRange
  /** The range as days, both included; `undefined` for an empty range of instants. */
  readonly findDays: (asked: TimeRange | DateRange) => DaySpan | undefined
  readonly checkTime: (time: EpochMillis) => void
}

export const isDateRange = (range: TimeRange | DateRange): range is DateRange => "start" in range

/** All functions throw `OutsideCalendar` beyond the calendar and `InvalidInput` for what is no range. */
export const calendarRange = (
  market: string,
  firstDay: Day,
  dates: { readonly midnightOf: (day: Day) => EpochMillis; readonly dayAt: (time: EpochMillis) => Day },
): CalendarRange => {
  const firstDate = isoDate(firstDay)
  const lastDate = isoDate(lastDay)
  const range = { from: dates.midnightOf(firstDay), to: dates.midnightOf(lastDay + 1) }

  const outside = (asked: string): OutsideCalendar =>
    new OutsideCalendar({ market, asked, firstDate, lastDate })

  const daysOf = (asked: DateRange): DaySpan => {
    const first = getDay("start", asked.start)
    const last = getDay("end", asked.end)
    if (last < first)
      throw new InvalidInput({
        field: "end",
        value: asked.end,
        expected: `a date at or after ${asked.start}`,
      })
    if (first < firstDay) throw outside(asked.start)
    if (last > lastDay) throw outside(asked.end)
    return { first, last }
  }

  const instants = (asked: TimeRange | DateRange): TimeRange => {
    if (isDateRange(asked)) {
      const { first, last } = daysOf(asked)
      return { from: dates.midnightOf(first), to: dates.midnightOf(last + 1) }
    }
    const checked = timeRange(asked.from, asked.to)
    if (checked.from < range.from) throw outside(isoTime(checked.from))
    if (checked.to > range.to) throw outside(isoTime(checked.to))
    return checked
  }

  return {
    range,
    firstDate,
    lastDate,
    instants,
    findDays: (asked) => {
      if (isDateRange(asked)) return daysOf(asked)
      const { from, to } = instants(asked)
      return from === to ? undefined : { first: dates.dayAt(from), last: dates.dayAt(to - 1) }
    },
    checkTime: (time) => {
      if (!Number.isFinite(time))
        throw new InvalidInput({ field: "time", value: time, expected: "a number of epoch milliseconds" })
      if (time < range.from || time >= range.to) throw outside(isoTime(Math.floor(time)))
    },
  }
}

const getDay = (field: string, value: string): Day => {
  const day = findDay(value)
  if (day === undefined) throw new InvalidInput({ field, value, expected: "a date such as 2024-01-31" })
  return day
}
