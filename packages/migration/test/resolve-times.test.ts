import { isoTime } from "@barkeep/market-data"
import { describe, expect, it } from "vitest"
import { resolveTimes } from "../src/resolve-times.ts"
import { crypto, stock, textOf } from "./texts.ts"

const rowsAt = (...times: ReadonlyArray<string>) =>
  textOf(times.map((time, index) => ({ time, close: 100 + index })))
const isoOf = (openTime: Float64Array) =>
  Array.from(openTime, (time) => (Number.isNaN(time) ? "refused" : isoTime(time)))

const sessionDay = (date: string, hours: ReadonlyArray<string>) => hours.map((hour) => `${date} ${hour}:00`)
const weekdays = ["2020-03-02", "2020-03-03", "2020-03-04", "2020-03-05", "2020-03-06"]

describe("the reading of times", () => {
  it("reads times of a market that never closes as UTC", () => {
    const { openTime, timeZone } = resolveTimes(
      rowsAt("2020-01-01 00:00:00", "2020-01-01 01:00:00"),
      crypto,
      "1h",
      2020,
    )
    expect(timeZone).toBe("UTC")
    expect(isoOf(openTime)).toEqual(["2020-01-01T00:00:00Z", "2020-01-01T01:00:00Z"])
  })

  it("takes daily rows at midnight for dates of the market, over changes of the clock", () => {
    const { openTime, timeZone } = resolveTimes(
      rowsAt("2020-01-02", "2020-07-01 00:00:00"),
      stock,
      "1d",
      2020,
    )
    expect(timeZone).toBe("America/New_York")
    expect(isoOf(openTime)).toEqual(["2020-01-02T05:00:00Z", "2020-07-01T04:00:00Z"])
  })

  it("takes daily rows at the UTC time of the market's midnight for UTC", () => {
    const { openTime, timeZone, evidence } = resolveTimes(
      rowsAt("2020-01-02 05:00:00", "2020-07-01 04:00:00", "2020-07-02 04:00:00"),
      stock,
      "1d",
      2020,
    )
    expect(timeZone).toBe("UTC")
    expect(evidence).toContain("3 of 3 rows read as UTC are midnight in America/New_York")
    expect(isoOf(openTime)).toEqual(["2020-01-02T05:00:00Z", "2020-07-01T04:00:00Z", "2020-07-02T04:00:00Z"])
  })

  it("keeps instants as they are, with an offset of the market or of UTC", () => {
    const { openTime } = resolveTimes(
      rowsAt("2020-01-02 05:00:00Z", "2020-01-03 00:00:00Z"),
      stock,
      "1d",
      2020,
    )
    expect(isoOf(openTime)).toEqual(["2020-01-02T05:00:00Z", "2020-01-03T05:00:00Z"])
  })

  it("tells local from UTC intraday rows by the share inside sessions", () => {
    const local = rowsAt(
      ...weekdays.flatMap((date) =>
        sessionDay(date, ["09:30", "10:30", "11:30", "12:30", "13:30", "14:30", "15:30"]),
      ),
    )
    const utc = rowsAt(
      ...weekdays.flatMap((date) =>
        sessionDay(date, ["14:30", "15:30", "16:30", "17:30", "18:30", "19:30", "20:30"]),
      ),
    )
    const asLocal = resolveTimes(local, stock, "1h", 2020)
    const asUtc = resolveTimes(utc, stock, "1h", 2020)
    expect([asLocal.timeZone, asUtc.timeZone]).toEqual(["America/New_York", "UTC"])
    expect(asLocal.openTime).toEqual(asUtc.openTime)
    expect(asLocal.evidence).toContain("100 % of the rows are inside sessions as America/New_York")
    expect([asLocal.assumed, asUtc.assumed]).toEqual([false, false])
  })

  it("tells local from UTC with trading before and after the session, too", () => {
    const hours = Array.from({ length: 16 }, (_, index) => `${String(index + 4).padStart(2, "0")}:00`)
    const { timeZone } = resolveTimes(
      rowsAt(...weekdays.flatMap((date) => sessionDay(date, hours))),
      stock,
      "1h",
      2020,
    )
    expect(timeZone).toBe("America/New_York")
  })

  it.each([
    [["09:30", "10:30", "11:30"], "session"],
    [["09:00", "10:00", "11:00"], "clock"],
  ] as const)("tells where bins start from %j", (hours, anchor) => {
    const rows = rowsAt(...weekdays.flatMap((date) => sessionDay(date, hours)))
    expect(resolveTimes(rows, stock, "1h", 2020).anchor).toBe(anchor)
  })

  it("refuses times that clocks skipped or showed twice", () => {
    const night = { ...stock, symbol: "NIGHT" }
    const { refused } = resolveTimes(rowsAt("2020-03-08 02:30:00", "2020-11-01 01:30:00"), night, "30m", 2020)
    expect([...refused.values()]).toEqual([
      "clocks in America/New_York were set forward over this time: it does not exist",
      "clocks in America/New_York showed this time twice: which one is meant cannot be told",
    ])
  })

  it("refuses a day that starts at another hour, a fraction of a second, and a row of another year", () => {
    const daily = resolveTimes(rowsAt("2020-01-01", "2020-01-02 07:00:00", "2016-05-05"), crypto, "1d", 2020)
    expect([...daily.refused]).toEqual([
      [1, "07:00:00 is no start of a day in UTC"],
      [2, "a row of 2016 in a file of 2020"],
    ])
    const hourly = resolveTimes(rowsAt("2020-01-01 00:00:00.123"), crypto, "1h", 2020)
    expect([...hourly.refused.values()]).toEqual(["the time is finer than a second"])
  })

  it("accepts rows within a day of the file's year: zones put them on either side of New Year", () => {
    expect(resolveTimes(rowsAt("2019-12-31 20:00:00"), crypto, "1h", 2020).refused.size).toBe(0)
  })

  it("refuses all rows that are bars of another timeframe", () => {
    const hourly = rowsAt(
      "2020-01-01 00:00:00",
      "2020-01-01 01:00:00",
      "2020-01-01 02:00:00",
      "2020-01-01 03:00:00",
    )
    expect(resolveTimes(hourly, crypto, "4h", 2020).refused.get(3)).toBe(
      "rows are 1h apart: they are no 4h bars",
    )
    expect(resolveTimes(hourly, crypto, "1d", 2020).refused.size).toBe(4)
    const daily = rowsAt("2020-01-02", "2020-01-03", "2020-01-06", "2020-01-07")
    expect(resolveTimes(daily, stock, "4h", 2020).refused.get(0)).toBe(
      "rows are 1d apart: they are no 4h bars",
    )
  })

  it("takes bars with holes for what they are", () => {
    const thin = rowsAt(
      "2020-01-01 00:00:00",
      "2020-01-01 01:00:00",
      "2020-01-01 09:00:00",
      "2020-01-01 10:00:00",
      "2020-01-02 00:00:00",
    )
    expect(resolveTimes(thin, crypto, "1h", 2020).refused.size).toBe(0)
  })

  it("puts weeks and months labelled by their last day at their start", () => {
    const weeks = resolveTimes(rowsAt("2020-01-10", "2020-01-17"), stock, "1w", 2020)
    expect(isoOf(weeks.openTime)).toEqual(["2020-01-06T05:00:00Z", "2020-01-13T05:00:00Z"])
    const months = resolveTimes(rowsAt("2020-01-31", "2020-02-28"), stock, "1mo", 2020)
    expect(isoOf(months.openTime)).toEqual(["2020-01-01T05:00:00Z", "2020-02-01T05:00:00Z"])
  })
})
