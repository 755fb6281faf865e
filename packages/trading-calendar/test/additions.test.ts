import { describe, expect, it } from "vitest"
import {
  type CalendarAdditions,
  InvalidCalendarAdditions,
  parseCalendarAdditions,
  tradingCalendar,
  UnknownMarket,
} from "../src/index.ts"
import { wallHours } from "./wall-times.ts"

const caught = (action: () => unknown): unknown => {
  try {
    return action()
  } catch (error) {
    return error
  }
}

const hoursOn = (market: string, date: string, additions: CalendarAdditions): string | undefined => {
  const calendar = tradingCalendar(market, additions)
  const [session] = calendar.sessions({ start: date, end: date })
  return session && wallHours(session, calendar.timeZone)
}

describe("additions of a user", () => {
  it("close a day, with their reason, and leave the shared calendar alone", () => {
    const date = "2027-03-09"
    const calendar = tradingCalendar("XNYS", {
      closures: [{ date, reason: "Blizzard", source: "https://example.org" }],
    })
    expect(calendar.sessions({ start: date, end: date })).toEqual([])
    expect(calendar.closures({ start: date, end: date })).toEqual([
      { date, kind: "special", reason: "Blizzard", source: "https://example.org" },
    ])
    expect(tradingCalendar("XNYS").sessions({ start: date, end: date }).length).toBe(1)
  })

  it("may repeat a closure that the calendar knows; their reason is told", () => {
    const date = "2025-01-09"
    const calendar = tradingCalendar("XNYS", { closures: [{ date, reason: "State funeral" }] })
    expect(calendar.closures({ start: date, end: date })).toMatchObject([{ reason: "State funeral" }])
  })

  it("close early, open late, and both on one day", () => {
    const early = [{ date: "2027-03-09", close: "14:30", reason: "Snow" }]
    const late = [{ date: "2027-03-09", open: "11:00", reason: "Ice" }]
    expect(hoursOn("XNYS", "2027-03-09", { earlyCloses: early })).toBe("09:30-14:30")
    expect(hoursOn("XNYS", "2027-03-09", { lateOpens: late })).toBe("11:00-16:00")
    expect(hoursOn("XNYS", "2027-03-09", { earlyCloses: early, lateOpens: late })).toBe("11:00-14:30")
    const [session] = tradingCalendar("XNYS", { earlyCloses: early, lateOpens: late }).sessions({
      start: "2027-03-09",
      end: "2027-03-09",
    })
    expect(session?.reason).toBe("Ice; Snow")
  })

  it("win over the calendar's own early close", () => {
    expect(
      hoursOn("XNYS", "2024-07-03", {
        earlyCloses: [{ date: "2024-07-03", close: "12:00", reason: "Storm" }],
      }),
    ).toBe("09:30-12:00")
  })

  it("take the lunch break away when the session no longer holds it", () => {
    expect(
      hoursOn("XHKG", "2027-03-09", { lateOpens: [{ date: "2027-03-09", open: "14:00", reason: "Storm" }] }),
    ).toBe("14:00-16:00")
    expect(
      hoursOn("XHKG", "2027-03-09", {
        earlyCloses: [{ date: "2027-03-09", close: "15:00", reason: "Storm" }],
      }),
    ).toBe("09:30-12:00 13:00-15:00")
  })

  it("add sessions on weekends and holidays, with regular or own hours", () => {
    const extraSessions = [
      { date: "2027-03-13", reason: "Rehearsal" },
      { date: "2027-12-24", open: "10:00", close: "12:00", reason: "Short session" },
    ]
    expect(hoursOn("XNYS", "2027-03-13", { extraSessions })).toBe("09:30-16:00")
    expect(hoursOn("XNYS", "2027-12-24", { extraSessions })).toBe("10:00-12:00")
    const calendar = tradingCalendar("XNYS", { extraSessions })
    expect(calendar.closures({ start: "2027-03-13", end: "2027-03-14" })).toMatchObject([
      { date: "2027-03-14" },
    ])
    expect(calendar.closures({ start: "2027-12-24", end: "2027-12-24" })).toEqual([])
    expect(calendar.sessions({ start: "2027-03-13", end: "2027-03-13" })).toMatchObject([
      { reason: "Rehearsal" },
    ])
    expect(calendar.expectedOpenTimes("1h", { start: "2027-03-13", end: "2027-03-13" }).length).toBe(7)
  })

  it("can take Christmas from the currency market", () => {
    const calendar = tradingCalendar("24/5", { closures: [{ date: "2024-12-25", reason: "Christmas" }] })
    const times = calendar.expectedOpenTimes("1h", { start: "2024-12-24", end: "2024-12-25" })
    expect(times.length).toBe(22 + 2)
  })
})

