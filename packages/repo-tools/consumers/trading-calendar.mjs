// Asks the calendar in plain JavaScript.
import { tradingCalendar } from "@barkeep/trading-calendar"

const [closure] = tradingCalendar("XNYS").closures({ start: "2012-10-29", end: "2012-10-29" })
console.log(closure.reason)
