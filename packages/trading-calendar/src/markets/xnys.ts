import {
  annual,
  easter,
  fallingOn,
  friday,
  inYears,
  monday,
  nearestWeekday,
  on,
  shifted,
  since,
  sundayToMonday,
  thursday,
  tuesday,
  until,
  weekdayFrom,
  weekdays,
  weekdayUntil,
  writtenDay,
} from "../day-rules.ts"
import { closed, closesAt, holiday, hoursSince, type MarketRules, opensAt } from "../market-rules.ts"
import { marketWideHalts, nasdaqHalts, nyseHalts } from "./us-halts.ts"

/** NYSE's own list of special closings, 1885-2011. */
const nyseClosings =
  "https://github.com/rsheftel/pandas_market_calendars/files/6827110/Stocks.NYSE-Closings.pdf"

const thanksgiving = weekdayFrom(11, 1, thursday, 4)
const dayAfterThanksgiving = shifted(1, thanksgiving)
const mondayToThursday = [1, 2, 3, 4]

const holidays = () => [
  holiday("New Year's Day", annual(1, 1, sundayToMonday)),
  holiday("Martin Luther King Jr. Day", since(1998, weekdayFrom(1, 1, monday, 3))),
  holiday("Washington's Birthday", until(1970, annual(2, 22, sundayToMonday))),
  holiday("Washington's Birthday", since(1971, weekdayFrom(2, 1, monday, 3))),
  holiday("Good Friday", easter(-2)),
  // In 1970 it was still 30 May, a Saturday, and the Friday before closed the month: no holiday was kept.
  holiday("Memorial Day", since(1971, weekdayUntil(5, 31, monday))),
  holiday("Juneteenth", since(2022, annual(6, 19, nearestWeekday))),
  holiday("Independence Day", annual(7, 4, nearestWeekday)),
  holiday("Labor Day", weekdayFrom(9, 1, monday)),
  holiday("Presidential election day", (year) =>
    year <= 1980 && year % 4 === 0 ? weekdayFrom(11, 2, tuesday)(year) : [],
  ),
  holiday("Thanksgiving Day", thanksgiving),
  holiday("Christmas Day", annual(12, 25, nearestWeekday)),
]

const specialClosures = () => [
  closed("Funeral of former President Truman", on("1972-12-28"), nyseClosings),
  closed("Funeral of former President Johnson", on("1973-01-25"), nyseClosings),
  closed("New York City power blackout", on("1977-07-14"), nyseClosings),
  closed("Hurricane Gloria", on("1985-09-27"), nyseClosings),
  closed("Day of mourning for former President Nixon", on("1994-04-27"), nyseClosings),
  closed("Terrorist attacks of 11 September", weekdays("2001-09-11", "2001-09-14"), nyseClosings),
  closed("Day of mourning for former President Reagan", on("2004-06-11"), nyseClosings),
  closed("Day of mourning for former President Ford", on("2007-01-02"), nyseClosings),
  closed("Hurricane Sandy", on("2012-10-29", "2012-10-30"), "https://en.wikipedia.org/wiki/Hurricane_Sandy"),
  closed(
    "Day of mourning for former President George H. W. Bush",
    on("2018-12-05"),
    "https://en.wikipedia.org/wiki/Death_and_state_funeral_of_George_H._W._Bush",
  ),
  closed(
    "Day of mourning for former President Carter",
    on("2025-01-09"),
    "https://en.wikipedia.org/wiki/Death_and_state_funeral_of_Jimmy_Carter",
  ),
]

