import { describe, expect, it } from "vitest"
import { markets, tradingCalendar } from "../src/index.ts"
import { wallTime } from "./wall-times.ts"

const haltsOn = (market: string, date: string): ReadonlyArray<string> => {
  const calendar = tradingCalendar(market)
  return calendar
    .halts({ start: date, end: date })
    .map(
      (halt) =>
        `${wallTime(halt.from, calendar.timeZone).slice(11)}-${wallTime(halt.to, calendar.timeZone).slice(11)} ${halt.scope}`,
    )
}

describe("known halts", () => {
  it.each([
    ["XNYS", "1997-10-27", ["14:36-15:06 all-venues", "15:30-16:00 all-venues"]],
    ["XNYS", "2020-03-09", ["09:34-09:49 all-venues"]],
    ["XNYS", "2020-03-12", ["09:35-09:50 all-venues"]],
    ["XNYS", "2020-03-16", ["09:30-09:45 all-venues"]],
    ["XNAS", "2020-03-18", ["12:56-13:11 all-venues"]],
    ["XNYS", "2015-07-08", ["11:32-15:10 venue"]],
    ["XNAS", "2015-07-08", []],
    ["XNAS", "2013-08-22", ["12:23-15:25 all-venues"]],
    ["XNYS", "2013-08-22", []],
    ["XNYS", "2002-09-11", ["09:30-12:00 venue"]],
    ["XTKS", "2005-11-01", ["09:00-13:30 venue"]],
    ["XTKS", "2009-01-05", ["12:30-15:00 venue"]],
    ["XTKS", "2010-01-04", []],
    ["XTKS", "2008-12-30", ["12:30-15:00 venue"]],
    ["XTKS", "2009-12-30", []],
    ["XHKG", "2012-07-24", ["09:30-13:00 venue"]],
    ["XPAR", "2020-10-19", ["09:48-12:45 venue"]],
  ])("%s on %s: %j", (market, date, expected) => {
    expect(haltsOn(market, date)).toEqual(expected)
  })

  it("are exact to the second", () => {
    const [halt] = tradingCalendar("XNYS").halts({ start: "2020-03-09", end: "2020-03-09" })
    expect(halt).toMatchObject({
      from: Date.UTC(2020, 2, 9, 13, 34, 13),
      to: Date.UTC(2020, 2, 9, 13, 49, 13),
    })
  })

  it("are found by any overlap with a half-open range", () => {
    const calendar = tradingCalendar("XNYS")
    const [halt] = calendar.halts({ start: "2020-03-18", end: "2020-03-18" })
    const { from, to } = halt ?? { from: 0, to: 0 }
    expect(calendar.halts({ from: to - 1, to }).length).toBe(1)
    expect(calendar.halts({ from: to, to: to + 1 })).toEqual([])
    expect(calendar.halts({ from: from - 1, to: from })).toEqual([])
    expect(calendar.halts({ from, to: from })).toEqual([])
  })

  it.each(markets)("of %s lie inside its sessions, ascending", (market) => {
    const calendar = tradingCalendar(market)
    const halts = calendar.halts({ start: calendar.firstDate, end: calendar.announcedUntil })
    for (const halt of halts) {
      const [session] = calendar.sessions({ from: halt.from, to: halt.to })
      expect(session).toBeDefined()
      expect(halt.from).toBeGreaterThanOrEqual(session?.open ?? Number.NaN)
      expect(halt.to).toBeLessThanOrEqual(session?.close ?? Number.NaN)
    }
    expect(halts.map((halt) => halt.from)).toEqual(halts.map((halt) => halt.from).toSorted((a, b) => a - b))
  })
})
