import { annual, on, previousWeekday, until, weekendToMonday, writtenDay } from "../day-rules.ts"
import {
  closed,
  firstDayOfMostMarkets,
  halted,
  holiday,
  hoursSince,
  type MarketRules,
} from "../market-rules.ts"
import { japaneseHolidays } from "./japanese-holidays.ts"

const halfDays = "https://media.rakuten-sec.net/articles/print/18698"
const outages = "https://en.wikipedia.org/wiki/Tokyo_Stock_Exchange"
const firstSession = annual(1, 4, weekendToMonday)
const lastSession = annual(12, 30, previousWeekday)

/**
 * Tokyo Stock Exchange, from 2000. The break was longer (from 11:00) until 18 November 2011; see the README.
 * @see https://www.jpx.co.jp/english/corporate/about-jpx/calendar/
 */
export const xtks = (): MarketRules => ({
  market: "XTKS",
  name: "Tokyo Stock Exchange",
  timeZone: "Asia/Tokyo",
  hoursTimeZone: "Asia/Tokyo",
  firstDay: firstDayOfMostMarkets,
  announcedUntil: writtenDay("2026-12-31"),
  continuous: false,
  hours: [
    hoursSince("2000-01-01", "09:00", "15:00", ["11:30", "12:30"]),
    hoursSince("2024-11-05", "09:00", "15:30", ["11:30", "12:30"]),
  ],
  closures: [
    holiday("New Year holidays", annual(1, 1)),
    holiday("New Year holidays", annual(1, 2)),
    holiday("New Year holidays", annual(1, 3)),
    holiday("Year-end holiday", annual(12, 31)),
    closed("Failure of the trading system", on("2020-10-01"), outages),
  ],
  computedHolidays: japaneseHolidays,
  changedHours: [],
  extraSessions: [],
  halts: [
    halted(
      "12:30",
      "15:00",
      "First session of the year: morning only",
      until(2009, firstSession),
      "venue",
      halfDays,
    ),
    halted(
      "12:30",
      "15:00",
      "Last session of the year: morning only",
      until(2008, lastSession),
      "venue",
      halfDays,
    ),
    halted("09:00", "13:30", "Failure of the trading system", on("2005-11-01"), "venue", outages),
    halted("14:40", "15:00", "Order capacity reached", on("2006-01-18"), "venue", outages),
  ],
})
