import { describe, expect, it } from "vitest"
import { tradingCalendar } from "../src/index.ts"
import { wallHours } from "./wall-times.ts"

/** Month and day of each weekday without a session. */
const closedIn = (market: string, year: number): ReadonlyArray<string> =>
  tradingCalendar(market)
    .closures({ start: `${year}-01-01`, end: `${year}-12-31` })
    .filter(({ kind }) => kind !== "weekend")
    .map(({ date }) => date.slice(5))

/** Each session that has not the regular hours. */
const otherHours = (market: string, first: string, last: string, regular: string): ReadonlyArray<string> => {
  const calendar = tradingCalendar(market)
  return calendar
    .sessions({ start: first, end: last })
    .map((session) => `${session.session} ${wallHours(session, calendar.timeZone)}`)
    .filter((text) => !text.endsWith(` ${regular}`))
}

describe("years of markets without a reference, as their exchanges published them", () => {
  it.each<[string, number, string]>([
    // Berchtold's Day is 2 January.
    ["XSWX", 2000, "01-03 04-21 04-24 05-01 06-01 06-12 08-01 12-25 12-26"],
    ["XSWX", 2002, "01-01 03-29 04-01 05-01 12-24 12-25 12-26 12-31"],
    ["XSWX", 2003, "01-01 01-02 04-18 04-21 05-01 05-29 06-09 12-24 12-25 12-26 12-31"],
    ["XSWX", 2012, "01-02 04-06 04-09 05-01 05-17 05-28 08-01 12-24 12-25 12-26 12-31"],
    ["XSWX", 2023, "01-02 04-07 04-10 05-01 05-18 05-29 08-01 12-25 12-26"],
    ["XSWX", 2024, "01-01 01-02 03-29 04-01 05-01 05-09 05-20 08-01 12-24 12-25 12-26 12-31"],
    ["XSWX", 2025, "01-01 01-02 04-18 04-21 05-01 05-29 06-09 08-01 12-24 12-25 12-26 12-31"],
    ["XSWX", 2026, "01-01 01-02 04-03 04-06 05-01 05-14 05-25 12-24 12-25 12-31"],
    // Until 2001 with the holidays of the Netherlands.
    ["XAMS", 2001, "01-01 04-13 04-16 04-30 05-01 06-04 12-25 12-26 12-31"],
    ["XAMS", 2002, "01-01 03-29 04-01 05-01 12-25 12-26"],
    ["XAMS", 2017, "04-14 04-17 05-01 12-25 12-26"],
    ["XAMS", 2021, "01-01 04-02 04-05"],
    ["XAMS", 2024, "01-01 03-29 04-01 05-01 12-25 12-26"],
    ["XAMS", 2025, "01-01 04-18 04-21 05-01 12-25 12-26"],
    ["XAMS", 2026, "01-01 04-03 04-06 05-01 12-25"],
    // Ferragosto is 15 August.
    ["XMIL", 2010, "01-01 04-02 04-05 12-24 12-31"],
    ["XMIL", 2015, "01-01 04-03 04-06 05-01 12-24 12-25 12-31"],
    ["XMIL", 2018, "01-01 03-30 04-02 05-01 08-15 12-24 12-25 12-26 12-31"],
    ["XMIL", 2023, "04-07 04-10 05-01 08-15 12-25 12-26"],
    ["XMIL", 2024, "01-01 03-29 04-01 05-01 08-15 12-24 12-25 12-26 12-31"],
    ["XMIL", 2025, "01-01 04-18 04-21 05-01 08-15 12-24 12-25 12-26 12-31"],
    ["XMIL", 2026, "01-01 04-03 04-06 05-01 12-24 12-25 12-31"],
    // Whit Monday in 2007 and from 2015 to 2021, German Unity from 2014 to 2021, the Reformation once.
    ["XFRA", 2006, "04-14 04-17 05-01 12-25 12-26"],
    ["XFRA", 2007, "01-01 04-06 04-09 05-01 05-28 12-24 12-25 12-26 12-31"],
    ["XFRA", 2012, "04-06 04-09 05-01 12-24 12-25 12-26 12-31"],
    ["XFRA", 2017, "04-14 04-17 05-01 06-05 10-03 10-31 12-25 12-26"],
    ["XFRA", 2018, "01-01 03-30 04-02 05-01 05-21 10-03 12-24 12-25 12-26 12-31"],
    ["XFRA", 2022, "04-15 04-18 12-26"],
    ["XFRA", 2024, "01-01 03-29 04-01 05-01 12-24 12-25 12-26 12-31"],
    ["XFRA", 2025, "01-01 04-18 04-21 05-01 12-24 12-25 12-26 12-31"],
    ["XFRA", 2026, "01-01 04-03 04-06 05-01 12-24 12-25 12-31"],
  ])("%s %i: no session on %s", (market, year, dates) => {
    expect(closedIn(market, year)).toEqual(dates.split(" "))
  })

  it.each<[string, ReadonlyArray<string>]>([
    // Switzerland and Italy keep Christmas Eve and New Year's Eve whole.
    ["XSWX", []],
    ["XMIL", []],
    [
      "XAMS",
      [
        "2021-12-24 09:00-14:05",
        "2021-12-31 09:00-14:05",
        "2024-12-24 09:00-14:05",
        "2024-12-31 09:00-14:05",
        "2025-12-24 09:00-14:05",
        "2025-12-31 09:00-14:05",
      ],
    ],
    [
      "XFRA",
      [
        "2021-12-30 09:00-14:00",
        "2022-12-30 09:00-14:00",
        "2023-12-29 09:00-14:00",
        "2024-12-30 09:00-14:00",
        "2025-12-30 09:00-14:00",
      ],
    ],
  ])("%s is open from 9:00 to 17:30 in 2021 to 2025, but for its half days", (market, halfDays) => {
    expect(otherHours(market, "2021-01-01", "2025-12-31", "09:00-17:30")).toEqual(halfDays)
  })
})

