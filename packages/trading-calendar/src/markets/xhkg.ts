import { annual, type DayRule, on, since, writtenDay } from "../day-rules.ts"
import {
  closed,
  type ClosureRule,
  closesAt,
  firstDayOfMostMarkets,
  halted,
  type HaltRule,
  hoursSince,
  type MarketRules,
  opensAt,
} from "../market-rules.ts"
import { hongKongHolidays, lunarNewYearsEve } from "./hong-kong-holidays.ts"

const warnings = "https://www.hko.gov.hk/en/wxinfo/climat/warndb/warndb1.shtml"
const firstDayOfShorterMorning = writtenDay("2011-03-07")

/**
 * Hong Kong Stock Exchange, from 2000. Since 23 September 2024 it trades on through storms. The break was longer (12:30
 * to 14:30, from 2011 to 13:30) until 2 March 2012; see the README.
 * @see https://www.hkex.com.hk/Services/Trading-hours-and-Severe-Weather-Arrangements/Trading-Hours/Securities-Market?sc_lang=en
 */
export const xhkg = (): MarketRules => ({
  market: "XHKG",
  name: "Hong Kong Stock Exchange",
  timeZone: "Asia/Hong_Kong",
  hoursTimeZone: "Asia/Hong_Kong",
  firstDay: firstDayOfMostMarkets,
  announcedUntil: writtenDay("2026-12-31"),
  continuous: false,
  hours: [
    hoursSince("2000-01-01", "10:00", "16:00", ["12:00", "13:00"]),
    hoursSince("2011-03-07", "09:30", "16:00", ["12:00", "13:00"]),
  ],
  closures: [
    storm("Typhoon Utor", "2001-07-06"),
    storm("Typhoon Yutu", "2001-07-25"),
    storm("Typhoon Kammuri", "2008-08-06"),
    storm("Typhoon Nuri", "2008-08-22"),
    storm("Typhoon Nesat", "2011-09-29"),
    storm("Typhoon Utor", "2013-08-14"),
    storm("Typhoon Nida", "2016-08-02"),
    storm("Typhoon Haima", "2016-10-21"),
    storm("Typhoon Hato", "2017-08-23"),
    storm("Typhoon Nangka", "2020-10-13"),
    storm("Typhoon Kompasu", "2021-10-13"),
    storm("Typhoon Talim", "2023-07-17"),
    storm("Typhoon Saola", "2023-09-01"),
    storm("Black rainstorm", "2023-09-08"),
    storm("Typhoon Yagi", "2024-09-06"),
  ],
  computedHolidays: hongKongHolidays,
  changedHours: [
    ...morningOnly("Christmas Eve", annual(12, 24)),
    ...morningOnly("New Year's Eve", annual(12, 31)),
    ...morningOnly(
      "Lunar New Year's Eve",
      since(2013, (year) => [lunarNewYearsEve(year)]),
    ),
    opensAt(
      "14:00",
      "Typhoon Koinu and black rainstorm",
      on("2023-10-09"),
      "https://mondovisione.com/media-and-resources/news/hkex-trading-in-securities-and-derivatives-markets-to-resume-after-cancellation-1/",
    ),
  ],
  extraSessions: [],
  halts: [
    noMorning("10:00", "14:30", "Typhoon Fengshen", "2008-06-25"),
    noMorning("10:00", "14:30", "Typhoon Koppu", "2009-09-15"),
    noMorning("09:30", "13:00", "Typhoon Vicente", "2012-07-24"),
    noMorning("09:30", "13:00", "Black rainstorm", "2013-05-22"),
    noMorning("09:30", "13:00", "Typhoon Usagi", "2013-09-23"),
    noMorning("09:30", "13:00", "Typhoon Kalmaegi", "2014-09-16"),
    noMorning("09:30", "13:30", "Black rainstorm", "2021-06-28"),
  ],
})

const storm = (name: string, date: string): ClosureRule => closed(name, on(date), warnings)

const noMorning = (start: string, end: string, name: string, date: string): HaltRule =>
  halted(start, end, `${name}: no morning session`, on(date), "venue", warnings)

const morningOnly = (reason: string, days: DayRule) => [
  closesAt("12:30", reason, (year) => days(year).filter((day) => day < firstDayOfShorterMorning)),
  closesAt("12:00", reason, (year) => days(year).filter((day) => day >= firstDayOfShorterMorning)),
]
