import { describe, expect, it } from "vitest"
import { tradingCalendar } from "../src/index.ts"
import { wallHours } from "./wall-times.ts"

const closureOn = (market: string, date: string): string | undefined => {
  const [closure] = tradingCalendar(market).closures({ start: date, end: date })
  return closure === undefined ? undefined : `${closure.kind}: ${closure.reason}`
}

const hoursOn = (market: string, date: string): string | undefined => {
  const calendar = tradingCalendar(market)
  const [session] = calendar.sessions({ start: date, end: date })
  return session && wallHours(session, calendar.timeZone)
}

describe("days on which a market was closed, and why", () => {
  it.each([
    ["XNYS", "1970-02-23", "holiday: Washington's Birthday"],
    ["XNYS", "1971-12-24", "holiday: Christmas Day"],
    ["XNYS", "1972-11-07", "holiday: Presidential election day"],
    ["XNYS", "1976-11-02", "holiday: Presidential election day"],
    ["XNYS", "1980-11-04", "holiday: Presidential election day"],
    ["XNYS", "1972-12-28", "special: Funeral of former President Truman"],
    ["XNYS", "1973-01-25", "special: Funeral of former President Johnson"],
    ["XNYS", "1977-07-14", "special: New York City power blackout"],
    ["XNYS", "1985-09-27", "special: Hurricane Gloria"],
    ["XNYS", "1994-04-27", "special: Day of mourning for former President Nixon"],
    ["XNYS", "1998-01-19", "holiday: Martin Luther King Jr. Day"],
    ["XNYS", "2001-09-11", "special: Terrorist attacks of 11 September"],
    ["XNYS", "2001-09-14", "special: Terrorist attacks of 11 September"],
    ["XNYS", "2004-06-11", "special: Day of mourning for former President Reagan"],
    ["XNYS", "2007-01-02", "special: Day of mourning for former President Ford"],
    ["XNYS", "2012-10-29", "special: Hurricane Sandy"],
    ["XNYS", "2012-10-30", "special: Hurricane Sandy"],
    ["XNYS", "2018-12-05", "special: Day of mourning for former President George H. W. Bush"],
    ["XNYS", "2022-06-20", "holiday: Juneteenth"],
    ["XNYS", "2025-01-09", "special: Day of mourning for former President Carter"],
    ["XNYS", "2024-03-29", "holiday: Good Friday"],
    ["XNYS", "2024-03-30", "weekend: Weekend"],
    ["XLON", "2002-06-03", "special: Golden Jubilee of Queen Elizabeth II"],
    ["XLON", "2011-04-29", "special: Wedding of Prince William and Catherine Middleton"],
    ["XLON", "2012-06-05", "special: Diamond Jubilee of Queen Elizabeth II"],
    ["XLON", "2020-05-08", "special: 75th anniversary of VE Day: Early May bank holiday, moved"],
    ["XLON", "2022-06-03", "special: Platinum Jubilee of Queen Elizabeth II"],
    ["XLON", "2022-09-19", "special: State funeral of Queen Elizabeth II"],
    ["XLON", "2023-05-08", "special: Coronation of King Charles III"],
    ["XLON", "2022-12-27", "holiday: Christmas Day, substitute"],
    ["XETR", "2017-10-31", "special: 500th anniversary of the Reformation"],
    ["XETR", "2024-12-24", "holiday: Christmas Eve"],
    ["XFRA", "2024-12-31", "holiday: New Year's Eve"],
    ["XPAR", "2000-07-14", "holiday: Bastille Day"],
    ["XPAR", "2001-12-31", "holiday: New Year's Eve"],
    ["XAMS", "2001-04-30", "holiday: Queen's Day"],
    ["XMIL", "2024-08-15", "holiday: Assumption Day"],
    ["XMIL", "2025-12-24", "holiday: Christmas Eve"],
    ["XSWX", "2024-01-02", "holiday: Berchtold's Day"],
    ["XSWX", "2012-08-01", "holiday: Swiss National Day"],
    ["XSWX", "2024-05-09", "holiday: Ascension Day"],
    ["XTKS", "2019-04-30", "holiday: Citizens' holiday between two holidays"],
    ["XTKS", "2019-05-01", "holiday: Accession of Emperor Naruhito"],
    ["XTKS", "2019-05-02", "holiday: Citizens' holiday between two holidays"],
    ["XTKS", "2019-10-22", "holiday: Enthronement ceremony of Emperor Naruhito"],
    ["XTKS", "2020-07-24", "holiday: Sports Day"],
    ["XTKS", "2020-10-01", "special: Failure of the trading system"],
    ["XTKS", "2021-08-09", "holiday: Mountain Day, substitute"],
    ["XTKS", "2026-09-22", "holiday: Citizens' holiday between two holidays"],
    ["XTKS", "2008-05-06", "holiday: Greenery Day, substitute"],
    ["XHKG", "2008-08-22", "special: Typhoon Nuri"],
    ["XHKG", "2017-08-23", "special: Typhoon Hato"],
    ["XHKG", "2023-07-17", "special: Typhoon Talim"],
    ["XHKG", "2023-09-01", "special: Typhoon Saola"],
    ["XHKG", "2023-09-08", "special: Black rainstorm"],
    ["XHKG", "2024-09-06", "special: Typhoon Yagi"],
    ["XHKG", "2012-10-02", "holiday: Day after the Mid-Autumn Festival, substitute"],
    ["XHKG", "2015-09-03", "holiday: 70th anniversary of the victory of 1945"],
    ["XHKG", "2026-04-07", "holiday: Ching Ming Festival, substitute"],
    ["XTSE", "2001-09-12", "special: Terrorist attacks of 11 September in the United States"],
    ["XTSE", "2008-02-18", "holiday: Family Day"],
    ["XTSE", "2024-05-20", "holiday: Victoria Day"],
    ["XASX", "2011-04-26", "special: Easter Tuesday, as Anzac Day fell on Easter Monday"],
    ["XASX", "2022-09-22", "special: National day of mourning for Queen Elizabeth II"],
    ["XASX", "2025-01-27", "holiday: Australia Day"],
  ])("%s %s, %s", (market, date, expected) => {
    expect(closureOn(market, date)).toBe(expected)
    expect(hoursOn(market, date)).toBeUndefined()
  })
})

