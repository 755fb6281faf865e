import { type Day, dayOf, weekdayOf } from "../civil-day.ts"
import { monday, sunday, weekdayFrom } from "../day-rules.ts"
import type { NamedDay } from "../market-rules.ts"

/**
 * The national holidays of Japan in a year from 2000: those of the law, the substitute for one that falls on a Sunday,
 * and a day between two of them.
 * @see https://en.wikipedia.org/wiki/Public_holidays_in_Japan
 */
export const japaneseHolidays = (year: number): ReadonlyArray<NamedDay> => {
  const holidays = new Map(lawfulHolidays(year).map(({ day, reason }) => [day, reason]))
  const substitutes = Array.from(holidays)
    .filter(([day]) => weekdayOf(day) === sunday)
    .map(([day, reason]) => [substituteFor(day, year, holidays), `${reason}, substitute`] as const)
  const between = Array.from(holidays.keys())
    .map((day) => day + 1)
    .filter((day) => !holidays.has(day) && holidays.has(day + 1) && weekdayOf(day) !== sunday)
    .map((day) => [day, "Citizens' holiday between two holidays"] as const)
  return Array.from([...holidays, ...substitutes, ...between], ([day, reason]) => ({ day, reason }))
}

/** Since 2007 the next day that is no holiday; before only ever the Monday. */
const substituteFor = (holiday: Day, year: number, holidays: ReadonlyMap<Day, string>): Day => {
  let day = holiday + 1
  if (year >= 2007) while (holidays.has(day)) day += 1
  return day
}

const lawfulHolidays = (year: number): ReadonlyArray<NamedDay> => {
  const date = (month: number, dayOfMonth: number): Day => dayOf(year, month, dayOfMonth)
  const nthMonday = (month: number, count: number): Day =>
    weekdayFrom(month, 1, monday, count)(year)[0] as Day
  const olympics = olympicMoves[year]
  return [
    { day: date(1, 1), reason: "New Year's Day" },
    { day: nthMonday(1, 2), reason: "Coming of Age Day" },
    { day: date(2, 11), reason: "National Foundation Day" },
    ...(year >= 2020 ? [{ day: date(2, 23), reason: "Emperor's Birthday" }] : []),
    { day: date(3, vernalEquinox(year)), reason: "Vernal Equinox Day" },
    { day: date(4, 29), reason: year >= 2007 ? "Showa Day" : "Greenery Day" },
    ...(year === 2019 ? [{ day: date(5, 1), reason: "Accession of Emperor Naruhito" }] : []),
    { day: date(5, 3), reason: "Constitution Memorial Day" },
    ...(year >= 2007 ? [{ day: date(5, 4), reason: "Greenery Day" }] : []),
    { day: date(5, 5), reason: "Children's Day" },
    {
      day: olympics === undefined ? (year >= 2003 ? nthMonday(7, 3) : date(7, 20)) : date(7, olympics.marine),
      reason: "Marine Day",
    },
    ...(year >= 2016 ? [{ day: date(8, olympics?.mountain ?? 11), reason: "Mountain Day" }] : []),
    { day: year >= 2003 ? nthMonday(9, 3) : date(9, 15), reason: "Respect for the Aged Day" },
    { day: date(9, autumnalEquinox(year)), reason: "Autumnal Equinox Day" },
    {
      day: olympics === undefined ? nthMonday(10, 2) : date(7, olympics.sports),
      reason: year >= 2020 ? "Sports Day" : "Health and Sports Day",
    },
    ...(year === 2019 ? [{ day: date(10, 22), reason: "Enthronement ceremony of Emperor Naruhito" }] : []),
    { day: date(11, 3), reason: "Culture Day" },
    { day: date(11, 23), reason: "Labour Thanksgiving Day" },
    ...(year <= 2018 ? [{ day: date(12, 23), reason: "Emperor's Birthday" }] : []),
  ]
}

/** Days of July and August to which holidays were moved for the Tokyo Olympics. */
const olympicMoves: {
  readonly [year: number]: { readonly marine: number; readonly sports: number; readonly mountain: number }
} = {
  2020: { marine: 23, sports: 24, mountain: 10 },
  2021: { marine: 22, sports: 23, mountain: 8 },
}

// The usual approximation of the almanac, right for 1980-2099; the date is announced in February of the year before.
const vernalEquinox = (year: number): number => equinox(year, 20.8431)
const autumnalEquinox = (year: number): number => equinox(year, 23.2488)

const equinox = (year: number, dayIn1980: number): number =>
  Math.floor(dayIn1980 + 0.242194 * (year - 1980)) - Math.floor((year - 1980) / 4)
