import { type CalendarAdditions, checkForm } from "./calendar-additions.ts"
import { type Day, findDay, isoDate, yearOf } from "./civil-day.ts"
import { on } from "./day-rules.ts"
import { InvalidCalendarAdditions } from "./errors.ts"
import { type Market, marketRules } from "./market-list.ts"
import { clock, closed, closesAt, type Clock, lastDay, type MarketRules, opensAt } from "./market-rules.ts"
import { type PlannedSession, planYear, regularHours } from "./year-plan.ts"

/**
 * The rules of a market with a user's additions; those of `24/7` take none.
 * @throws {InvalidCalendarAdditions}
 */
export const extendedRules = (market: Market, additions: CalendarAdditions): MarketRules => {
  if (market !== "24/7") return withAdditions(marketRules(market), additions)
  throw new InvalidCalendarAdditions({
    path: market,
    issue: "a market that never closes takes no additions; remove them",
  })
}

/**
 * The rules with a user's additions in front of them.
 * @throws {InvalidCalendarAdditions} when they have not the right form, lie outside the calendar, or contradict it or
 *   each other: a changed hour without a session, an extra session where there is one, an end before the beginning
 */
const withAdditions = (rules: MarketRules, additions: CalendarAdditions): MarketRules => {
  const {
    closures = [],
    earlyCloses = [],
    lateOpens = [],
    extraSessions = [],
  } = checkForm(additions, rules.market)
  const withExtras: MarketRules = {
    ...rules,
    extraSessions: [
      ...extraSessions.map(({ date, reason, open, close }) => {
        const regular = regularHours(rules, dayOfDate(date))
        return {
          reason,
          days: on(date),
          hours: {
            ...regular,
            ...(open !== undefined && { open: clock(open) }),
            ...(close !== undefined && { close: clock(close) }),
          },
        }
      }),
      ...rules.extraSessions,
    ],
  }
  const extended: MarketRules = {
    ...withExtras,
    closures: [
      ...closures.map(({ date, reason, source }) => closed(reason, on(date), source)),
      ...rules.closures,
    ],
    changedHours: [
      ...earlyCloses.map(({ date, close, reason, source }) => closesAt(close, reason, on(date), source)),
      ...lateOpens.map(({ date, open, reason, source }) => opensAt(open, reason, on(date), source)),
      ...rules.changedHours,
    ],
  }
  const check = contradictions(rules, withExtras, extended)
  closures.forEach(({ date }, index) => check.closure(date, `closures[${index}]`))
  extraSessions.forEach(({ date }, index) => check.extraSession(date, `extraSessions[${index}]`))
  earlyCloses.forEach(({ date, close }, index) =>
    check.changedHour(date, clock(close), `earlyCloses[${index}]`),
  )
  lateOpens.forEach(({ date, open }, index) => check.changedHour(date, clock(open), `lateOpens[${index}]`))
  return extended
}

const contradictions = (rules: MarketRules, withExtras: MarketRules, extended: MarketRules) => {
  const fault = (place: string, issue: string): InvalidCalendarAdditions =>
    new InvalidCalendarAdditions({ path: `${rules.market}.${place}`, issue })

  const inside = (date: string, place: string): Day => {
    const day = dayOfDate(date)
    if (day >= rules.firstDay && day <= lastDay) return day
    throw fault(
      `${place}.date`,
      `${date} lies outside the calendar, ${isoDate(rules.firstDay)} to ${isoDate(lastDay)}`,
    )
  }

  const sound = (date: string, place: string): void => {
    const session = findPlanned(extended, dayOfDate(date))
    if (session === undefined || session.hours.open >= session.hours.close)
      throw fault(place, `leaves no session on ${date}; make it a closure instead`)
  }

  return {
    closure: (date: string, place: string): void => {
      const day = inside(date, place)
      if (findPlanned(extended, day) !== undefined)
        throw fault(`${place}.date`, `${date} is an extra session as well`)
    },
    extraSession: (date: string, place: string): void => {
      const day = inside(date, place)
      if (findPlanned(rules, day) !== undefined) throw fault(`${place}.date`, `${date} has a session already`)
      sound(date, place)
    },
    changedHour: (date: string, time: Clock, place: string): void => {
      const day = inside(date, place)
      const before = findPlanned(withExtras, day)
      if (before === undefined || findPlanned(extended, day) === undefined)
        throw fault(`${place}.date`, `${date} has no session`)
      if (time <= before.hours.open || time >= before.hours.close)
        throw fault(place, `its time does not lie inside the session of ${date}`)
      sound(date, place)
    },
  }
}

const findPlanned = (rules: MarketRules, day: Day): PlannedSession | undefined =>
  planYear(rules, yearOf(day)).sessions.find((session) => session.day === day)

const dayOfDate = (date: string): Day => {
  const day = findDay(date)
  if (day === undefined) throw new Error(`${date} was checked to be a date`)
  return day
}
