import { annual, easter, exceptIn, on, writtenDay } from "../day-rules.ts"
import { closed, firstDayOfMostMarkets, holiday, hoursSince, type MarketRules } from "../market-rules.ts"

const tradingCalendar2000 =
  "http://web.archive.org/web/2005/http://www.swx.com/swx_messages/1999/swx7299_calendar.pdf"

/**
 * SIX Swiss Exchange, from 2000.
 * @see http://web.archive.org/web/2006/http://www.swx.com/swx_messages/2001/swx4401e.pdf holidays that became trading days in 2001
 * @see http://web.archive.org/web/2006/http://www.swx.com/swx_messages/2003/swx0903e.pdf Ascension and Whit Monday closed again
 * @see http://web.archive.org/web/20060720021640/http://www.swx.com/swx_messages/2006/swx0906e.pdf the holidays since 2006
 */
export const xswx = (): MarketRules => ({
  market: "XSWX",
  name: "SIX Swiss Exchange",
  timeZone: "Europe/Zurich",
  hoursTimeZone: "Europe/Zurich",
  firstDay: firstDayOfMostMarkets,
  announcedUntil: writtenDay("2026-12-31"),
  continuous: false,
  hours: [hoursSince("2000-01-01", "09:00", "17:30")],
  closures: [
    holiday("New Year's Day", annual(1, 1)),
    holiday("Berchtold's Day", exceptIn([2002], annual(1, 2))),
    holiday("Good Friday", easter(-2)),
    holiday("Easter Monday", easter(1)),
    holiday("Labour Day", annual(5, 1)),
    holiday("Ascension Day", exceptIn([2002], easter(39))),
    holiday("Whit Monday", exceptIn([2002], easter(50))),
    holiday("Swiss National Day", exceptIn([2001, 2002, 2003, 2004, 2005], annual(8, 1))),
    holiday("Christmas Eve", annual(12, 24)),
    holiday("Christmas Day", annual(12, 25)),
    holiday("St Stephen's Day", annual(12, 26)),
    holiday("New Year's Eve", annual(12, 31)),
    closed("Changeover to the year 2000", on("2000-01-03"), tradingCalendar2000),
  ],
  changedHours: [],
  extraSessions: [],
  halts: [],
})
