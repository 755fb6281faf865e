import { extendedRules } from "./apply-additions.ts"
import { type CalendarAdditions, checkForm, isEmptyAdditions } from "./calendar-additions.ts"
import { InvalidCalendarAdditions } from "./errors.ts"
import { checkMarket } from "./market-list.ts"

/**
 * The additions in a JSON document, by market. The document is an object with a market as each key:
 * `{ "XNYS": { "closures": [{ "date": "2029-01-05", "reason": "Day of mourning" }] } }`.
 * Everything is checked, against the calendars too, so that `tradingCalendar(market, additions[market])` cannot fail.
 * @throws {UnknownMarket} with suggestions
 * @throws {InvalidCalendarAdditions} naming the place in the document
 */
export const parseCalendarAdditions = (
  document: unknown,
): { readonly [market: string]: CalendarAdditions } => {
  if (typeof document !== "object" || document === null || Array.isArray(document))
    throw new InvalidCalendarAdditions({ path: "document", issue: "is not an object with markets as keys" })
  const parsed: { [market: string]: CalendarAdditions } = {}
  for (const [name, value] of Object.entries(document)) {
    const market = checkMarket(name)
    const additions = checkForm(value, market)
    if (!isEmptyAdditions(additions)) extendedRules(market, additions)
    parsed[market] = additions
  }
  return parsed
}
