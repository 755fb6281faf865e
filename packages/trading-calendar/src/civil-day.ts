import { dateOfDays, daysOfDate } from "@barkeep/market-data"

/** A calendar date as the number of days since 1970-01-01; negative before. Plain arithmetic, no time zone. */
export type Day = number

/** The day of a date of the Gregorian calendar; `day` may run over the month's end. */
export const dayOf = (year: number, month: number, day: number): Day => daysOfDate(year, month, day)

export const yearOf = (day: Day): number => dateOfDays(day).year

/** The first day of the month that a day lies in. */
export const startOfMonth = (day: Day): Day => day - dateOfDays(day).day + 1

/** ISO weekday: 1 = Monday … 7 = Sunday. */
export const weekdayOf = (day: Day): number => ((((day + 3) % 7) + 7) % 7) + 1

export const isWeekend = (day: Day): boolean => weekdayOf(day) > 5

/** `YYYY-MM-DD`. */
export const isoDate = (day: Day): string => {
  const { year, month, day: dayOfMonth } = dateOfDays(day)
  return `${String(year).padStart(4, "0")}-${twoDigits(month)}-${twoDigits(dayOfMonth)}`
}

/** The day of a `YYYY-MM-DD` text; `undefined` when the text has another form or names no date (`2023-02-29`). */
export const findDay = (text: string): Day | undefined => {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (match === null) return undefined
  const [year, month, dayOfMonth] = [Number(match[1]), Number(match[2]), Number(match[3])]
  if (month < 1 || month > 12) return undefined
  const day = dayOf(year, month, dayOfMonth)
  return isoDate(day) === text ? day : undefined
}

/** Easter Sunday of the western churches (the anonymous Gregorian computus). */
export const easterSunday = (year: number): Day => {
  const golden = year % 19
  const century = Math.floor(year / 100)
  const lunarCorrection = Math.floor((8 * century + 13) / 25)
  const epact = (19 * golden + century - Math.floor(century / 4) - lunarCorrection + 15) % 30
  const fullMoon = epact - Math.floor((golden + 11 * epact) / 319)
  const yearOfCentury = year % 100
  const toSunday =
    (32 + 2 * (century % 4) + 2 * Math.floor(yearOfCentury / 4) - fullMoon - (yearOfCentury % 4)) % 7
  return dayOf(year, 3, 22) + fullMoon + ((toSunday + 7) % 7)
}

const twoDigits = (value: number): string => String(value).padStart(2, "0")
