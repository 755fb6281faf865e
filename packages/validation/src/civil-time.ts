import {
  dateOfDays,
  daysOfDate,
  type EpochMillis,
  InvalidInput,
  isoTime,
  parseIsoTime,
} from "@barkeep/market-data"

const day = 86_400_000

/** Milliseconds from 1970 to midnight of a date of the Gregorian calendar, as if it were UTC. Plain arithmetic. */
export const midnightOf = (year: number, month: number, dayOfMonth: number): number =>
  daysOfDate(year, month, dayOfMonth) * day

/** `2024-07-01T09:30:00` of wall-clock milliseconds; with a fraction where there is one. */
export const civilText = (localMillis: number): string => {
  const days = Math.floor(localMillis / day)
  const rest = localMillis - days * day
  // Fractions and years of another length are rare enough for the long way.
  if (rest % 1000 !== 0 || days < firstDay || days >= endDay) return isoTime(localMillis).slice(0, -1)
  const seconds = rest / 1000
  return `${dateText(days)}T${pad(Math.floor(seconds / 3600))}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`
}

const firstDay = midnightOf(1000, 1, 1) / day
const endDay = midnightOf(9999, 12, 31) / day

let lastDays = Number.NaN
let lastDate = ""

const dateText = (days: number): string => {
  if (days === lastDays) return lastDate
  const { year, month, day: dayOfMonth } = dateOfDays(days)
  lastDays = days
  lastDate = `${year}-${pad(month)}-${pad(dayOfMonth)}`
  return lastDate
}

export const pad = (value: number): string => (value < 10 ? `0${value}` : String(value))

/**
 * The instant of a text like `2024-07-01T09:30:00-04:00`.
 * @throws {InvalidInput} for a text that names no instant
 */
export const parseOffsetTime = (text: string): EpochMillis => {
  if (text.length !== 25) return parseIsoTime(text)
  const number = (from: number, to: number): number => Number(text.slice(from, to))
  const [year, month, dayOfMonth] = [number(0, 4), number(5, 7), number(8, 10)]
  const [hour, minute, second] = [number(11, 13), number(14, 16), number(17, 19)]
  const offset = (number(20, 22) * 60 + number(23, 25)) * 60_000 * (text[19] === "-" ? -1 : 1)
  const local = midnightOf(year, month, dayOfMonth) + ((hour * 60 + minute) * 60 + second) * 1000
  // A date such as 30 February comes back as another text.
  if (civilText(local) !== text.slice(0, 19))
    throw new InvalidInput({ field: "time", value: text, expected: "a date and time that exist" })
  return local - offset
}
