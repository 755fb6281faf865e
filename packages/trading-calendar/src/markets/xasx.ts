import {
  annual,
  easter,
  exceptIn,
  monday,
  on,
  previousWeekday,
  since,
  until,
  weekdayFrom,
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

/**
 * Australian Securities Exchange, from 2000. Anzac Day on a weekend is not made up; 2010 was the exception.
 * @see https://www.asx.com.au/markets/market-resources/trading-hours-calendar/cash-market-trading-hours/trading-calendar
 */
export const xasx = (): MarketRules => ({
  market: "XASX",
  name: "Australian Securities Exchange",
  timeZone: "Australia/Sydney",
  hoursTimeZone: "Australia/Sydney",
  firstDay: firstDayOfMostMarkets,
  announcedUntil: writtenDay("2026-12-31"),
  continuous: false,
  hours: [hoursSince("2000-01-01", "10:00", "16:00")],
  closures: [
    holiday("New Year's Day", annual(1, 1, weekendToMonday)),
    holiday("Australia Day", annual(1, 26, weekendToMonday)),
    holiday("Good Friday", easter(-2)),
    holiday("Easter Monday", easter(1)),
    holiday("Anzac Day", annual(4, 25)),
    holiday("Queen's Birthday", until(2022, weekdayFrom(6, 1, monday, 2))),
    holiday("King's Birthday", since(2023, weekdayFrom(6, 1, monday, 2))),
    ...christmasWithSubstitutes(),
    closed("Anzac Day, substitute", on("2010-04-26")),
    closed("Easter Tuesday, as Anzac Day fell on Easter Monday", on("2011-04-26")),
    closed(
      "National day of mourning for Queen Elizabeth II",
      on("2022-09-22"),
      "https://en.wikipedia.org/wiki/National_Day_of_Mourning_(Australia)",
    ),
  ],
  // In 2022 both were full sessions.
  changedHours: [
    closesAt(
      "14:10",
      "Last session before Christmas",
      since(2010, exceptIn([2022], annual(12, 24, previousWeekday))),
    ),
    closesAt(
      "14:10",
      "Last session of the year",
      since(2010, exceptIn([2022], annual(12, 31, previousWeekday))),
    ),
  ],
  extraSessions: [],
  halts: [halted("10:24", "16:00", "Software fault after an upgrade", on("2020-11-16"), "venue")],
})
