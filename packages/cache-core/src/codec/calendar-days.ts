// Worker threads read dates, too, and load no package, see decode-run.ts: hence these two of market-data's functions
// once more. A test holds them against those.

/** Days since 1970-01-01 of a date of the proleptic Gregorian calendar; the date must exist. */
export const daysOfDate = (year: number, month: number, day: number): number => {
  // Counting years from March puts the leap day at the end, so that month lengths follow one formula.
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

/** Number of days of a month, 0 when there is no such month. */
export const daysInMonth = (year: number, month: number): number => {
  if (month < 1 || month > 12) return 0
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}
