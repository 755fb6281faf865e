import { dateOfDays, daysOfDate, type EpochMillis, isoTime, parseIsoTime } from "@barkeep/market-data"

const millisPerDay = 86_400_000
const year0000 = -62_167_219_200_000
const year10000 = 253_402_300_800_000

/** `isoTime`, without a calendar library for the years 0000 to 9999: a metadata file holds a thousand of them. */
export const printTime = (time: EpochMillis): string => {
  if (!(time >= year0000 && time < year10000 && Number.isInteger(time))) return isoTime(time)
  const day = Math.floor(time / millisPerDay)
  const millis = time - day * millisPerDay
  const seconds = Math.floor(millis / 1000)
  const fraction = millis % 1000 === 0 ? "" : `.${String(millis % 1000).padStart(3, "0")}`
  return `${dateText(day)}T${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}${fraction}Z`
}

/**
 * `parseIsoTime`, with the same shortcut for `YYYY-MM-DDTHH:MM:SSZ`.
 * @throws {InvalidInput} when the text is no ISO 8601 instant
 */
export const parseTime = (text: string): EpochMillis => {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{3}))?Z$/.exec(text)
  if (match === null) return parseIsoTime(text)
  const [year, month, date] = [Number(match[1]), Number(match[2]), Number(match[3])]
  const [hour, minute, second] = [Number(match[4]), Number(match[5]), Number(match[6])]
  const day = daysOfDate(year, month, date)
  // A date that does not exist (2023-02-30) prints differently; the library decides what to say.
  return dateText(day) !== text.slice(0, 10) || hour > 23 || minute > 59 || second > 59
    ? parseIsoTime(text)
    : day * millisPerDay + ((hour * 60 + minute) * 60 + second) * 1000 + Number(match[7] ?? 0)
}

const two = (value: number): string => {
  const whole = Math.floor(value)
  return whole < 10 ? `0${whole}` : String(whole)
}

const dateText = (days: number): string => {
  const { year, month, day } = dateOfDays(days)
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`
}
