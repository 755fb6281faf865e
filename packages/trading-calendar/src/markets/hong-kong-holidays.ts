import { type Day, dayOf, easterSunday, weekdayOf } from "../civil-day.ts"
import { sunday } from "../day-rules.ts"
import type { NamedDay } from "../market-rules.ts"
import { lunarDates } from "./hong-kong-lunar-dates.ts"

/**
 * The general holidays of Hong Kong in a year from 2000. One that falls on a Sunday, or on another holiday, is kept on
 * the next day that is neither.
 * @see https://www.gov.hk/en/about/abouthk/holiday/
 */
export const hongKongHolidays = (year: number): ReadonlyArray<NamedDay> => {
  const wanted = statutoryDays(year).toSorted((a, b) => a.day - b.day)
  const kept = new Map<Day, string>()
  const displaced: Array<NamedDay> = []
  for (const holiday of wanted) {
    if (weekdayOf(holiday.day) === sunday || kept.has(holiday.day)) displaced.push(holiday)
    else kept.set(holiday.day, holiday.reason)
  }
  for (const { day, reason } of displaced) {
    let substitute = day + 1
    while (weekdayOf(substitute) === sunday || kept.has(substitute)) substitute += 1
    kept.set(substitute, `${reason}, substitute`)
  }
  return Array.from(kept, ([day, reason]) => ({ day, reason }))
}

/** The eve of the Lunar New Year. */
export const lunarNewYearsEve = (year: number): Day => lunarDates(year).newYear - 1

const statutoryDays = (year: number): ReadonlyArray<NamedDay> => {
  const date = (month: number, dayOfMonth: number): Day => dayOf(year, month, dayOfMonth)
  const lunar = lunarDates(year)
  const easter = easterSunday(year)
  return [
    { day: date(1, 1), reason: "New Year's Day" },
    ...lunarNewYear(year, lunar.newYear),
    { day: date(4, chingMing(year)), reason: "Ching Ming Festival" },
    { day: easter - 2, reason: "Good Friday" },
    { day: easter - 1, reason: "Day after Good Friday" },
    { day: easter + 1, reason: "Easter Monday" },
    { day: date(5, 1), reason: "Labour Day" },
    { day: lunar.buddhasBirthday, reason: "Buddha's Birthday" },
    { day: lunar.tuenNg, reason: "Tuen Ng Festival" },
    { day: date(7, 1), reason: "HKSAR Establishment Day" },
    ...(year === 2015 ? [{ day: date(9, 3), reason: "70th anniversary of the victory of 1945" }] : []),
    { day: date(10, 1), reason: "National Day" },
    ...midAutumn(year, lunar.midAutumn),
    { day: lunar.chungYeung, reason: "Chung Yeung Festival" },
    { day: date(12, 25), reason: "Christmas Day" },
    { day: date(12, 26), reason: "First weekday after Christmas Day" },
  ]
}

/** Until 2011 a Sunday among the three days was made up by the eve. */
const lunarNewYear = (year: number, newYear: Day): ReadonlyArray<NamedDay> => {
  const days = [newYear, newYear + 1, newYear + 2].map((day) => ({ day, reason: "Lunar New Year" }))
  const onSunday = days.some(({ day }) => weekdayOf(day) === sunday)
  if (year > 2011 || !onSunday) return days
  return [
    { day: newYear - 1, reason: "Lunar New Year's Eve, substitute" },
    ...days.filter(({ day }) => weekdayOf(day) !== sunday),
  ]
}

/** Until 2011 the festival itself, a Saturday, was kept when the day after it was a Sunday. */
const midAutumn = (year: number, festival: Day): ReadonlyArray<NamedDay> =>
  year <= 2011 && weekdayOf(festival + 1) === sunday
    ? [{ day: festival, reason: "Mid-Autumn Festival" }]
    : [{ day: festival + 1, reason: "Day after the Mid-Autumn Festival" }]

/** Day of April on which the sun reaches 15°; the usual approximation, right for 2000-2099. */
const chingMing = (year: number): number => {
  const yearOfCentury = year - 2000
  return Math.floor(yearOfCentury * 0.2422 + 4.81) - Math.floor(yearOfCentury / 4)
}
