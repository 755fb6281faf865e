import { type EpochMillis, InvalidInput, parseIsoTime } from "@barkeep/market-data"

const clockTime = String.raw`(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?`
const isoLike = new RegExp(String.raw`^(\d{4}-\d\d-\d\d)(?:[T ]${clockTime})?\s?(Z|UTC|[+-]\d\d:?\d\d)?$`)

/** Above these magnitudes a number of the 21st century cannot be of the smaller unit. */
const leastMillis = 1e11
const leastMicros = 1e14

/**
 * The instant that a recording's time text means: ISO 8601 with `T` or a blank, UTC where no offset is given, a
 * bare date for its midnight; or a number since 1970, which by its magnitude is seconds (below 10^11),
 * milliseconds or microseconds (from 10^14).
 * @returns `undefined` for any other text, and for an instant that is no whole millisecond
 */
export const parseTimeText = (text: string): EpochMillis | undefined =>
  /^\d+(\.0*)?$/.test(text) ? fromNumber(Number(text)) : fromIso(text)

const fromNumber = (value: number): EpochMillis | undefined => {
  const time = value < leastMillis ? value * 1000 : value < leastMicros ? value : value / 1000
  return Number.isSafeInteger(time) ? time : undefined
}

const fromIso = (text: string): EpochMillis | undefined => {
  const match = isoLike.exec(text)
  if (match === null) return undefined
  const [, date = "", hour = "0", minute = "0", second = "0", fraction = "", offset = "Z"] = match
  const midnight = midnightOf(date)
  if (midnight === undefined || +hour > 23 || +minute > 59 || +second > 59) return undefined
  const millis = fraction === "" ? 0 : Number(`0.${fraction}`) * 1000
  const time = midnight + ((+hour * 60 + +minute) * 60 + +second) * 1000 + millis - offsetMillis(offset)
  return Number.isSafeInteger(time) ? time : undefined
}

// Thousands of rows share a date, and the calendar is slow to ask.
const midnights = new Map<string, EpochMillis | undefined>()

const midnightOf = (date: string): EpochMillis | undefined => {
  if (!midnights.has(date)) midnights.set(date, readMidnight(date))
  return midnights.get(date)
}

const readMidnight = (date: string): EpochMillis | undefined => {
  try {
    return parseIsoTime(`${date}T00:00:00Z`)
  } catch (error) {
    if (error instanceof InvalidInput) return undefined
    throw error
  }
}

const offsetMillis = (offset: string): number => {
  if (offset === "Z" || offset === "UTC") return 0
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2))
  return (offset.startsWith("-") ? -1 : 1) * minutes * 60_000
}
