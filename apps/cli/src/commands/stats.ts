import * as Command from "effect/cli/Command"
import { common } from "../flags.ts"
import { handler } from "../run-command.ts"

const flags = common

/** What the command line of `stats` says. */
export type StatsFlags = Command.Command.Config.Infer<typeof flags>

export const stats = Command.make(
  "stats",
  flags,
  handler<StatsFlags>(() => import("./stats-body.ts")),
).pipe(
  Command.withDescription("Files, rows, ranges and sizes of what is stored."),
  Command.withExamples([
    { command: "barkeep stats", description: "A line per symbol and timeframe, and the total" },
  ]),
)
