import * as fc from "fast-check"
import { Temporal } from "temporal-polyfill"
import { describe, expect, it } from "vitest"
import { dateOfDays, daysInMonth, daysOfDate } from "../src/index.ts"

const epoch = Temporal.PlainDate.from("1970-01-01")

describe("calendar days", () => {
  it("are those of the calendar library, both ways, in any year", () => {
    fc.assert(
      fc.property(fc.integer({ min: -3_000_000, max: 5_000_000 }), (days) => {
        const { year, month, day } = epoch.add({ days })
        expect(dateOfDays(days)).toEqual({ year, month, day })
        expect(daysOfDate(year, month, day)).toBe(days)
      }),
      { numRuns: 2000 },
    )
  })

  it("of a month are as many as the calendar has", () => {
    for (const year of [1900, 2000, 2023, 2024, 2100])
      for (let month = 1; month <= 12; month += 1)
        expect(daysInMonth(year, month)).toBe(Temporal.PlainDate.from({ year, month, day: 1 }).daysInMonth)
    expect([daysInMonth(2024, 0), daysInMonth(2024, 13)]).toEqual([0, 0])
  })
})
