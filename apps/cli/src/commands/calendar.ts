import { readFile } from "node:fs/promises"
import { InvalidInput, isoTime } from "@barkeep/market-data"
import {
  parseCalendarAdditions,
  type CalendarAdditions,
  type Session,
  tradingCalendar,
} from "@barkeep/trading-calendar"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import { parseDate } from "../dates.ts"
import { common, startDate } from "../flags.ts"
import { handler } from "../run-command.ts"
import { formatTable } from "../table.ts"

export const calendarFile = Flag.String("calendar-file").pipe(
  Flag.withDescription("JSON file with closures and sessions of your own, by market"),
  Flag.withMetavar("FILE"),
  Flag.optional,
  Flag.map(Option.getOrUndefined),
)

const flags = {
  json: common.json,
  market: Argument.String("market").pipe(Argument.withDescription("XNYS, XLON, 24/7 …")),
  startDate: startDate.pipe(Flag.withDescription("First date, in the market's time zone")),
  endDate: Flag.String("end-date").pipe(
    Flag.withDescription("Last date, included"),
    Flag.withMetavar("YYYY-MM-DD"),
  ),
  calendarFile,
}

interface CalendarFlags {
  readonly json: boolean
  readonly market: string
  readonly startDate: string
  readonly endDate: string
  readonly calendarFile: string | undefined
}

export const calendar = Command.make(
  "calendar",
  flags,
  handler(async (input: CalendarFlags, { console }) => {
    const start = parseDate("--start-date", input.startDate).toString()
    const end = parseDate("--end-date", input.endDate).toString()
    if (end < start)
      throw new InvalidInput({ field: "--end-date", value: end, expected: `a date on or after ${start}` })
    const additions = (await readCalendarFile(input.calendarFile))[input.market] ?? {}
    const sessions = tradingCalendar(input.market, additions).sessions({ start, end })
    if (input.json)
      return console.write(
        `${JSON.stringify({ market: input.market, sessions: sessions.map(toDocument) })}\n`,
      )
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
      ),
    )
  }),
).pipe(
  Command.withDescription("List a market's sessions: opens, closes, breaks, and why a day is short."),
  Command.withExamples([
    {
      command: "barkeep calendar XNYS --start-date 2024-11-25 --end-date 2024-11-30",
      description: "Thanksgiving week in New York",
    },
  ]),
)

/**
 * The additions of a file, by market; none without a file.
 * @throws {InvalidInput | InvalidCalendarAdditions} when it cannot be read or is no such document
 */
export const readCalendarFile = async (
  path: string | undefined,
): Promise<{ readonly [market: string]: CalendarAdditions }> => {
  if (path === undefined) return {}
  let content: unknown
  try {
    content = JSON.parse(await readFile(path, "utf8"))
  } catch (error) {
    throw new InvalidInput({
      field: "--calendar-file",
      value: path,
      expected: `a readable JSON file (${error instanceof Error ? error.message : String(error)})`,
    })
  }
  return parseCalendarAdditions(content)
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