describe("the New York Stock Exchange before 1990, by its own list of special closings", () => {
  const calendar = tradingCalendar("XNYS")

  it("was closed on no other weekdays than holidays, four times, and on election days", () => {
    const closures = calendar.closures({ start: "1970-01-01", end: "1989-12-31" })
    expect(closures.filter(({ kind }) => kind === "special").map(({ date }) => date)).toEqual([
      "1972-12-28",
      "1973-01-25",
      "1977-07-14",
      "1985-09-27",
    ])
    const elections = closures.filter(({ reason }) => reason.includes("election"))
    expect(elections.map(({ date }) => date)).toEqual(["1972-11-07", "1976-11-02", "1980-11-04"])
  })

  it("kept these holidays", () => {
    const dates = calendar
      .closures({ start: "1970-01-01", end: "1973-12-31" })
      .filter(({ kind, reason }) => kind === "holiday" && !reason.includes("election"))
      .map(({ date }) => date.slice(2))
    expect(dates.join(" ")).toBe(
      [
        "70-01-01 70-02-23 70-03-27 70-07-03 70-09-07 70-11-26 70-12-25",
        "71-01-01 71-02-15 71-04-09 71-05-31 71-07-05 71-09-06 71-11-25 71-12-24",
        "72-02-21 72-03-31 72-05-29 72-07-04 72-09-04 72-11-23 72-12-25",
        "73-01-01 73-02-19 73-04-20 73-05-28 73-07-04 73-09-03 73-11-22 73-12-25",
      ].join(" "),
    )
  })

  it("opened late or closed early on these days, and on no others", () => {
    const crisis = calendar.sessions({ start: "1970-01-02", end: "1970-05-01" })
    expect(new Set(crisis.map((session) => wallHours(session, calendar.timeZone)))).toEqual(
      new Set(["10:00-15:00"]),
    )
    expect([
      ...otherHours("XNYS", "1970-05-02", "1974-09-30", "10:00-15:30"),
      ...otherHours("XNYS", "1974-10-01", "1985-09-29", "10:00-16:00"),
      ...otherHours("XNYS", "1985-09-30", "1989-12-31", "09:30-16:00"),
    ]).toEqual([
      "1973-12-17 11:00-15:30",
      "1974-01-16 10:15-15:30",
      "1974-11-22 10:15-16:00",
      "1974-12-24 10:00-14:00",
      "1975-02-12 10:00-14:30",
      "1975-12-24 10:00-14:00",
      "1976-02-02 11:15-16:00",
      "1976-08-09 10:00-15:00",
      "1978-01-20 12:00-16:00",
      "1978-02-06 10:00-14:00",
      "1978-02-07 11:00-16:00",
      "1981-03-30 10:00-15:17",
      "1981-09-09 10:00-15:28",
      ...["23", "26", "27", "28", "29", "30"].map((day) => `1987-10-${day} 09:30-14:00`),
      ...["02", "03", "04"].map((day) => `1987-11-${day} 09:30-14:30`),
      ...["05", "06"].map((day) => `1987-11-${day} 09:30-15:00`),
      ...["09", "10", "11"].map((day) => `1987-11-${day} 09:30-15:30`),
      "1989-11-10 11:00-16:00",
    ])
  })
})