describe("hours by the clock of the exchange", () => {
  it.each([
    ["XNYS", "1970-04-30", "10:00-15:00", "paperwork crisis"],
    ["XNYS", "1970-05-04", "10:00-15:30", "the crisis is over"],
    ["XNYS", "1970-05-29", "10:00-15:30", "Memorial Day fell on Saturday, the 30th"],
    ["XNYS", "1974-09-30", "10:00-15:30", "last day before the longer session"],
    ["XNYS", "1974-10-01", "10:00-16:00", "first day of the longer session"],
    ["XNYS", "1978-01-20", "12:00-16:00", "snowstorm"],
    ["XNYS", "1978-02-06", "10:00-14:00", "blizzard"],
    ["XNYS", "1978-02-07", "11:00-16:00", "blizzard"],
    ["XNYS", "1981-03-30", "10:00-15:17", "assassination attempt on President Reagan"],
    ["XNYS", "1985-09-26", "10:00-16:00", "last opening at 10:00"],
    ["XNYS", "1985-09-30", "09:30-16:00", "first opening at 9:30"],
    ["XNYS", "1987-10-19", "09:30-16:00", "Black Monday ran its full length"],
    ["XNYS", "1987-10-23", "09:30-14:00", "backlog after the crash"],
    ["XNYS", "1987-11-11", "09:30-15:30", "backlog after the crash"],
    ["XNYS", "1987-11-12", "09:30-16:00", "backlog worked off"],
    ["XNYS", "1990-12-24", "09:30-14:00", "half day of the early nineties"],
    ["XNYS", "1992-11-27", "09:30-14:00", "half day of the early nineties"],
    ["XNYS", "1993-11-26", "09:30-13:00", "day after Thanksgiving"],
    ["XNYS", "1994-12-23", "09:30-16:00", "full day before a Christmas on Sunday"],
    ["XNYS", "1996-07-05", "09:30-13:00", "Friday after Independence Day"],
    ["XNYS", "1997-12-26", "09:30-13:00", "Friday after Christmas"],
    ["XNYS", "1999-12-31", "09:30-13:00", "eve of 2000"],
    ["XNYS", "2002-07-03", "09:30-16:00", "Wednesday before Independence Day, full until 2012"],
    ["XNYS", "2002-07-05", "09:30-13:00", "Friday after Independence Day"],
    ["XNYS", "2013-07-03", "09:30-13:00", "Wednesday before Independence Day, short since 2013"],
    ["XNYS", "2022-06-17", "09:30-16:00", "a full Friday before the observed Juneteenth"],
    ["XNYS", "2021-06-18", "09:30-16:00", "Juneteenth was no exchange holiday yet"],
    ["XNYS", "2026-11-27", "09:30-13:00", "day after Thanksgiving"],
    ["XNYS", "1996-11-05", "09:30-16:00", "election days are sessions since 1984"],
    ["XLON", "2021-12-31", "08:00-12:30", "last session of the year"],
    ["XETR", "2000-06-01", "09:00-17:30", "before the longer session"],
    ["XETR", "2000-06-02", "09:00-20:00", "first day of the longer session"],
    ["XETR", "2003-10-31", "09:00-20:00", "last day of the longer session"],
    ["XETR", "2003-11-03", "09:00-17:30", "back to half past five"],
    ["XETR", "2012-12-28", "09:00-14:00", "last session of the year"],
    ["XPAR", "2024-12-24", "09:00-14:05", "Christmas Eve"],
    ["XAMS", "2024-12-31", "09:00-14:05", "New Year's Eve"],
    ["XMIL", "2024-12-30", "09:00-17:30", "regular last session"],
    ["XSWX", "2002-05-20", "09:00-17:30", "Whit Monday was a session in 2002 only"],
    ["XSWX", "2005-08-01", "09:00-17:30", "national day was a session until 2005"],
    ["XTKS", "2024-11-01", "09:00-11:30 12:30-15:00", "last close at 15:00"],
    ["XTKS", "2024-11-05", "09:00-11:30 12:30-15:30", "first close at 15:30"],
    ["XHKG", "2011-03-04", "10:00-12:00 13:00-16:00", "last opening at 10:00"],
    ["XHKG", "2011-03-07", "09:30-12:00 13:00-16:00", "first opening at 9:30"],
    ["XHKG", "2010-12-31", "10:00-12:30", "half day"],
    ["XHKG", "2022-01-31", "09:30-12:00", "eve of the Lunar New Year"],
    ["XHKG", "2023-10-09", "14:00-16:00", "Typhoon Koinu"],
    ["XHKG", "2025-09-24", "09:30-12:00 13:00-16:00", "trading through Typhoon Ragasa"],
    ["XTSE", "2001-09-11", "09:30-10:30", "halted for the day"],
    ["XTSE", "2021-09-30", "09:30-16:00", "Truth and Reconciliation Day is a session"],
    ["XTSE", "2024-12-24", "09:30-13:00", "Christmas Eve"],
    ["XASX", "2021-04-26", "10:00-16:00", "Anzac Day on a Sunday is not made up"],
    ["XASX", "2016-12-23", "10:00-14:10", "last session before Christmas"],
    ["XASX", "2022-12-23", "10:00-16:00", "a full day, unlike other years"],
  ])("%s %s: %s (%s)", (market, date, hours) => {
    expect(hoursOn(market, date)).toBe(hours)
  })

  it("says why a session is short, with a public source where there is one", () => {
    expect(tradingCalendar("XNYS").sessions({ start: "1978-02-06", end: "1978-02-07" })).toMatchObject([
      { reason: "Snowstorm", source: expect.stringContaining("https://") },
      { reason: "Snowstorm", source: expect.stringContaining("https://") },
    ])
    expect(
      tradingCalendar("XNYS").sessions({ start: "2024-07-02", end: "2024-07-02" })[0],
    ).not.toHaveProperty("reason")
  })
})

describe("sessions a year", () => {
  it.each([
    ["XNYS", 1970, [254, 253, 251, 252, 253, 253, 253, 252, 252, 253]],
    ["XNYS", 1980, [253, 253, 253, 253, 253, 252, 253, 253, 253, 252]],
    ["XTKS", 2000, [248, 246, 246, 245, 246]],
    ["XTKS", 2023, [246, 245, 243]],
    ["XETR", 2000, [255, 253, 253]],
  ])("%s from %i", (market, first, counts) => {
    const calendar = tradingCalendar(market)
    expect(
      counts.map((_, index) => {
        const year = first + index
        return calendar.sessions({ start: `${year}-01-01`, end: `${year}-12-31` }).length
      }),
    ).toEqual(counts)
  })
})
