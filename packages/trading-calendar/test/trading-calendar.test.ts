import { InvalidInput } from "@barkeep/market-data"
import { describe, expect, it } from "vitest"
import { markets, OutsideCalendar, tradingCalendar, UnknownMarket } from "../src/index.ts"

const caught = (action: () => unknown): unknown => {
  try {
    return action()
  } catch (error) {
    return error
  }
}

describe("the list of markets", () => {
  it("is what tradingCalendar knows", () => {
    for (const market of markets) expect(tradingCalendar(market).market).toBe(market)
  })

  it.each([
    ["NYSE", ["XNYS"]],
    ["nasdaq", ["XNAS"]],
    ["crypto", ["24/7"]],
    ["forex", ["24/5"]],
    ["xnys", ["XNYS"]],
    ["XNYSE", ["XNYS"]],
    ["XLO", ["XLON"]],
    ["XTKZ", ["XTKS"]],
    ["24/6", ["24/7", "24/5"]],
    ["BVMF", []],
    ["", []],
    ["constructor", []],
    ["toString", []],
  ])("does not hold %j and suggests %j", (market, suggestions) => {
    const error = caught(() => tradingCalendar(market))
    expect(error).toBeInstanceOf(UnknownMarket)
    expect(error).toMatchObject({ _tag: "UnknownMarket", market, suggestions })
    expect((error as Error).message).toContain(suggestions[0] ?? "XNYS")
  })
})

describe("questions beyond the calendar", () => {
  it.each([
    ["XLON", { start: "1999-12-31", end: "2000-01-31" }],
    ["XLON", { start: "2050-12-01", end: "2051-01-01" }],
    ["XNYS", { from: Date.UTC(1969, 11, 1), to: Date.UTC(1970, 5, 1) }],
    ["XHKG", { from: Date.UTC(2024, 0, 1), to: Date.UTC(2051, 5, 1) }],
    ["24/7", { from: -1, to: 1 }],
  ])("fail, on %s", (market, range) => {
    const calendar = tradingCalendar(market)
    for (const ask of [calendar.sessions, calendar.closures, calendar.halts])
      expect(caught(() => ask(range))).toMatchObject({ _tag: "OutsideCalendar", market })
    expect(() => calendar.expectedOpenTimes("1d", range)).toThrow(OutsideCalendar)
  })

  it("say what the calendar knows", () => {
    expect(() => tradingCalendar("XLON").sessions({ start: "1995-01-01", end: "1995-12-31" })).toThrow(
      "calendar XLON knows 2000-01-01 to 2050-12-31, not 1995-01-01",
    )
  })

  it("include single instants", () => {
    expect(() => tradingCalendar("XHKG").isOpen(Date.UTC(1999, 5, 1))).toThrow(OutsideCalendar)
    expect(() => tradingCalendar("XHKG").binOf("1h")(Date.UTC(2060, 5, 1))).toThrow(OutsideCalendar)
    expect(() => tradingCalendar("XNYS").barsInBin("1h", Date.UTC(1960, 5, 1), "1m")).toThrow(OutsideCalendar)
  })

  it.each(markets)("are none when asked inside range, on %s", (market) => {
    const calendar = tradingCalendar(market)
    expect(calendar.sessions(calendar.range)).toEqual(
      calendar.sessions({ start: calendar.firstDate, end: calendar.lastDate }),
    )
    expect(calendar.expectedOpenTimes("1w", calendar.range).length).toBeGreaterThan(2000)
    expect(calendar.expectedOpenTimes("1mo", calendar.range).length).toBeGreaterThan(500)
  })
})

describe("questions that make no sense", () => {
  const calendar = tradingCalendar("XNYS")
  it.each([
    [{ start: "2024-02-30", end: "2024-03-01" }, "start"],
    [{ start: "2024-1-1", end: "2024-03-01" }, "start"],
    [{ start: "2024-03-02", end: "2024-03-01" }, "end"],
    [{ from: Number.NaN, to: 1 }, "from"],
    [{ from: Date.UTC(2024, 0, 2), to: Date.UTC(2024, 0, 1) }, "to"],
  ])("fail: %j", (range, field) => {
    expect(caught(() => calendar.sessions(range))).toMatchObject({ _tag: "InvalidInput", field })
    expect(() => calendar.expectedOpenTimes("1h", range)).toThrow(InvalidInput)
    expect(() => calendar.closures(range)).toThrow(InvalidInput)
  })

  it("fail: an instant that is no number", () => {
    expect(() => calendar.isOpen(Number.NaN)).toThrow(InvalidInput)
    expect(() => tradingCalendar("24/7").isOpen(Number.NaN)).toThrow(InvalidInput)
  })

  it("have an empty answer when the range is empty", () => {
    const empty = { from: Date.UTC(2024, 0, 2, 15), to: Date.UTC(2024, 0, 2, 15) }
    for (const market of markets) {
      const some = tradingCalendar(market)
      expect(some.sessions(empty)).toEqual([])
      expect(some.closures(empty)).toEqual([])
      expect(some.expectedOpenTimes("1m", empty).length).toBe(0)
    }
  })
})

