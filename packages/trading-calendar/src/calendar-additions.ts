import { findDay } from "./civil-day.ts"
import { InvalidCalendarAdditions } from "./errors.ts"

/** A date on which the market is closed although the calendar says open. */
export interface AddedClosure {
  /** `YYYY-MM-DD` in the market's zone. */
  readonly date: string
  readonly reason: string
  /** Where that can be read. */
  readonly source?: string
}

/** A session that ends earlier. */
export interface AddedEarlyClose extends AddedClosure {
  /** `HH:MM`, wall-clock time of the market. */
  readonly close: string
}

/** A session that begins later. */
export interface AddedLateOpen extends AddedClosure {
  /** `HH:MM`, wall-clock time of the market. */
  readonly open: string
}

/** A session on a date that has none by the calendar; without times it has the regular hours. */
export interface AddedSession {
  readonly date: string
  readonly reason: string
  readonly open?: string
  readonly close?: string
}

/** What a user knows better than the calendar of one market. */
export interface CalendarAdditions {
  readonly closures?: ReadonlyArray<AddedClosure>
  readonly earlyCloses?: ReadonlyArray<AddedEarlyClose>
  readonly lateOpens?: ReadonlyArray<AddedLateOpen>
  readonly extraSessions?: ReadonlyArray<AddedSession>
}

export const isEmptyAdditions = (additions: CalendarAdditions): boolean =>
  Object.values(additions).every((list: ReadonlyArray<unknown>) => list.length === 0)

/** Fields of the entries of each list, besides `date` and `reason`. */
const lists: {
  readonly [list in keyof Required<CalendarAdditions>]: {
    readonly required: ReadonlyArray<string>
    readonly optional: ReadonlyArray<string>
  }
} = {
  closures: { required: [], optional: ["source"] },
  earlyCloses: { required: ["close"], optional: ["source"] },
  lateOpens: { required: ["open"], optional: ["source"] },
  extraSessions: { required: [], optional: ["open", "close"] },
}

/**
 * Checks the form of the additions of one market: known lists and fields only, real dates, `HH:MM` times, a reason each,
 * no date twice in a list.
 * @throws {InvalidCalendarAdditions} naming the place as `<path>.closures[0].date`
 */
export const checkForm = (value: unknown, path: string): CalendarAdditions => {
  const additions = record(value, path)
  for (const [list, entries] of Object.entries(additions)) {
    if (!isList(list)) throw fault(`${path}.${list}`, `is not one of ${Object.keys(lists).join(" ")}`)
    if (!Array.isArray(entries)) throw fault(`${path}.${list}`, "is not a list")
    const dates = new Set<unknown>()
    for (const [index, entry] of entries.entries()) {
      const place = `${path}.${list}[${index}]`
      const { date } = checkEntry(entry, lists[list], place)
      if (dates.has(date)) throw fault(`${place}.date`, `${String(date)} is there twice`)
      dates.add(date)
    }
  }
  return additions
}

const isList = (name: string): name is keyof CalendarAdditions => Object.hasOwn(lists, name)

const checkEntry = (
  value: unknown,
  fields: { readonly required: ReadonlyArray<string>; readonly optional: ReadonlyArray<string> },
  path: string,
): { readonly [field: string]: unknown } => {
  const entry = record(value, path)
  const required = ["date", "reason", ...fields.required]
  const allowed = [...required, ...fields.optional]
  for (const field of required) if (entry[field] === undefined) throw fault(`${path}.${field}`, "is missing")
  for (const [field, content] of Object.entries(entry)) {
    const place = `${path}.${field}`
    if (!allowed.includes(field)) throw fault(place, `is not one of ${allowed.join(" ")}`)
    if (content === undefined) continue
    if (typeof content !== "string" || content.trim() === "") throw fault(place, "is not a text")
    if (field === "date" && findDay(content) === undefined)
      throw fault(place, `${content} is not a date YYYY-MM-DD`)
    if ((field === "open" || field === "close") && !isTime(content))
      throw fault(place, `${content} is not a time HH:MM`)
  }
  return entry
}

const isTime = (text: string): boolean => /^([01]\d|2[0-3]):[0-5]\d$/.test(text)

const record = (value: unknown, path: string): { readonly [field: string]: unknown } => {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw fault(path, "is not an object")
  return value as { readonly [field: string]: unknown }
}

const fault = (path: string, issue: string): InvalidCalendarAdditions =>
  new InvalidCalendarAdditions({ path, issue })
