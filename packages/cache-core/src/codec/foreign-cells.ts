import { daysInMonth, daysOfDate } from "@barkeep/market-data"

/** What a time cell says: a date, a wall-clock time without a zone, or an instant. */
export interface ForeignTime {
  readonly kind: "date" | "wall" | "instant"
  /** Epoch milliseconds; of a date and a wall-clock time as if they were UTC. */
  readonly millis: number
}

const isoPattern =
  /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s?(Z|UTC|[+-]\d{2}(?::?\d{2})?)?)?$/i
const epochPattern = /^(\d+)(?:\.0*)?$/
const dayMillis = 86_400_000

/**
 * The time in a cell, or the reason why it is none: `YYYY-MM-DD[ HH:MM[:SS[.f]][offset]]` or an epoch number.
 */
export const parseTimeCell = (cell: string): ForeignTime | string => {
  const text = cell.trim()
  const iso = isoPattern.exec(text)
  if (iso !== null) return isoTimeOf(iso)
  const epoch = epochPattern.exec(text)
  if (epoch !== null) return epochTime(epoch[1] as string)
  return text === ""
    ? "the time is empty"
    : `${JSON.stringify(shortened(text))} is no time in the form YYYY-MM-DD HH:MM:SS`
}

const isoTimeOf = (match: RegExpExecArray): ForeignTime | string => {
  const [, year, month, day, hour, minute, second, fraction, offset] = match
  const parts = { year: Number(year), month: Number(month), day: Number(day) }
  if (parts.day < 1 || parts.day > daysInMonth(parts.year, parts.month))
    return `${match[0]} is no day of the calendar`
  const start = daysOfDate(parts.year, parts.month, parts.day) * dayMillis
  if (hour === undefined) return { kind: "date", millis: start }
  const clock = { hour: Number(hour), minute: Number(minute), second: Number(second ?? 0) }
  if (clock.hour > 23 || clock.minute > 59 || clock.second > 59) return `${match[0]} is no time of the day`
  const digits = (fraction ?? "").padEnd(3, "0")
  if (/[1-9]/.test(digits.slice(3))) return `${match[0]} has a fraction finer than a millisecond`
  const millis =
    start + ((clock.hour * 60 + clock.minute) * 60 + clock.second) * 1000 + Number(digits.slice(0, 3))
  if (offset === undefined) return { kind: "wall", millis }
  const east = offsetMillis(offset)
  return east === undefined
    ? `${match[0]} has an impossible offset`
    : { kind: "instant", millis: millis - east }
}

const offsetMillis = (text: string): number | undefined => {
  if (/^(Z|UTC)$/i.test(text)) return 0
  const hours = Number(text.slice(1, 3))
  const minutes = Number(text.slice(3).replace(":", "") || "0")
  if (hours > 14 || minutes > 59) return undefined
  return (text.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000
}

/**
 * Digits tell the unit of an epoch number: with 9 or 10 they are seconds (1973 … 2286), with three, six or
 * nine more they are milliseconds, microseconds, nanoseconds. Any other number could be several things.
 */
const epochTime = (digits: string): ForeignTime | string => {
  const finer = [10, 13, 16, 19].findIndex(
    (length) => digits.length === length || digits.length === length - 1,
  )
  if (finer < 0) return `${shortened(digits)} has ${digits.length} digits: its unit cannot be told`
  if (finer === 0) return { kind: "instant", millis: Number(digits) * 1000 }
  const beyond = digits.length - 3 * (finer - 1)
  if (/[1-9]/.test(digits.slice(beyond))) return `${digits} is finer than a millisecond`
  return { kind: "instant", millis: Number(digits.slice(0, beyond)) }
}

const longestNumber = 1200
const decimalPattern = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const missingPattern = /^(?:|nan|null|none|na|n\/a|<na>)$/i
const infinitePattern = /^[+-]?inf(?:inity)?$/i

/** The number in a cell, NaN when it says that there is none, or the reason why it is none. */
export const parseNumberCell = (cell: string): number | string => {
  const text = cell.trim()
  if (text.length > longestNumber) return `a field of ${text.length} characters is no number`
  if (decimalPattern.test(text)) {
    const value = Number(text)
    return Number.isFinite(value) ? value : `${shortened(text)} is larger than any number`
  }
  if (missingPattern.test(text)) return Number.NaN
  return infinitePattern.test(text)
    ? "the value is infinite"
    : `${JSON.stringify(shortened(text))} is no number`
}

const shortened = (text: string): string => (text.length > 40 ? `${text.slice(0, 37)}...` : text)
