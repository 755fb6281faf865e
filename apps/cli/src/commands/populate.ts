import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import { common, endDate, intervals, startDate, symbols } from "../flags.ts"
import { handler } from "../run-command.ts"

const flags = {
  ...common,
  symbols: symbols.pipe(Flag.optional, Flag.map(Option.getOrUndefined)),
  intervals: intervals.pipe(Flag.optional, Flag.map(Option.getOrUndefined)),
  startDate: startDate.pipe(Flag.optional, Flag.map(Option.getOrUndefined)),
  endDate,
  provider: Flag.String("provider").pipe(
    Flag.withDescription("Ask only this provider"),
    Flag.withMetavar("NAME"),
    Flag.optional,
    Flag.map(Option.getOrUndefined),
  ),
  overrides: Flag.String("overrides").pipe(
    Flag.withDescription(
      "JSON file that says what a symbol is and whom to ask for it [BARKEEP_OVERRIDES_FILE]",
    ),
    Flag.withMetavar("FILE"),
    Flag.optional,
    Flag.map(Option.getOrUndefined),
  ),
  plan: Flag.Boolean("plan").pipe(
    Flag.withDescription("Print what would be asked and what it costs; write nothing"),
    Flag.withDefault(false),
  ),
}

/** What the command line of `populate` says. */
export type PopulateFlags = Command.Command.Config.Infer<typeof flags>

export const populate = Command.make(
  "populate",
  flags,
  handler<PopulateFlags>(() => import("./populate-body.ts"), {
    interrupted: "Interrupted; what was fetched is stored.",
  }),
).pipe(
  Command.withDescription("Download what the cache is missing. Resumable; a second run asks for nothing."),
  Command.withExamples([
    {
      command:
        "barkeep populate --symbols BTCUSDT,ETHUSDT --intervals 1h,1d --start-date 2023-01-01 --end-date 2023-12-31",
      description: "A year of two pairs",
    },
    { command: "barkeep populate", description: "Bring everything in the cache up to date" },
    {
      command: "barkeep populate --symbols BTCUSDT --intervals 1m --plan",
      description: "What would that cost?",
    },
  ]),
)