const earlyCloses = () => [
  closesAt("15:00", "Paperwork crisis", weekdays("1970-01-02", "1970-05-01"), nyseClosings),
  closesAt("14:00", "Christmas Eve", on("1974-12-24", "1975-12-24"), nyseClosings),
  closesAt("14:30", "Snowstorm", on("1975-02-12"), nyseClosings),
  closesAt("15:00", "Hurricane watch", on("1976-08-09"), nyseClosings),
  closesAt("14:00", "Snowstorm", on("1978-02-06"), nyseClosings),
  closesAt("15:17", "Assassination attempt on President Reagan", on("1981-03-30"), nyseClosings),
  closesAt("15:28", "Con Edison power failure", on("1981-09-09"), nyseClosings),
  closesAt("14:00", "Backlog after the crash", weekdays("1987-10-23", "1987-10-30"), nyseClosings),
  closesAt("14:30", "Backlog after the crash", weekdays("1987-11-02", "1987-11-04"), nyseClosings),
  closesAt("15:00", "Backlog after the crash", weekdays("1987-11-05", "1987-11-06"), nyseClosings),
  closesAt("15:30", "Backlog after the crash", weekdays("1987-11-09", "1987-11-11"), nyseClosings),
  closesAt("14:00", "Christmas Eve", inYears(1990, 1992, annual(12, 24)), nyseClosings),
  closesAt("13:00", "Christmas Eve", since(1996, fallingOn(mondayToThursday, annual(12, 24)))),
  closesAt("14:00", "Day after Thanksgiving", inYears(1992, 1992, dayAfterThanksgiving), nyseClosings),
  closesAt("13:00", "Day after Thanksgiving", since(1993, dayAfterThanksgiving)),
  // A Wednesday 3 July was a full day until 2012; then Friday 5 July was short when the 4th was a Thursday.
  closesAt("13:00", "Day before Independence Day", inYears(1995, 2012, fallingOn([1, 2, 4], annual(7, 3)))),
  closesAt("13:00", "Day after Independence Day", inYears(1995, 2012, fallingOn([friday], annual(7, 5)))),
  closesAt("13:00", "Day before Independence Day", since(2013, fallingOn(mondayToThursday, annual(7, 3)))),
  closesAt("13:00", "Friday after Christmas", on("1997-12-26", "2003-12-26"), nyseClosings),
  closesAt("13:00", "New Year's Eve of the year 2000", on("1999-12-31")),
]

const lateOpens = () => [
  opensAt("11:00", "Ice storm", on("1973-12-17"), nyseClosings),
  opensAt("10:15", "Computer trouble", on("1974-01-16"), nyseClosings),
  opensAt("10:15", "Fire drill", on("1974-11-22"), nyseClosings),
  opensAt("11:15", "Storm", on("1976-02-02"), nyseClosings),
  opensAt("12:00", "Snowstorm", on("1978-01-20"), nyseClosings),
  opensAt("11:00", "Snowstorm", on("1978-02-07"), nyseClosings),
  opensAt("11:00", "Electrical fire", on("1989-11-10"), nyseClosings),
]

/**
 * New York Stock Exchange, from 1970.
 * @see https://www.nyse.com/markets/hours-calendars
 * @see https://mondovisione.com/media-and-resources/news/nyse-group-announces-2026-2027-and-2028-holiday-and-early-closings-calendar-20251223/
 */
export const xnys = (): MarketRules => ({
  market: "XNYS",
  name: "New York Stock Exchange",
  timeZone: "America/New_York",
  hoursTimeZone: "America/New_York",
  firstDay: writtenDay("1970-01-01"),
  announcedUntil: writtenDay("2028-12-31"),
  continuous: false,
  hours: [
    hoursSince("1970-01-01", "10:00", "15:30"),
    hoursSince("1974-10-01", "10:00", "16:00"),
    hoursSince("1985-09-30", "09:30", "16:00"),
  ],
  closures: [...holidays(), ...specialClosures()],
  changedHours: [...earlyCloses(), ...lateOpens()],
  extraSessions: [],
  halts: [...marketWideHalts(), ...nyseHalts()],
})

/** Nasdaq, from its first day; its days and hours are taken to be those of the NYSE. */
export const xnas = (): MarketRules => ({
  ...xnys(),
  market: "XNAS",
  name: "Nasdaq",
  firstDay: writtenDay("1971-02-08"),
  halts: [...marketWideHalts(), ...nasdaqHalts()],
})
