import { type Day, dayOf } from "../civil-day.ts"

/** Festivals of the Chinese calendar as days of the Gregorian one. */
export interface LunarDates {
  /** First day of the first month. */
  readonly newYear: Day
  /** Eighth day of the fourth month. */
  readonly buddhasBirthday: Day
  /** Fifth day of the fifth month. */
  readonly tuenNg: Day
  /** Fifteenth day of the eighth month. */
  readonly midAutumn: Day
  /** Ninth day of the ninth month. */
  readonly chungYeung: Day
}

/**
 * The festivals of a year from 2000 to 2051.
 * @see https://www.hko.gov.hk/en/gts/time/conversion.htm
 */
export const lunarDates = (year: number): LunarDates => {
  const row = table.get(year)
  // The calendar refuses years beyond its bounds before it gets here.
  if (row === undefined) throw new Error(`no lunar dates for ${year}`)
  const [newYear, buddhasBirthday, tuenNg, midAutumn, chungYeung] = row
    .split(" ")
    .map((date) => dayOf(year, Number(date.slice(0, 2)), Number(date.slice(2)))) as [Day, Day, Day, Day, Day]
  return { newYear, buddhasBirthday, tuenNg, midAutumn, chungYeung }
}

/** Month and day of New Year, Buddha's Birthday, Tuen Ng, Mid-Autumn, Chung Yeung. */
const table: ReadonlyMap<number, string> = new Map([
  [2000, "0205 0511 0606 0912 1006"],
  [2001, "0124 0430 0625 1001 1025"],
  [2002, "0212 0519 0615 0921 1014"],
  [2003, "0201 0508 0604 0911 1004"],
  [2004, "0122 0526 0622 0928 1022"],
  [2005, "0209 0515 0611 0918 1011"],
  [2006, "0129 0505 0531 1006 1030"],
  [2007, "0218 0524 0619 0925 1019"],
  [2008, "0207 0512 0608 0914 1007"],
  [2009, "0126 0502 0528 1003 1026"],
  [2010, "0214 0521 0616 0922 1016"],
  [2011, "0203 0510 0606 0912 1005"],
  [2012, "0123 0428 0623 0930 1023"],
  [2013, "0210 0517 0612 0919 1013"],
  [2014, "0131 0506 0602 0908 1002"],
  [2015, "0219 0525 0620 0927 1021"],
  [2016, "0208 0514 0609 0915 1009"],
  [2017, "0128 0503 0530 1004 1028"],
  [2018, "0216 0522 0618 0924 1017"],
  [2019, "0205 0512 0607 0913 1007"],
  [2020, "0125 0430 0625 1001 1025"],
  [2021, "0212 0519 0614 0921 1014"],
  [2022, "0201 0508 0603 0910 1004"],
  [2023, "0122 0526 0622 0929 1023"],
  [2024, "0210 0515 0610 0917 1011"],
  [2025, "0129 0505 0531 1006 1029"],
  [2026, "0217 0524 0619 0925 1018"],
  [2027, "0206 0513 0609 0915 1008"],
  [2028, "0126 0502 0528 1003 1026"],
  [2029, "0213 0520 0616 0922 1016"],
  [2030, "0203 0509 0605 0912 1005"],
  [2031, "0123 0528 0624 1001 1024"],
  [2032, "0211 0516 0612 0919 1012"],
  [2033, "0131 0506 0601 0908 1001"],
  [2034, "0219 0525 0620 0927 1020"],
  [2035, "0208 0515 0610 0916 1009"],
  [2036, "0128 0503 0530 1004 1027"],
  [2037, "0215 0522 0618 0924 1017"],
  [2038, "0204 0511 0607 0913 1007"],
  [2039, "0124 0430 0527 1002 1026"],
  [2040, "0212 0518 0614 0920 1014"],
  [2041, "0201 0507 0603 0910 1003"],
  [2042, "0122 0526 0622 0928 1022"],
  [2043, "0210 0516 0611 0917 1011"],
  [2044, "0130 0505 0531 1005 1029"],
  [2045, "0217 0524 0619 0925 1018"],
  [2046, "0206 0513 0608 0915 1008"],
  [2047, "0126 0502 0529 1004 1027"],
  [2048, "0214 0520 0615 0922 1016"],
  [2049, "0202 0509 0604 0911 1005"],
  [2050, "0123 0528 0623 0930 1024"],
  [2051, "0211 0517 0613 0919 1013"],
])
