import { type EpochMillis, parseIsoTime } from "@barkeep/market-data"

const monthNames = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ")
const month = `(?<month>${monthNames.join("|")})`
const clockTime = String.raw`(?<clock>\d\d:\d\d:\d\d)`

/** The three forms of https://www.rfc-editor.org/rfc/rfc9110#name-date-time-formats */
const httpDateForms = [
  new RegExp(String.raw`^\w{3}, (?<day>\d\d) ${month} (?<year>\d{4}) ${clockTime} GMT$`),
  new RegExp(String.raw`^\w{6,9}, (?<day>\d\d)-${month}-(?<year>\d\d) ${clockTime} GMT$`),
  new RegExp(String.raw`^\w{3} ${month} (?<day>[ \d]\d) ${clockTime} (?<year>\d{4})$`),
]

/** The instant of an HTTP date, whole seconds; `undefined` for any other text. */
export const parseHttpDate = (text: string): EpochMillis | undefined => {
  for (const form of httpDateForms) {
    const parts = form.exec(text)?.groups
    if (parts === undefined) continue
    const { year = "", month: name = "", day = "", clock = "" } = parts
    const monthNumber = String(monthNames.indexOf(name) + 1).padStart(2, "0")
    try {
      return parseIsoTime(`${fullYear(year)}-${monthNumber}-${day.trim().padStart(2, "0")}T${clock}Z`)
    } catch {
      return undefined
    }
  }
  return undefined
}

// Two digits only in the obsolete second form; nothing on the web is dated before 1970.
const fullYear = (year: string): string =>
  year.length === 4 ? year : Number(year) < 70 ? `20${year}` : `19${year}`

/**
 * The server's clock when it answered, from the `Date` header, which counts whole seconds: the true time is up to one
 * second later. `undefined` without a usable header.
 */
export const serverTime = (headers: Headers): EpochMillis | undefined => {
  const date = headers.get("date")
  return date === null ? undefined : parseHttpDate(date)
}

/**
 * When the vendor may be asked again by its `Retry-After` (seconds or an HTTP date), on the clock of `now`; a date is
 * taken relative to the answer's own `Date`, so that a host's wrong clock does not matter. `undefined` without a usable
 * header.
 */
export const retryAfter = (headers: Headers, now: EpochMillis): EpochMillis | undefined => {
  const value = headers.get("retry-after")?.trim() ?? ""
  if (/^\d{1,12}$/.test(value)) return now + Number(value) * 1000
  const date = parseHttpDate(value)
  return date === undefined ? undefined : Math.max(now, toHostTime(date, headers, now))
}

/** Clocks that differ by less are taken as equal: the `Date` header counts whole seconds and the answer took a while. */
const sameClockMillis = 5000

/** An instant of the server's clock on the clock of `now`; the instant itself when the answer does not show a clock of its own. */
export const toHostTime = (time: EpochMillis, headers: Headers, now: EpochMillis): EpochMillis => {
  const served = serverTime(headers)
  return served === undefined || Math.abs(now - served) < sameClockMillis ? time : time + (now - served)
}
