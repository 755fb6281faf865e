import { annual, easter, inYears, on, previousWeekday, since, writtenDay } from "../day-rules.ts"
import {
  closed,
  closesAt,
  firstDayOfMostMarkets,
  holiday,
  hoursSince,
  type MarketRules,
} from "../market-rules.ts"

const tradingCalendar = "https://www.xetra.com/xetra-en/trading/trading-calendar-and-trading-hours"
const whitMonday = easter(50)

/**
 * Xetra, from 2000.
 * @see https://www.dw.com/en/german-stock-exchange-limits-trading-hours/a-1020167 for 8 pm from June 2000 to October 2003
 */
export const xetr = (): MarketRules => ({
  market: "XETR",
  name: "Xetra",
  timeZone: "Europe/Berlin",
  hoursTimeZone: "Europe/Berlin",
  firstDay: firstDayOfMostMarkets,
  announcedUntil: writtenDay("2026-12-31"),
  continuous: false,
  hours: [
    hoursSince("2000-01-01", "09:00", "17:30"),
    hoursSince("2000-06-02", "09:00", "20:00"),
    hoursSince("2003-11-03", "09:00", "17:30"),
  ],
  closures: [
    holiday("New Year's Day", annual(1, 1)),
    holiday("Good Friday", easter(-2)),
    holiday("Easter Monday", easter(1)),
    holiday("Labour Day", annual(5, 1)),
    holiday("Whit Monday", inYears(2007, 2007, whitMonday)),
    holiday("Whit Monday", inYears(2015, 2021, whitMonday)),
    holiday("Day of German Unity", inYears(2014, 2021, annual(10, 3))),
    holiday("Christmas Eve", annual(12, 24)),
    holiday("Christmas Day", annual(12, 25)),
    holiday("Boxing Day", annual(12, 26)),
    holiday("New Year's Eve", annual(12, 31)),
    closed("500th anniversary of the Reformation", on("2017-10-31"), tradingCalendar),
  ],
  // 31 December is always closed, so the last session is the last weekday until the 30th.
  changedHours: [closesAt("14:00", "Last session of the year", since(2010, annual(12, 30, previousWeekday)))],
  extraSessions: [],
  halts: [],
})

/** Frankfurt Stock Exchange: days and hours of the electronic order book; the floor's longer hours are not modelled. */
export const xfra = (): MarketRules => ({ ...xetr(), market: "XFRA", name: "Frankfurt Stock Exchange" })
