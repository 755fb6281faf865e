import { on } from "../day-rules.ts"
import { halted, type HaltRule } from "../market-rules.ts"

const nyseClosings =
  "https://github.com/rsheftel/pandas_market_calendars/files/6827110/Stocks.NYSE-Closings.pdf"
const report1997 = "http://www.columbia.edu/~hcs14/tradrep.htm"
const tradingCurb = "https://en.wikipedia.org/wiki/Trading_curb"
const level1 = "Circuit breaker, level 1: S&P 500 down 7 %"

/** Circuit breakers that stopped every US venue. */
export const marketWideHalts = (): ReadonlyArray<HaltRule> => [
  halted(
    "14:36",
    "15:06",
    "Circuit breaker: Dow down 350 points",
    on("1997-10-27"),
    "all-venues",
    report1997,
  ),
  halted(
    "15:30",
    "16:00",
    "Circuit breaker: Dow down 550 points",
    on("1997-10-27"),
    "all-venues",
    report1997,
  ),
  halted("09:34:13", "09:49:13", level1, on("2020-03-09"), "all-venues", tradingCurb),
  halted("09:35:44", "09:50:44", level1, on("2020-03-12"), "all-venues", tradingCurb),
  halted("09:30:01", "09:45:01", level1, on("2020-03-16"), "all-venues", tradingCurb),
  halted("12:56:17", "13:11:17", level1, on("2020-03-18"), "all-venues", tradingCurb),
]

/**
 * Stops of the NYSE alone. From 1990 the late openings and early ends are here as well, because calendars in use
 * elsewhere treat these days as full sessions. One-minute silences are left out.
 */
export const nyseHalts = (): ReadonlyArray<HaltRule> => [
  ofNyse("11:09", "11:35", "Computer malfunction", "1974-04-10"),
  ofNyse("11:46", "12:22", "Ticker down", "1974-10-15"),
  ofNyse("10:07", "10:50", "Computer stopped", "1975-01-07"),
  ofNyse("13:24", "13:45", "Computer stopped", "1975-01-15"),
  ofNyse("10:24", "11:00", "Computer failure", "1975-02-07"),
  ofNyse("10:09", "10:35", "Computer stopped", "1975-04-09"),
  ofNyse("10:24", "11:45", "Fire on a ramp of the trading floor", "1977-03-01"),
  ofNyse("11:11", "12:04", "Computer malfunction", "1980-10-13"),
  ofNyse("12:26", "12:45", "Fire alarm malfunction", "1981-09-16"),
  ofNyse("10:25", "11:00", "Small fire", "1982-12-28"),
  ofNyse("13:51", "15:30", "Ticker malfunction", "1983-10-13"),
  ofNyse("09:41", "11:15", "Power failure in the building", "1990-11-23"),
  ofNyse("09:30", "11:00", "Explosion of a Con Edison transformer", "1990-12-27"),
  ofNyse("10:21", "10:45", "Power dip", "1991-10-22"),
  ofNyse("14:30", "16:00", "Snowstorm", "1994-02-11"),
  ofNyse("09:30", "10:30", "Computer trouble", "1995-12-18"),
  ofNyse("09:30", "11:00", "Snowstorm", "1996-01-08"),
  ofNyse("14:00", "16:00", "Snowstorm", "1996-01-08"),
  ofNyse("13:16", "14:15", "Computer switch malfunction", "1998-10-26"),
  ofNyse("10:10", "11:35", "Computer connectivity", "2001-06-08"),
  ofNyse("09:30", "12:00", "First anniversary of the attacks of 11 September", "2002-09-11"),
  ofNyse("15:56", "16:00", "Communication systems", "2005-06-01"),
  halted(
    "11:32",
    "15:10",
    "Software release; other venues went on trading",
    on("2015-07-08"),
    "venue",
    "http://www.bloomberg.com/news/articles/2015-07-08/nyse-preparing-to-resume-equity-trading-after-hours-long-halt",
  ),
]

export const nasdaqHalts = (): ReadonlyArray<HaltRule> => [
  halted(
    "12:23",
    "15:25",
    "Quotation feed of all Nasdaq-listed securities failed",
    on("2013-08-22"),
    "all-venues",
    "https://www.nasdaqtrader.com/TraderNews.aspx?id=ETA2013-77",
  ),
]

const ofNyse = (start: string, end: string, reason: string, date: string): HaltRule =>
  halted(start, end, reason, on(date), "venue", nyseClosings)
