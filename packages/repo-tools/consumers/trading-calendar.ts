// Asks the calendar, typed.
import { tradingCalendar, UnknownMarket } from "@barkeep/trading-calendar"

const calendar = tradingCalendar("XNYS")
const year = { start: "2023-01-01", end: "2023-12-31" }
const minutes: Float64Array = calendar.expectedOpenTimes("1m", year)
console.log(calendar.expectedOpenTimes("1d", year).length, minutes.length)
try {
  tradingCalendar("NYSE")
} catch (error) {
  if (error instanceof UnknownMarket) console.log(error.suggestions[0])
}
