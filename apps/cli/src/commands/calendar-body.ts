import { InvalidInput, isoTime } from "@barkeep/market-data"
import { type Session, tradingCalendar } from "@barkeep/trading-calendar"
import { parseDate } from "../dates.ts"
import { readCalendarFile } from "../read-calendar-file.ts"
import { formatTable } from "../table.ts"
import type { Body } from "../run-command.ts"
import type { CalendarFlags } from "./calendar.ts"

/** What `barkeep calendar` does. */
export const run: Body<CalendarFlags> = async (input, { console }) => {
  const start = parseDate("--start-date", input.startDate).toString()
  const end = parseDate("--end-date", input.endDate).toString()
  if (end < start)
    throw new InvalidInput({ field: "--end-date", value: end, expected: `a date on or after ${start}` })
  const file = input.calendarFile === undefined ? {} : await readCalendarFile(input.calendarFile)
  const sessions = tradingCalendar(input.market, file[input.market]).sessions({ start, end })
  if (input.json)
    return console.write(`${JSON.stringify({ market: input.market, sessions: sessions.map(toDocument) })}\n`)
  await console.write(
    formatTable(
      [
        { heading: "session", cell: (row) => row.session },
        { heading: "open (UTC)", cell: (row) => isoTime(row.open) },
        { heading: "close (UTC)", cell: (row) => isoTime(row.close) },
        { heading: "break (UTC)", cell: breakText },
        {
          heading: "note",
          cell: (row) => [row.reason, row.projected === true ? "projected" : ""].filter(Boolean).join(", "),
        },
      ],
      sessions,
      console.paint,
    ),
  )
}

const breakText = ({ breakStart, breakEnd }: Session): string =>
  breakStart === undefined || breakEnd === undefined
    ? "-"
    : `${isoTime(breakStart).slice(11, 16)}-${isoTime(breakEnd).slice(11, 16)}`

const toDocument = (session: Session): unknown => ({
  session: session.session,
  open: isoTime(session.open),
  close: isoTime(session.close),
  ...(session.breakStart === undefined ? {} : { breakStart: isoTime(session.breakStart) }),
  ...(session.breakEnd === undefined ? {} : { breakEnd: isoTime(session.breakEnd) }),
  ...(session.reason === undefined ? {} : { reason: session.reason }),
  ...(session.projected === true ? { projected: true } : {}),
})
