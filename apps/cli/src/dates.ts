import { InvalidInput, type TimeRange } from "@barkeep/market-data"
import { Temporal } from "temporal-polyfill"

/**
 * A date as given on the command line.
 * @throws {InvalidInput} for anything but a date of the calendar in the form `YYYY-MM-DD`
 */
export const parseDate = (flag: string, text: string): Temporal.PlainDate => {
  const expected = "a date such as 2023-12-31"
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) throw new InvalidInput({ field: flag, value: text, expected })
  try {
    return Temporal.PlainDate.from(text)
  } catch {
    throw new InvalidInput({ field: flag, value: text, expected })
  }
}

/** First and last date, both included; no last date means "until now". */
export interface DateSpan {
  readonly start: Temporal.PlainDate
  readonly end: Temporal.PlainDate | undefined
}

/**
 * Checks the two date flags together.
 * @throws {InvalidInput} for a bad date or an end before the start
 */
export const parseDateSpan = (start: string, end: string | undefined): DateSpan => {
  const first = parseDate("--start-date", start)
  const last = end === undefined ? undefined : parseDate("--end-date", end)
  if (last !== undefined && Temporal.PlainDate.compare(last, first) < 0)
    throw new InvalidInput({ field: "--end-date", value: end, expected: `a date on or after ${start}` })
  return { start: first, end: last }
}

/** From the first instant of the start date to the last of the end date (or `now`), in the zone of the market. */
export const toTimeRange = ({ start, end }: DateSpan, timeZone: string, now: number): TimeRange => {
  const startOf = (date: Temporal.PlainDate): number => date.toZonedDateTime(timeZone).epochMilliseconds
  const from = startOf(start)
  return { from, to: end === undefined ? Math.max(from, now) : startOf(end.add({ days: 1 })) }
}
