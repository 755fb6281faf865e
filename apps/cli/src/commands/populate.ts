import * as Command from "effect/cli/Command"
import { common, endDate, intervals, optional, startDate, symbols, text, toggle } from "../flags.ts"
import { handler } from "../run-command.ts"

const flags = {
  ...common,
  symbols,
  intervals,
  startDate: optional(startDate),
  endDate,
  provider: text("provider", "Ask only this provider", "NAME"),
  overrides: text(
    "overrides",
    "JSON file that says what a symbol is and whom to ask for it [BARKEEP_OVERRIDES_FILE]",
    "FILE",
  ),
  plan: toggle("plan", "Print what would be asked and what it costs; write nothing"),
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