describe("years not yet announced", () => {
  it("are projected by the rules and say so", () => {
    const calendar = tradingCalendar("XNYS")
    const { announcedUntil } = calendar
    expect(calendar.sessions({ start: "2026-11-27", end: "2026-11-27" })[0]).not.toHaveProperty("projected")
    expect(
      calendar
        .sessions({ start: announcedUntil, end: "2035-12-31" })
        .filter((s) => s.session > announcedUntil && s.projected !== true),
    ).toEqual([])
    expect(calendar.closures({ start: "2035-07-04", end: "2035-07-04" })).toEqual([
      { date: "2035-07-04", kind: "holiday", reason: "Independence Day", projected: true },
    ])
    expect(calendar.sessions({ start: "2035-07-03", end: "2035-07-03" })[0]).toMatchObject({
      reason: "Day before Independence Day",
      projected: true,
    })
  })

  it.each([
    ["XHKG", "2030-02-04", "Lunar New Year"],
    ["XHKG", "2027-02-08", "Lunar New Year"],
    ["XTKS", "2032-09-21", "Citizens' holiday between two holidays"],
    ["XLON", "2033-12-27", "Christmas Day, substitute"],
    ["XETR", "2040-03-30", "Good Friday"],
  ])("%s %s is projected to be closed for %s", (market, date, reason) => {
    expect(tradingCalendar(market).closures({ start: date, end: date })).toEqual([
      expect.objectContaining({ kind: "holiday", reason, projected: true }),
    ])
  })
})

describe("closures", () => {
  it("of a week tell weekends from holidays, in order", () => {
    expect(tradingCalendar("XNYS").closures({ start: "2024-06-29", end: "2024-07-05" })).toEqual([
      { date: "2024-06-29", kind: "weekend", reason: "Weekend" },
      { date: "2024-06-30", kind: "weekend", reason: "Weekend" },
      { date: "2024-07-04", kind: "holiday", reason: "Independence Day" },
    ])
  })

  it("carry their source when they are no holiday", () => {
    expect(tradingCalendar("XNYS").closures({ start: "2012-10-29", end: "2012-10-29" })).toEqual([
      {
        date: "2012-10-29",
        kind: "special",
        reason: "Hurricane Sandy",
        source: expect.stringMatching(/^https:/),
      },
    ])
  })

  it("of a range of instants are of the dates in the market's zone", () => {
    const from = Date.UTC(2024, 6, 4, 3)
    const dates = (to: number) =>
      tradingCalendar("XNYS")
        .closures({ from, to })
        .map((closure) => closure.date)
    expect(dates(Date.UTC(2024, 6, 4, 4))).toEqual([])
    expect(dates(Date.UTC(2024, 6, 4, 4) + 1)).toEqual(["2024-07-04"])
  })

  it("do not exist where nothing closes", () => {
    expect(tradingCalendar("24/7").closures({ start: "2024-01-01", end: "2024-12-31" })).toEqual([])
  })
})

describe("a calendar", () => {
  it("tells its market, zone and bounds", () => {
    const { name, timeZone, firstDate, lastDate, announcedUntil, range } = tradingCalendar("XNAS")
    expect({ name, timeZone, firstDate, lastDate, announcedUntil, range }).toEqual({
      name: "Nasdaq",
      timeZone: "America/New_York",
      firstDate: "1971-02-08",
      lastDate: "2050-12-31",
      announcedUntil: "2028-12-31",
      range: { from: Date.UTC(1971, 1, 8, 5), to: Date.UTC(2051, 0, 1, 5) },
    })
  })

  it("is worked out once", () => {
    expect(tradingCalendar("XNYS")).toBe(tradingCalendar("XNYS"))
    expect(tradingCalendar("XNYS", {})).toBe(tradingCalendar("XNYS"))
    expect(tradingCalendar("XNYS", { closures: [] })).toBe(tradingCalendar("XNYS"))
  })
})
