import { annual, easter, on, since, until, writtenDay } from "../day-rules.ts"
import {
  type ClosureRule,
  closesAt,
  firstDayOfMostMarkets,
  halted,
  holiday,
  hoursSince,
  type MarketRules,
} from "../market-rules.ts"

/** Since 2002 all Euronext markets keep the same few holidays; before, each kept national ones as well. */
const euronext = (
  market: string,
  name: string,
  timeZone: string,
  formerHolidays: ReadonlyArray<ClosureRule>,
): MarketRules => ({
  market,
  name,
  timeZone,
  hoursTimeZone: timeZone,
  firstDay: firstDayOfMostMarkets,
  announcedUntil: writtenDay("2026-12-31"),
  continuous: false,
  hours: [hoursSince("2000-01-01", "09:00", "17:30")],
  closures: [
    holiday("New Year's Day", annual(1, 1)),
    holiday("Good Friday", easter(-2)),
    holiday("Easter Monday", easter(1)),
    holiday("Labour Day", annual(5, 1)),
    holiday("Christmas Day", annual(12, 25)),
    holiday("Boxing Day", annual(12, 26)),
    holiday("Whit Monday", until(2001, easter(50))),
    holiday("New Year's Eve", until(2001, annual(12, 31))),
    ...formerHolidays,
  ],
  changedHours: [
    closesAt("14:05", "Christmas Eve", annual(12, 24)),
    closesAt("14:05", "New Year's Eve", since(2002, annual(12, 31))),
  ],
  extraSessions: [],
  halts: [
    halted(
      "09:48",
      "12:45",
      "Middleware failure",
      on("2020-10-19"),
      "venue",
      "https://www.euronext.com/en/news/more-info-about-19-october-2020-market-status",
    ),
  ],
})

/**
 * Euronext Paris, from 2000.
 * @see https://www.euronext.com/en/trade/trading-hours-holidays
 */
export const xpar = (): MarketRules =>
  euronext("XPAR", "Euronext Paris", "Europe/Paris", [holiday("Bastille Day", until(2001, annual(7, 14)))])

/**
 * Euronext Amsterdam, from 2000.
 * @see https://www.euronext.com/en/trade/trading-hours-holidays
 */
export const xams = (): MarketRules =>
  euronext("XAMS", "Euronext Amsterdam", "Europe/Amsterdam", [
    holiday("Ascension Day", until(2000, easter(39))),
    holiday("Queen's Day", until(2001, annual(4, 30))),
  ])
