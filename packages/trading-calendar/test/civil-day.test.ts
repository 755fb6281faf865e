import * as fc from "fast-check"
import { Temporal } from "temporal-polyfill"
import { describe, expect, it } from "vitest"
import { dayOf, easterSunday, findDay, isoDate, startOfMonth, weekdayOf, yearOf } from "../src/civil-day.ts"

const epoch = Temporal.PlainDate.from("1970-01-01")

describe("days since 1970", () => {
  it("agree with Temporal in date, text, year and weekday", () => {
    fc.assert(
      fc.property(fc.integer({ min: -80_000, max: 80_000 }), (day) => {
        const date = epoch.add({ days: day })
        expect(isoDate(startOfMonth(day))).toBe(date.with({ day: 1 }).toString())
        expect(dayOf(date.year, date.month, date.day)).toBe(day)
        expect(yearOf(day)).toBe(date.year)
        expect(weekdayOf(day)).toBe(date.dayOfWeek)
        expect(isoDate(day)).toBe(date.toString())
        expect(findDay(date.toString())).toBe(day)
      }),
    )
  })

  it.each([
    "2023-02-29",
    "2024-13-01",
    "2024-00-10",
    "2024-04-31",
    "2024-4-1",
    "20240401",
    "",
    "2024-04-01T00:00Z",
  ])("are not found for %j", (text) => {
    expect(findDay(text)).toBeUndefined()
  })
})

describe("Easter Sunday", () => {
  it.each([
    "1970-03-29",
    "1981-04-19",
    "1999-04-04",
    "2000-04-23",
    "2008-03-23",
    "2011-04-24",
    "2019-04-21",
    "2024-03-31",
    "2025-04-20",
    "2026-04-05",
    "2038-04-25",
    "2049-04-18",
  ])("%s", (date) => {
    expect(isoDate(easterSunday(Number(date.slice(0, 4))))).toBe(date)
  })
})
