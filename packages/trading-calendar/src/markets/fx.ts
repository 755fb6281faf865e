import { writtenDay } from "../day-rules.ts"
import { lastDay, type MarketRules } from "../market-rules.ts"

/**
 * The currency market: five sessions a week, each from 17:00 New York of the day before to 17:00 of its date, without a
 * pause from Sunday to Friday. Holidays are not modelled: trading thins out, it does not stop everywhere.
 */
export const fx = (): MarketRules => ({
  market: "24/5",
  name: "Currency market",
  timeZone: "UTC",
  hoursTimeZone: "America/New_York",
  firstDay: writtenDay("1970-01-01"),
  announcedUntil: lastDay,
  continuous: true,
  hours: [{ from: writtenDay("1970-01-01"), open: -7 * 60, close: 17 * 60 }],
  closures: [],
  changedHours: [],
  extraSessions: [],
  halts: [],
})
