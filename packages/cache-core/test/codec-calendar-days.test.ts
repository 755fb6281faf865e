import * as marketData from "@barkeep/market-data"
import { expect, it } from "vitest"
import { daysInMonth, daysOfDate } from "../src/codec/calendar-days.ts"

it("the scanner counts days as everybody else does", () => {
  for (let days = marketData.daysOfDate(0, 1, 1); days < marketData.daysOfDate(10_000, 1, 1); days += 13) {
    const { year, month, day } = marketData.dateOfDays(days)
    if (daysOfDate(year, month, day) !== days) expect.fail(`${year}-${month}-${day}`)
    if (daysInMonth(year, month) !== marketData.daysInMonth(year, month)) expect.fail(`${year}-${month}`)
  }
})
