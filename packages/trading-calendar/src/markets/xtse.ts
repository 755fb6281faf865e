import {
  annual,
  easter,
  monday,
  on,
  since,
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

const attacks = "https://en.wikipedia.org/wiki/Closings_and_cancellations_following_the_September_11_attacks"

/**
 * Toronto Stock Exchange, from 2000.
 * @see https://www.tsx.com/trading/calendars-and-trading-hours/calendar
 */
export const xtse = (): MarketRules => ({
  market: "XTSE",
  name: "Toronto Stock Exchange",
  timeZone: "America/Toronto",
  hoursTimeZone: "America/Toronto",
  firstDay: firstDayOfMostMarkets,
  announcedUntil: writtenDay("2026-12-31"),
  continuous: false,
  hours: [hoursSince("2000-01-01", "09:30", "16:00")],
  closures: [
    holiday("New Year's Day", annual(1, 1, weekendToMonday)),
    holiday("Family Day", since(2008, weekdayFrom(2, 1, monday, 3))),
    holiday("Good Friday", easter(-2)),
    holiday("Victoria Day", weekdayUntil(5, 24, monday)),
    holiday("Canada Day", annual(7, 1, weekendToMonday)),
    holiday("Civic Holiday", weekdayFrom(8, 1, monday)),
    holiday("Labour Day", weekdayFrom(9, 1, monday)),
    holiday("Thanksgiving Day", weekdayFrom(10, 1, monday, 2)),
    ...christmasWithSubstitutes(),
    closed("Terrorist attacks of 11 September in the United States", on("2001-09-12"), attacks),
  ],
  changedHours: [
    closesAt("10:30", "Terrorist attacks of 11 September in the United States", on("2001-09-11"), attacks),
    closesAt("13:00", "Christmas Eve", since(2010, annual(12, 24))),
  ],
  extraSessions: [],
  halts: [
    halted(
      "09:48",
      "16:00",
      "Data feed failure",
      on("2008-12-17"),
      "venue",
      "http://cbc-news-blog.blogspot.com/2008/12/tsx-restarts-after-trading-wiped-out.html",
    ),
    halted(
      "13:39:13",
      "16:00",
      "Storage failure",
      on("2018-04-27"),
      "venue",
      "http://www.mondovisione.com/media-and-resources/news/tmx-markets-update/",
    ),
  ],
})
