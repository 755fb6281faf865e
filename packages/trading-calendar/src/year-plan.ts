import { type Day, dayOf, isWeekend, yearOf } from "./civil-day.ts"
import type { DayRule } from "./day-rules.ts"
import type { Hours, HoursRule, MarketRules } from "./market-rules.ts"
import type { Closure } from "./session.ts"

/** A session by date and wall clock, before any time zone. */
export interface PlannedSession {
  readonly day: Day
  readonly hours: Hours
  readonly reason?: string
  readonly source?: string
}

export type ClosureFact = Pick<Closure, "kind" | "reason" | "source">

export interface YearPlan {
  /** Ascending. */
  readonly sessions: ReadonlyArray<PlannedSession>
  /** The weekdays without a session. */
  readonly closures: ReadonlyMap<Day, ClosureFact>
}

/** Applies the rules of a market to one year. Before the market's first day there is nothing. */
export const planYear = (rules: MarketRules, year: number): YearPlan => {
  if (year < yearOf(rules.firstDay)) return { sessions: [], closures: new Map() }
  const closures = closuresIn(rules, year)
  const changes = byDay(rules.changedHours, year)
  const extras = byDay(rules.extraSessions, year)
  const sessions: Array<PlannedSession> = []
  for (let day = Math.max(rules.firstDay, dayOf(year, 1, 1)); day < dayOf(year + 1, 1, 1); day += 1) {
    const extra = extras.get(day)?.[0]
    if (extra === undefined && (isWeekend(day) || closures.has(day))) continue
    const hours = extra?.hours ?? regularHours(rules, day)
    sessions.push(changed({ day, hours, ...(extra && { reason: extra.reason }) }, changes.get(day) ?? []))
  }
  for (const day of extras.keys()) closures.delete(day)
  return { sessions, closures }
}

/** The hours in force on a day; those of the first entry before it. */
export const regularHours = (rules: MarketRules, day: Day): Hours => {
  const found = rules.hours.findLast((entry) => entry.from <= day) ?? rules.hours[0]
  if (found === undefined) throw new Error(`${rules.market} has no hours`)
  return found
}

const closuresIn = (rules: MarketRules, year: number): Map<Day, ClosureFact> => {
  const closures = new Map<Day, ClosureFact>()
  const add = (day: Day, fact: ClosureFact): void => {
    if (!isWeekend(day) && !closures.has(day)) closures.set(day, fact)
  }
  for (const { kind, reason, days, source } of rules.closures)
    for (const day of days(year)) add(day, { kind, reason, ...(source !== undefined && { source }) })
  for (const { day, reason } of rules.computedHolidays?.(year) ?? []) add(day, { kind: "holiday", reason })
  return closures
}

const byDay = <Rule extends { readonly days: DayRule }>(
  rules: ReadonlyArray<Rule>,
  year: number,
): ReadonlyMap<Day, ReadonlyArray<Rule>> => {
  const result = new Map<Day, Array<Rule>>()
  for (const rule of rules)
    for (const day of rule.days(year)) {
      const rulesOfDay = result.get(day)
      if (rulesOfDay === undefined) result.set(day, [rule])
      else rulesOfDay.push(rule)
    }
  return result
}

/** The session with the first open and the first close that the rules name; a break outside the new hours falls away. */
const changed = (session: PlannedSession, rules: ReadonlyArray<HoursRule>): PlannedSession => {
  const opening = rules.find((rule) => rule.open !== undefined)
  const closing = rules.find((rule) => rule.close !== undefined)
  if (opening === undefined && closing === undefined) return withTrueBreak(session)
  const causes = [opening, closing].filter((rule) => rule !== undefined)
  const reasons = [session.reason, ...causes.map((rule) => rule.reason)].filter((text) => text !== undefined)
  const source = causes.find((rule) => rule.source !== undefined)?.source
  return withTrueBreak({
    day: session.day,
    hours: {
      ...session.hours,
      ...(opening?.open !== undefined && { open: opening.open }),
      ...(closing?.close !== undefined && { close: closing.close }),
    },
    reason: Array.from(new Set(reasons)).join("; "),
    ...(source !== undefined && { source }),
  })
}

const withTrueBreak = (session: PlannedSession): PlannedSession => {
  const { open, close, breakStart, breakEnd } = session.hours
  if (breakStart === undefined || breakEnd === undefined) return session
  return open < breakStart && close > breakEnd ? session : { ...session, hours: { open, close } }
}