describe("additions that contradict something are refused with their place", () => {
  const reason = "x"
  it.each<[string, string, unknown, string, RegExp]>([
    ["no object", "XNYS", [], "XNYS", /object/],
    ["an unknown list", "XNYS", { holidays: [] }, "XNYS.holidays", /closures earlyCloses/],
    ["no list", "XNYS", { closures: {} }, "XNYS.closures", /list/],
    ["an entry that is no object", "XNYS", { closures: ["2027-01-05"] }, "XNYS.closures[0]", /object/],
    ["no reason", "XNYS", { closures: [{ date: "2027-01-05" }] }, "XNYS.closures[0].reason", /missing/],
    [
      "an empty reason",
      "XNYS",
      { closures: [{ date: "2027-01-05", reason: " " }] },
      "XNYS.closures[0].reason",
      /text/,
    ],
    ["no date", "XNYS", { closures: [{ reason }] }, "XNYS.closures[0].date", /missing/],
    [
      "a date that is none",
      "XNYS",
      { closures: [{ date: "2027-02-29", reason }] },
      "XNYS.closures[0].date",
      /2027-02-29/,
    ],
    ["a number as date", "XNYS", { closures: [{ date: 20270105, reason }] }, "XNYS.closures[0].date", /text/],
    [
      "an unknown field",
      "XNYS",
      { closures: [{ date: "2027-01-05", reason, time: "1" }] },
      "XNYS.closures[0].time",
      /date reason/,
    ],
    [
      "a date twice",
      "XNYS",
      {
        closures: [
          { date: "2027-01-05", reason },
          { date: "2027-01-05", reason },
        ],
      },
      "XNYS.closures[1].date",
      /twice/,
    ],
    [
      "a date before the calendar",
      "XLON",
      { closures: [{ date: "1999-01-05", reason }] },
      "XLON.closures[0].date",
      /outside/,
    ],
    [
      "a time that is none",
      "XNYS",
      { earlyCloses: [{ date: "2027-01-05", close: "25:00", reason }] },
      "XNYS.earlyCloses[0].close",
      /HH:MM/,
    ],
    ["no time", "XNYS", { lateOpens: [{ date: "2027-01-05", reason }] }, "XNYS.lateOpens[0].open", /missing/],
    [
      "an early close on a holiday",
      "XNYS",
      { earlyCloses: [{ date: "2027-01-01", close: "13:00", reason }] },
      "XNYS.earlyCloses[0].date",
      /no session/,
    ],
    [
      "an early close before the open",
      "XNYS",
      { earlyCloses: [{ date: "2027-01-05", close: "09:30", reason }] },
      "XNYS.earlyCloses[0]",
      /inside/,
    ],
    [
      "a late open after the close",
      "XNYS",
      { lateOpens: [{ date: "2027-01-05", open: "16:00", reason }] },
      "XNYS.lateOpens[0]",
      /inside/,
    ],
    [
      "a late open after an early close",
      "XNYS",
      {
        earlyCloses: [{ date: "2027-01-05", close: "12:00", reason }],
        lateOpens: [{ date: "2027-01-05", open: "13:00", reason }],
      },
      "XNYS.earlyCloses[0]",
      /leaves no session/,
    ],
    [
      "a closure and an early close",
      "XNYS",
      {
        closures: [{ date: "2027-01-05", reason }],
        earlyCloses: [{ date: "2027-01-05", close: "12:00", reason }],
      },
      "XNYS.earlyCloses[0].date",
      /no session/,
    ],
    [
      "an extra session on a session",
      "XNYS",
      { extraSessions: [{ date: "2027-01-05", reason }] },
      "XNYS.extraSessions[0].date",
      /already/,
    ],
    [
      "an extra session that ends before it begins",
      "XNYS",
      { extraSessions: [{ date: "2027-01-02", open: "12:00", close: "11:00", reason }] },
      "XNYS.extraSessions[0]",
      /leaves no session/,
    ],
    [
      "an extra session and a closure",
      "XNYS",
      { closures: [{ date: "2027-01-02", reason }], extraSessions: [{ date: "2027-01-02", reason }] },
      "XNYS.closures[0].date",
      /extra session/,
    ],
    [
      "anything for a market that never closes",
      "24/7",
      { closures: [{ date: "2027-01-05", reason }] },
      "24/7",
      /never closes/,
    ],
  ])("%s", (_name, market, additions, path, issue) => {
    const fromDocument = caught(() => parseCalendarAdditions({ [market]: additions }))
    expect(fromDocument).toBeInstanceOf(InvalidCalendarAdditions)
    expect(fromDocument).toMatchObject({ _tag: "InvalidCalendarAdditions", path })
    expect((fromDocument as Error).message).toMatch(issue)
    if (!Array.isArray(additions))
      expect(caught(() => tradingCalendar(market, additions as CalendarAdditions))).toMatchObject({ path })
  })

  it.each([null, 1, "XNYS", []])("a document that is %j", (document) => {
    expect(() => parseCalendarAdditions(document)).toThrow(InvalidCalendarAdditions)
  })

  it("a market that does not exist, with suggestions", () => {
    expect(caught(() => parseCalendarAdditions({ NYSE: {} }))).toBeInstanceOf(UnknownMarket)
  })
})

describe("a document of additions", () => {
  it("gives what tradingCalendar takes, by market", () => {
    const text = `{
      "XNYS": { "closures": [{ "date": "2029-01-05", "reason": "Day of mourning" }] },
      "XHKG": { "lateOpens": [{ "date": "2027-03-09", "open": "13:00", "reason": "Black rainstorm" }] },
      "24/7": {}
    }`
    const additions = parseCalendarAdditions(JSON.parse(text))
    expect(Object.keys(additions)).toEqual(["XNYS", "XHKG", "24/7"])
    expect(
      tradingCalendar("XNYS", additions["XNYS"]).sessions({ start: "2029-01-05", end: "2029-01-05" }),
    ).toEqual([])
    expect(tradingCalendar("24/7", additions["24/7"])).toBe(tradingCalendar("24/7"))
    expect(hoursOn("XHKG", "2027-03-09", additions["XHKG"] ?? {})).toBe("13:00-16:00")
  })
})
