import {
  annual,
  easter,
  exceptIn,
  monday,
  on,
  previousWeekday,
  weekdayFrom,
  weekdayUntil,
  weekendToMonday,
  writtenDay,
} from "../day-rules.ts"
import {
  closed,
  closesAt,
  firstDayOfMostMarkets,
  halted,
  holiday,
  hoursSince,
  type MarketRules,
} from "../market-rules.ts"
import { christmasWithSubstitutes } from "./christmas.ts"

const bankHolidays = "https://www.gov.uk/bank-holidays"
const bankHolidayHistory = "https://en.wikipedia.org/wiki/Bank_holiday"

/**
 * London Stock Exchange, from 2000.
 * @see https://www.londonstockexchange.com/equities-trading/business-days
 */
export const xlon = (): MarketRules => ({
  market: "XLON",
  name: "London Stock Exchange",
  timeZone: "Europe/London",
  hoursTimeZone: "Europe/London",
  firstDay: firstDayOfMostMarkets,
  announcedUntil: writtenDay("2027-12-31"),
  continuous: false,
  hours: [hoursSince("2000-01-01", "08:00", "16:30")],
  closures: [
    holiday("New Year's Day", annual(1, 1, weekendToMonday)),
    holiday("Good Friday", easter(-2)),
    holiday("Easter Monday", easter(1)),
    holiday("Early May bank holiday", exceptIn([2020], weekdayFrom(5, 1, monday))),
    holiday("Spring bank holiday", exceptIn([2002, 2012, 2022], weekdayUntil(5, 31, monday))),
    holiday("Summer bank holiday", weekdayUntil(8, 31, monday)),
    ...christmasWithSubstitutes(),
    closed("Golden Jubilee: Spring bank holiday, moved", on("2002-06-04"), bankHolidayHistory),
    closed("Golden Jubilee of Queen Elizabeth II", on("2002-06-03"), bankHolidayHistory),
    closed("Wedding of Prince William and Catherine Middleton", on("2011-04-29"), bankHolidayHistory),
    closed("Diamond Jubilee: Spring bank holiday, moved", on("2012-06-04"), bankHolidayHistory),
    closed("Diamond Jubilee of Queen Elizabeth II", on("2012-06-05"), bankHolidayHistory),
    closed("75th anniversary of VE Day: Early May bank holiday, moved", on("2020-05-08"), bankHolidayHistory),
    closed("Platinum Jubilee: Spring bank holiday, moved", on("2022-06-02"), bankHolidayHistory),
    closed("Platinum Jubilee of Queen Elizabeth II", on("2022-06-03"), bankHolidayHistory),
    closed("State funeral of Queen Elizabeth II", on("2022-09-19"), bankHolidays),
    closed("Coronation of King Charles III", on("2023-05-08"), bankHolidays),
  ],
  changedHours: [
    closesAt("12:30", "Last session before Christmas", annual(12, 24, previousWeekday)),
    closesAt("12:30", "Last session of the year", annual(12, 31, previousWeekday)),
  ],
  extraSessions: [],
  halts: [
    halted(
      "08:00",
      "15:45",
      "System failure; trading went on until 20:00 instead",
      on("2000-04-05"),
      "venue",
      "http://news.bbc.co.uk/2/hi/business/702573.stm",
    ),
    halted(
      "09:15",
      "16:00",
      "Connectivity failure, start rounded",
      on("2008-09-08"),
      "venue",
      "http://news.bbc.co.uk/1/hi/business/7603981.stm",
    ),
    halted(
      "10:33",
      "14:00",
      "Connectivity failure",
      on("2009-11-26"),
      "venue",
      "https://www.investmentnews.com/fintech/glitch-once-again-shuts-down-london-stock-exchange/25574",
    ),
    halted("08:00", "09:00", "Late opening auction after a technical fault", on("2018-06-07"), "venue"),
    halted(
      "08:00",
      "09:40",
      "FTSE 350 shares: software fault delayed the opening",
      on("2019-08-16"),
      "venue",
    ),
  ],
})
