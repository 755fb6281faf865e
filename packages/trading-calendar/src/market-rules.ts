import type { Day } from "./civil-day.ts"
import { type DayRule, writtenDay } from "./day-rules.ts"

/** Minutes after local midnight; -420 is 17:00 of the day before, 1440 the end of the day. */
export type Clock = number

/** Regular hours, wall-clock time of the market. */
export interface Hours {
  readonly open: Clock
  readonly close: Clock
  readonly breakStart?: Clock
  readonly breakEnd?: Clock
}

/** Regular hours from a date until the next entry. */
export interface HoursSince extends Hours {
  readonly from: Day
}

/** Days on which the market is closed. */
export interface ClosureRule {
  readonly kind: "holiday" | "special"
  readonly reason: string
  readonly days: DayRule
  readonly source?: string
}

/** A holiday of one year, where a country's rules for substitute days make the list. */
export interface NamedDay {
  readonly day: Day
  readonly reason: string
}

/** Days on which it opens later or closes earlier than usual. */
export interface HoursRule {
  readonly reason: string
  readonly days: DayRule
  readonly open?: Clock
  readonly close?: Clock
  readonly source?: string
}

/** Sessions on days that have none by the rules; absent hours are the regular ones. */
export interface ExtraSessionRule {
  readonly reason: string
  readonly days: DayRule
  readonly hours?: Hours
}

/** Which trading stopped: all of the listed instruments anywhere, or only that on the venue itself. */
export type HaltScope = "all-venues" | "venue"

/** A stretch inside sessions without trading, seconds after local midnight. */
export interface HaltRule {
  readonly reason: string
  readonly scope: HaltScope
  readonly days: DayRule
  readonly startSecond: number
  readonly endSecond: number
  readonly source?: string
}

/** Everything known about one market: rules with their validity and explicit exceptions. The first rule that names a day decides. */
export interface MarketRules {
  readonly market: string
  readonly name: string
  /** Zone in which sessions have their dates and daily bars their midnights. */
  readonly timeZone: string
  /** Zone of the hours; differs from `timeZone` only for the currency market. */
  readonly hoursTimeZone: string
  /** The facts begin here. */
  readonly firstDay: Day
  /** The last day whose holidays have been announced; later ones are projected by the rules. */
  readonly announcedUntil: Day
  /** True when sessions follow each other without a pause and bars lie on the UTC grid, whatever the anchor. */
  readonly continuous: boolean
  /** Ascending by `from`. */
  readonly hours: ReadonlyArray<HoursSince>
  readonly closures: ReadonlyArray<ClosureRule>
  /** The holidays of a year that no single rule gives. */
  readonly computedHolidays?: (year: number) => ReadonlyArray<NamedDay>
  readonly changedHours: ReadonlyArray<HoursRule>
  readonly extraSessions: ReadonlyArray<ExtraSessionRule>
  readonly halts: ReadonlyArray<HaltRule>
}

/** Where the facts of most markets begin. */
export const firstDayOfMostMarkets = writtenDay("2000-01-01")

/** How far the rules are projected. */
export const lastDay = writtenDay("2050-12-31")

/** Minutes after midnight of an `HH:MM` text of our own tables. */
export const clock = (text: string): Clock => {
  const [hour, minute] = text.split(":").map(Number)
  return (hour as number) * 60 + (minute as number)
}

/** Regular hours from a date on, with the lunch break if there is one. */
export const hoursSince = (
  from: string,
  open: string,
  close: string,
  lunch?: readonly [from: string, to: string],
): HoursSince => ({
  from: writtenDay(from),
  open: clock(open),
  close: clock(close),
  ...(lunch !== undefined && { breakStart: clock(lunch[0]), breakEnd: clock(lunch[1]) }),
})

export const holiday = (reason: string, days: DayRule): ClosureRule => ({ kind: "holiday", reason, days })

/** A closure that no holiday calendar foresees. */
export const closed = (reason: string, days: DayRule, source?: string): ClosureRule => ({
  kind: "special",
  reason,
  days,
  ...sourced(source),
})

export const closesAt = (time: string, reason: string, days: DayRule, source?: string): HoursRule => ({
  reason,
  days,
  close: clock(time),
  ...sourced(source),
})

export const opensAt = (time: string, reason: string, days: DayRule, source?: string): HoursRule => ({
  reason,
  days,
  open: clock(time),
  ...sourced(source),
})

/** A halt from `start` to `end`, both `HH:MM` or `HH:MM:SS`. */
export const halted = (
  start: string,
  end: string,
  reason: string,
  days: DayRule,
  scope: HaltScope,
  source?: string,
): HaltRule => ({
  reason,
  scope,
  days,
  startSecond: second(start),
  endSecond: second(end),
  ...sourced(source),
})

const sourced = (source: string | undefined): { readonly source?: string } =>
  source === undefined ? {} : { source }

const second = (text: string): number => clock(text) * 60 + Number(text.split(":")[2] ?? 0)
