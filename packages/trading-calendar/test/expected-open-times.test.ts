import { barsFromRows, type Bar, barRows, resampleBars, type Timeframe } from "@barkeep/market-data"
import { describe, expect, it } from "vitest"
import { OutsideSession, tradingCalendar } from "../src/index.ts"
import { wallTime } from "./wall-times.ts"

const openTimes = (
  market: string,
  timeframe: Timeframe,
  date: string,
  anchor: "session" | "clock",
): ReadonlyArray<string> => {
  const calendar = tradingCalendar(market)
  return Array.from(calendar.expectedOpenTimes(timeframe, { start: date, end: date }, { anchor }), (time) =>
    wallTime(time, calendar.timeZone).slice(11),
  )
}

describe("intraday bars of one session", () => {
  it.each<[string, Timeframe, string, "session" | "clock", string, string]>([
    [
      "XNYS",
      "1h",
      "2024-03-08",
      "session",
      "09:30 10:30 11:30 12:30 13:30 14:30 15:30",
      "the last is half an hour",
    ],
    [
      "XNYS",
      "1h",
      "2024-03-08",
      "clock",
      "09:00 10:00 11:00 12:00 13:00 14:00 15:00",
      "the first is half an hour",
    ],
    ["XNYS", "1h", "2024-03-11", "session", "09:30 10:30 11:30 12:30 13:30 14:30 15:30", "summer time began"],
    ["XNYS", "1h", "2024-03-11", "clock", "09:00 10:00 11:00 12:00 13:00 14:00 15:00", "summer time began"],
    ["XNYS", "1h", "2024-07-03", "session", "09:30 10:30 11:30 12:30", "early close"],
    ["XNYS", "1h", "2024-07-03", "clock", "09:00 10:00 11:00 12:00", "early close"],
    ["XNYS", "4h", "2024-03-08", "session", "09:30 13:30", "four hours from the open"],
    ["XNYS", "4h", "2024-03-08", "clock", "08:00 12:00", "four hours from midnight"],
    ["XNYS", "12h", "2024-03-08", "session", "09:30", "longer than the session"],
    ["XNYS", "12h", "2024-03-08", "clock", "00:00 12:00", "halves of the day"],
    [
      "XNYS",
      "30m",
      "1981-03-30",
      "session",
      "10:00 10:30 11:00 11:30 12:00 12:30 13:00 13:30 14:00 14:30 15:00",
      "closed at 15:17",
    ],
    [
      "XTKS",
      "1h",
      "2024-11-05",
      "session",
      "09:00 10:00 11:00 12:30 13:30 14:30",
      "starts again after lunch",
    ],
    [
      "XTKS",
      "1h",
      "2024-11-05",
      "clock",
      "09:00 10:00 11:00 12:00 13:00 14:00 15:00",
      "half hours at lunch and close",
    ],
    ["XTKS", "4h", "2024-11-05", "session", "09:00 12:30", "no bin over lunch"],
    ["XTKS", "4h", "2024-11-05", "clock", "08:00 12:00", "no bin over lunch"],
    ["XTKS", "8h", "2024-11-05", "clock", "08:00", "one bin holds both stretches, once"],
    [
      "XHKG",
      "1h",
      "2024-03-08",
      "session",
      "09:30 10:30 11:30 13:00 14:00 15:00",
      "starts again after lunch",
    ],
    ["XHKG", "2h", "2024-03-08", "clock", "08:00 10:00 12:00 14:00", "two hours from midnight"],
    ["XHKG", "1h", "2023-10-09", "session", "14:00 15:00", "late open after a typhoon"],
    ["XLON", "6h", "2024-03-08", "clock", "06:00 12:00", "quarters of the day"],
  ])("%s %s on %s, anchor %s: %s (%s)", (market, timeframe, date, anchor, expected) => {
    expect(openTimes(market, timeframe, date, anchor).join(" ")).toBe(expected)
  })

  it.each([
    ["XNYS", "2024-07-05", 390],
    ["XNYS", "2024-07-03", 210],
    ["XNYS", "1970-04-30", 300],
    ["XTKS", "2024-11-01", 300],
    ["XTKS", "2024-11-05", 330],
    ["XHKG", "2024-12-24", 150],
    ["24/7", "2024-02-29", 1440],
  ])("%s on %s has %i minutes under both anchors", (market, date, count) => {
    expect(openTimes(market, "1m", date, "session").length).toBe(count)
    expect(openTimes(market, "1m", date, "clock")).toEqual(openTimes(market, "1m", date, "session"))
  })

  it("have no more bars in a range than open inside it", () => {
    const calendar = tradingCalendar("XNYS")
    const from = Date.UTC(2024, 2, 8, 14, 15)
    expect(calendar.expectedOpenTimes("1h", { from, to: from + 1 }, { anchor: "clock" }).length).toBe(0)
    expect(
      Array.from(calendar.expectedOpenTimes("1h", { from, to: from + 3_600_000 }, { anchor: "clock" })),
    ).toEqual([Date.UTC(2024, 2, 8, 15)])
  })
})

