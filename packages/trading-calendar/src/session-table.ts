import type { EpochMillis } from "@barkeep/market-data"
import { type Day, isoDate, isWeekend, yearOf } from "./civil-day.ts"
import type { MarketRules } from "./market-rules.ts"
import type { Session } from "./session.ts"
import { wallClock } from "./wall-clock.ts"
import { type ClosureFact, type PlannedSession, planYear, type YearPlan } from "./year-plan.ts"

const minuteMillis = 60_000

/** A session with the numbers that bar arithmetic needs. */
export interface SessionRow {
  readonly day: Day
  /** Midnight of its date in the market's zone: the open time of the day's bar. */
  readonly midnight: EpochMillis
  readonly session: Session
}

/** The sessions of one market as instants, worked out a year at a time when first asked for. */
export interface SessionTable {
  readonly rules: MarketRules
  /** The sessions with dates from `first` to `last`, both included, ascending. */
  readonly between: (first: Day, last: Day) => ReadonlyArray<SessionRow>
  /** Why there is no session on a day; `undefined` when there is one. */
  readonly findClosure: (day: Day) => ClosureFact | undefined
  /** The date in the market's zone on which an instant falls. */
  readonly dayAt: (time: EpochMillis) => Day
  /** The first instant of a date in the market's zone. */
  readonly midnightOf: (day: Day) => EpochMillis
  /** The instant that long after midnight by the clock of the market's hours. */
  readonly instantAt: (day: Day, millis: number) => EpochMillis
}

interface Year extends Pick<YearPlan, "closures"> {
  readonly rows: ReadonlyArray<SessionRow>
}

export const sessionTable = (rules: MarketRules): SessionTable => {
  const dates = wallClock(rules.timeZone)
  const hours = rules.hoursTimeZone === rules.timeZone ? dates : wallClock(rules.hoursTimeZone)
  const midnightOf = (day: Day): EpochMillis => dates.instantAt(day, 0)
  const years = new Map<number, Year>()

  const rowOf = (planned: PlannedSession): SessionRow => {
    const at = (clock: number): EpochMillis => hours.instantAt(planned.day, clock * minuteMillis)
    const { open, close, breakStart, breakEnd } = planned.hours
    return {
      day: planned.day,
      midnight: midnightOf(planned.day),
      session: {
        session: isoDate(planned.day),
        open: at(open),
        close: at(close),
        ...(breakStart !== undefined &&
          breakEnd !== undefined && { breakStart: at(breakStart), breakEnd: at(breakEnd) }),
        ...(planned.reason !== undefined && { reason: planned.reason }),
        ...(planned.source !== undefined && { source: planned.source }),
        ...(planned.day > rules.announcedUntil && { projected: true }),
      },
    }
  }

  const yearOfTable = (year: number): Year => {
    let found = years.get(year)
    if (found === undefined) {
      const plan = planYear(rules, year)
      found = { closures: plan.closures, rows: plan.sessions.map(rowOf) }
      years.set(year, found)
    }
    return found
  }

  return {
    rules,
    between: (first, last) => {
      const rows: Array<SessionRow> = []
      for (let year = yearOf(first); year <= yearOf(last); year += 1) {
        const all = yearOfTable(year).rows
        for (let index = indexFrom(all, first); index < all.length; index += 1) {
          const row = all[index] as SessionRow
          if (row.day > last) return rows
          rows.push(row)
        }
      }
      return rows
    },
    findClosure: (day) => {
      const { rows, closures } = yearOfTable(yearOf(day))
      const closure = closures.get(day)
      if (closure !== undefined || !isWeekend(day)) return closure
      return rows[indexFrom(rows, day)]?.day === day ? undefined : weekend
    },
    dayAt: dates.dayAt,
    midnightOf,
    instantAt: hours.instantAt,
  }
}

/** Index of the first row at or after a day. */
const indexFrom = (rows: ReadonlyArray<SessionRow>, day: Day): number => {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((rows[middle] as SessionRow).day < day) low = middle + 1
    else high = middle
  }
  return low
}

const weekend: ClosureFact = { kind: "weekend", reason: "Weekend" }
