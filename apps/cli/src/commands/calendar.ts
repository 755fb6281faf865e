import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { calendarFile, common, startDate } from "../flags.ts"
import { handler } from "../run-command.ts"

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

/** What the command line of `calendar` says. */
export type CalendarFlags = Command.Command.Config.Infer<typeof flags>

export const calendar = Command.make(
  "calendar",
  flags,
  handler<CalendarFlags>(() => import("./calendar-body.ts")),
).pipe(
  Command.withDescription("List a market's sessions: opens, closes, breaks, and why a day is short."),
  Command.withExamples([
    {
      command: "barkeep calendar XNYS --start-date 2024-11-25 --end-date 2024-11-30",
      description: "Thanksgiving week in New York",
    },
  ]),
)