describe("bars of days, weeks and months", () => {
  const texts = (market: string, timeframe: Timeframe, start: string, end: string): ReadonlyArray<string> => {
    const calendar = tradingCalendar(market)
    return Array.from(calendar.expectedOpenTimes(timeframe, { start, end }), (time) =>
      wallTime(time, calendar.timeZone),
    )
  }

  it.each<[string, Timeframe, string, string, ReadonlyArray<string>]>([
    ["XNYS", "1d", "2024-03-08", "2024-03-12", ["2024-03-08 00:00", "2024-03-11 00:00", "2024-03-12 00:00"]],
    ["XASX", "1d", "2024-10-04", "2024-10-07", ["2024-10-04 00:00", "2024-10-07 00:00"]],
    ["XNYS", "1w", "2024-03-05", "2024-03-20", ["2024-03-11 00:00", "2024-03-18 00:00"]],
    ["XNYS", "1w", "2001-09-10", "2001-09-17", ["2001-09-10 00:00", "2001-09-17 00:00"]],
    ["XTKS", "1w", "2019-04-22", "2019-05-12", ["2019-04-22 00:00", "2019-05-06 00:00"]],
    ["XNYS", "1mo", "2024-01-02", "2024-04-01", ["2024-02-01 00:00", "2024-03-01 00:00", "2024-04-01 00:00"]],
    ["24/7", "1w", "2024-01-01", "2024-01-14", ["2024-01-01 00:00", "2024-01-08 00:00"]],
    ["24/7", "1mo", "2024-01-01", "2024-03-31", ["2024-01-01 00:00", "2024-02-01 00:00", "2024-03-01 00:00"]],
    ["24/5", "1d", "2024-03-08", "2024-03-11", ["2024-03-08 00:00", "2024-03-11 00:00"]],
  ])("%s %s from %s to %s", (market, timeframe, start, end, expected) => {
    expect(texts(market, timeframe, start, end)).toEqual(expected)
  })

  it("a week whose only session comes after the range still begins in it", () => {
    const calendar = tradingCalendar("XTKS")
    // Golden Week 2019: the exchange was closed from Monday to Monday and opened on Tuesday, 7 May.
    const monday = Date.UTC(2019, 4, 5, 15)
    expect(Array.from(calendar.expectedOpenTimes("1w", { from: monday, to: monday + 1 }))).toEqual([monday])
  })
})

describe("bars of the currency market", () => {
  it("run from Sunday 17:00 to Friday 17:00 New York on the UTC grid, whatever the anchor", () => {
    const calendar = tradingCalendar("24/5")
    const week = { start: "2024-07-06", end: "2024-07-14" }
    const hours = calendar.expectedOpenTimes("1h", week)
    expect(hours.length).toBe(120 + 3)
    expect(hours[0]).toBe(Date.UTC(2024, 6, 7, 21))
    expect(hours[119]).toBe(Date.UTC(2024, 6, 12, 20))
    expect(calendar.expectedOpenTimes("1h", week, { anchor: "clock" })).toEqual(hours)
  })

  it("a coarse bin exists when it overlaps trading, and once", () => {
    const bins = tradingCalendar("24/5").expectedOpenTimes("4h", { start: "2024-07-07", end: "2024-07-12" })
    expect(bins[0]).toBe(Date.UTC(2024, 6, 7, 20))
    expect(bins.at(-1)).toBe(Date.UTC(2024, 6, 12, 20))
    expect(bins.length).toBe(31)
    expect(tradingCalendar("24/5").barsInBin("4h", Date.UTC(2024, 6, 7, 20), "1h")).toBe(3)
  })
})

