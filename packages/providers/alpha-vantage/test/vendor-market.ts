import {
  type Bar,
  type Bars,
  barsFromRows,
  nominalMillis,
  openTimeOf,
  type Timeframe,
  type TimeRange,
} from "@barkeep/market-data"
import { Temporal } from "temporal-polyfill"
import { newYork, wall } from "./fixture.ts"

/** An invented stock: sessions from 09:30 to 16:00 in New York on weekdays, holidays apart, some minutes without a trade. */
export interface MarketListing {
  readonly vendorSymbol: string
  readonly firstDate: string
  readonly lastDate: string
}

export const listing: MarketListing = { vendorSymbol: "IBM", firstDate: "2023-11-15", lastDate: "2030-12-31" }

const holidays = new Set(["2023-11-23", "2023-12-25", "2024-01-01", "2024-01-15", "2024-02-19", "2024-03-29"])

const at = (date: string, clock: string): number =>
  Temporal.PlainDateTime.from(`${date}T${clock}`).toZonedDateTime(newYork).epochMilliseconds

/** Dates of sessions that opened by `now`, ascending. */
export const sessionDates = ({ firstDate, lastDate }: MarketListing, now: number): ReadonlyArray<string> => {
  const today = wall(now - 9.5 * 3_600_000).slice(0, 10)
  return allDates.filter((date) => date >= firstDate && date <= lastDate && date <= today)
}

const allDates = Array.from({ length: 1500 }, (_, index) =>
  Temporal.PlainDate.from("2022-01-03").add({ days: index }),
)
  .filter((date) => date.dayOfWeek <= 5 && !holidays.has(date.toString()))
  .map(String)

const bar = (openTime: number, length: number): Bar => {
  const price = (offset: number): number =>
    Number((100 + 10 * Math.sin(openTime / 7e8 + offset) + Math.sin(openTime / 1e6 + offset)).toFixed(4))
  const [open, close] = [price(0), price(0.1)]
  return {
    openTime,
    open,
    high: Number((Math.max(open, close) + 0.25).toFixed(4)),
    low: Number((Math.min(open, close) - 0.25).toFixed(4)),
    close,
    volume: 1000 + ((openTime / 60_000) % 977) + length / 60_000,
  }
}

/** The bars that the vendor has by now, the running one too. */
export const trueBars = (
  timeframe: Timeframe,
  range: TimeRange,
  now: number,
  stockListing = listing,
): Bars => {
  const dates = sessionDates(stockListing, now)
  const rows = new Map(dates.flatMap((date) => barsOfDate(timeframe, date)).map((row) => [row.openTime, row]))
  const end = Math.min(range.to, now + 1)
  return barsFromRows([...rows.values()].filter(({ openTime }) => openTime >= range.from && openTime < end))
}

const remembered = new Map<string, ReadonlyArray<Bar>>()

const barsOfDate = (timeframe: Timeframe, date: string): ReadonlyArray<Bar> => {
  const known = remembered.get(`${timeframe} ${date}`)
  if (known !== undefined) return known
  const length = nominalMillis(timeframe)
  const rows: Array<Bar> = []
  if (timeframe === "1d" || timeframe === "1w" || timeframe === "1mo")
    rows.push(bar(openTimeOf(timeframe, at(date, "12:00"), newYork), length))
  else {
    const open = at(date, "09:30")
    for (let time = open - (open % length); time < at(date, "16:00"); time += length)
      // The opening auction always trades; other bars may be missing.
      if (time <= open || (time / length) % 13 !== 5) rows.push(bar(time, length))
  }
  remembered.set(`${timeframe} ${date}`, rows)
  return rows
}
