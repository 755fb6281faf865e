import { annual, easter, writtenDay } from "../day-rules.ts"
import { firstDayOfMostMarkets, holiday, hoursSince, type MarketRules } from "../market-rules.ts"

/**
 * Borsa Italiana (Euronext Milan), from 2000. It closes all day on Christmas Eve and New Year's Eve, unlike the other
 * Euronext markets.
 * @see https://www.borsaitaliana.it/borsaitaliana/calendario-e-orari-di-negoziazione/calendario-borsa-orari-di-negoziazione.en.htm
 */
export const xmil = (): MarketRules => ({
  market: "XMIL",
  name: "Borsa Italiana",
  timeZone: "Europe/Rome",
  hoursTimeZone: "Europe/Rome",
  firstDay: firstDayOfMostMarkets,
  announcedUntil: writtenDay("2026-12-31"),
  continuous: false,
  hours: [hoursSince("2000-01-01", "09:00", "17:30")],
  closures: [
    holiday("New Year's Day", annual(1, 1)),
    holiday("Good Friday", easter(-2)),
    holiday("Easter Monday", easter(1)),
    holiday("Labour Day", annual(5, 1)),
    holiday("Assumption Day", annual(8, 15)),
    holiday("Christmas Eve", annual(12, 24)),
    holiday("Christmas Day", annual(12, 25)),
    holiday("St Stephen's Day", annual(12, 26)),
    holiday("New Year's Eve", annual(12, 31)),
  ],
  changedHours: [],
  extraSessions: [],
  halts: [],
})