describe("bins for resampling", () => {
  const calendar = tradingCalendar("XNYS")

  it("give four-hour bars of stocks anchored at the open", () => {
    const day = { start: "2024-03-08", end: "2024-03-08" }
    const minutes = barsFromRows(
      Array.from(calendar.expectedOpenTimes("1m", day), (openTime): Bar => {
        return { openTime, open: 1, high: 1, low: 1, close: 1, volume: 1 }
      }),
    )
    const bars = resampleBars(minutes, calendar.binOf("4h"))
    expect(
      Array.from(barRows(bars), ({ openTime, volume }) => [wallTime(openTime, "America/New_York"), volume]),
    ).toEqual([
      ["2024-03-08 09:30", 240],
      ["2024-03-08 13:30", 150],
    ])
    expect(Array.from(bars.openTime)).toEqual(Array.from(calendar.expectedOpenTimes("4h", day)))
    for (const { openTime, volume } of barRows(bars))
      expect(calendar.barsInBin("4h", openTime, "1m")).toBe(volume)
  })

  it.each<[Timeframe, Timeframe, string, number]>([
    ["1d", "1h", "2024-03-08T05:00:00Z", 7],
    ["1d", "1m", "2024-07-03T04:00:00Z", 210],
    ["1w", "1d", "2024-07-01T04:00:00Z", 4],
    ["1mo", "1d", "2024-02-01T05:00:00Z", 20],
    ["1h", "1m", "2024-03-08T20:30:00Z", 30],
  ])("a full %s bar has so many %s bars: %s, %i", (timeframe, finer, openTime, count) => {
    expect(calendar.barsInBin(timeframe, Date.parse(openTime), finer)).toBe(count)
  })

  it("count clock bins by the clock", () => {
    expect(calendar.barsInBin("4h", Date.UTC(2024, 2, 8, 13), "1h", { anchor: "clock" })).toBe(3)
    expect(calendar.barsInBin("1h", Date.UTC(2024, 2, 8, 14), "1m", { anchor: "clock" })).toBe(30)
  })

  it("take the midnight of a day's bar to its week and month", () => {
    const midnight = Date.UTC(2024, 6, 3, 4)
    expect(wallTime(calendar.binOf("1w")(midnight), "America/New_York")).toBe("2024-07-01 00:00")
    expect(wallTime(calendar.binOf("1mo")(midnight), "America/New_York")).toBe("2024-07-01 00:00")
  })

  it.each([
    ["before the open", Date.UTC(2024, 2, 8, 13), "session"],
    ["after an early close", Date.UTC(2024, 6, 3, 17), "session"],
    ["on a holiday", Date.UTC(2024, 6, 4, 15), "clock"],
    ["hours before the first clock bin", Date.UTC(2024, 2, 8, 12), "clock"],
  ] as const)("refuse a bar %s", (_name, time, anchor) => {
    expect(() => calendar.binOf("1h", { anchor })(time)).toThrow(OutsideSession)
  })

  it("refuse a bar in the lunch break, which session bins do not reach", () => {
    const noon = Date.UTC(2024, 2, 8, 4, 10)
    expect(() => tradingCalendar("XHKG").binOf("4h")(noon)).toThrow(/closed/)
  })

  it.each<[string, Timeframe, number, "session" | "clock"]>([
    ["XNYS", "4h", Date.UTC(2024, 2, 8, 14), "session"],
    ["XNYS", "4h", Date.UTC(2024, 2, 8, 15, 30), "session"],
    ["XNYS", "4h", Date.UTC(2024, 2, 8, 14, 30), "clock"],
    ["XNYS", "1d", Date.UTC(2024, 2, 9, 5), "session"],
    ["XNYS", "1w", Date.UTC(2024, 2, 5, 5), "session"],
    ["24/5", "1h", Date.UTC(2024, 2, 9, 12), "session"],
    ["24/7", "1h", Date.UTC(2024, 2, 9, 12, 30), "session"],
  ])(
    "of %s do not count what opens at no bar: %s at %i, anchor %s",
    (market, timeframe, openTime, anchor) => {
      expect(() => tradingCalendar(market).barsInBin(timeframe, openTime, "1m", { anchor })).toThrow(
        /open time of a/,
      )
    },
  )

  it("count a week whose Monday is a holiday", () => {
    expect(calendar.barsInBin("1w", Date.UTC(2024, 0, 15, 5), "1d")).toBe(4)
  })

  it("count only up to the lunch break", () => {
    expect(tradingCalendar("XTKS").barsInBin("4h", Date.UTC(2024, 10, 5, 0), "1m")).toBe(150)
    expect(tradingCalendar("XTKS").barsInBin("4h", Date.UTC(2024, 10, 5, 3, 30), "1m")).toBe(180)
  })

  it.each<[Timeframe, Timeframe]>([
    ["5m", "3m"],
    ["1h", "1h"],
    ["1h", "4h"],
    ["1mo", "1w"],
  ])("do not pretend that %s consists of %s", (timeframe, finer) => {
    expect(() => calendar.barsInBin(timeframe, Date.UTC(2024, 2, 8, 14, 30), finer)).toThrow(/tiles/)
    expect(() => tradingCalendar("24/7").barsInBin(timeframe, 0, finer)).toThrow(/tiles/)
  })
})
