import { Temporal } from "temporal-polyfill"
import type { Session } from "../src/index.ts"

/** Wall-clock text of an instant, `YYYY-MM-DD HH:MM`, worked out by Temporal and not by the package. */
export const wallTime = (time: number, timeZone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(time)
    .toZonedDateTimeISO(timeZone)
    .toPlainDateTime()
    .toString({ smallestUnit: "minute" })
    .replace("T", " ")

/** Open, break and close of a session as `09:00-11:30 12:30-15:00`. */
export const wallHours = (session: Session, timeZone: string): string => {
  const text = (time: number): string => wallTime(time, timeZone).slice(11)
  return session.breakStart === undefined || session.breakEnd === undefined
    ? `${text(session.open)}-${text(session.close)}`
    : `${text(session.open)}-${text(session.breakStart)} ${text(session.breakEnd)}-${text(session.close)}`
}
