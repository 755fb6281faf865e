import { type Day, dayOf, easterSunday, findDay, isWeekend, weekdayOf } from "./civil-day.ts"

/** The days of one year on which something holds, ascending. */
export type DayRule = (year: number) => ReadonlyArray<Day>

/** Moves a holiday that falls on a weekend to the day on which it is kept. */
export type Observance = (day: Day) => Day

export const monday = 1
export const tuesday = 2
export const thursday = 4
export const friday = 5
const saturday = 6
export const sunday = 7

/** Kept on the date itself; on a weekend it is lost. */
const onTheDay: Observance = (day) => day
export const sundayToMonday: Observance = (day) => (weekdayOf(day) === sunday ? day + 1 : day)
export const weekendToMonday: Observance = (day) =>
  weekdayOf(day) === saturday ? day + 2 : weekdayOf(day) === sunday ? day + 1 : day
export const nearestWeekday: Observance = (day) =>
  weekdayOf(day) === saturday ? day - 1 : weekdayOf(day) === sunday ? day + 1 : day
export const previousWeekday: Observance = (day) =>
  weekdayOf(day) === saturday ? day - 1 : weekdayOf(day) === sunday ? day - 2 : day

/** The same date every year. */
export const annual =
  (month: number, day: number, observance: Observance = onTheDay): DayRule =>
  (year) => [observance(dayOf(year, month, day))]

/** The `count`-th such weekday at or after a date: `weekdayFrom(11, 1, thursday, 4)` is Thanksgiving. */
export const weekdayFrom =
  (month: number, day: number, weekday: number, count = 1): DayRule =>
  (year) => {
    const start = dayOf(year, month, day)
    return [start + ((weekday - weekdayOf(start) + 7) % 7) + 7 * (count - 1)]
  }

/** The last such weekday at or before a date: `weekdayUntil(5, 31, monday)` is the last Monday in May. */
export const weekdayUntil =
  (month: number, day: number, weekday: number): DayRule =>
  (year) => {
    const end = dayOf(year, month, day)
    return [end - ((weekdayOf(end) - weekday + 7) % 7)]
  }

/** A number of days after Easter Sunday: -2 Good Friday, 1 Easter Monday, 39 Ascension, 50 Whit Monday. */
export const easter =
  (offset: number): DayRule =>
  (year) => [easterSunday(year) + offset]

/** Single dates, `YYYY-MM-DD`. */
export const on = (...dates: ReadonlyArray<string>): DayRule => {
  const days = dates.map(writtenDay).toSorted((a, b) => a - b)
  return (year) => days.filter((day) => day >= dayOf(year, 1, 1) && day < dayOf(year + 1, 1, 1))
}

/** Every weekday from one date to another, both included. */
export const weekdays = (first: string, last: string): DayRule => {
  const [from, to] = [writtenDay(first), writtenDay(last)]
  return (year) => {
    const days: Array<Day> = []
    const end = Math.min(to, dayOf(year, 12, 31))
    for (let day = Math.max(from, dayOf(year, 1, 1)); day <= end; day += 1)
      if (!isWeekend(day)) days.push(day)
    return days
  }
}

/** The rule in the years from `first` to `last`, both included; without `last` for good. */
export const inYears =
  (first: number, last: number, rule: DayRule): DayRule =>
  (year) =>
    year >= first && year <= last ? rule(year) : []

export const since = (first: number, rule: DayRule): DayRule => inYears(first, Number.POSITIVE_INFINITY, rule)

export const until = (last: number, rule: DayRule): DayRule => inYears(Number.NEGATIVE_INFINITY, last, rule)

/** The rule in all other years. */
export const exceptIn =
  (years: ReadonlyArray<number>, rule: DayRule): DayRule =>
  (year) =>
    years.includes(year) ? [] : rule(year)

/** The days of a rule that fall on one of these weekdays. */
export const fallingOn =
  (accepted: ReadonlyArray<number>, rule: DayRule): DayRule =>
  (year) =>
    rule(year).filter((day) => accepted.includes(weekdayOf(day)))

/** The days of a rule, moved by a number of days. */
export const shifted =
  (offset: number, rule: DayRule): DayRule =>
  (year) =>
    rule(year).map((day) => day + offset)

/** The day of a date that stands in our own tables. */
export const writtenDay = (date: string): Day => {
  const day = findDay(date)
  // A typing error in a table is a defect of this package.
  if (day === undefined) throw new Error(`${date} is no date`)
  return day
}
