import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { common } from "../flags.ts"
import { handler } from "../run-command.ts"

const flags = {
  ...common,
  symbol: Argument.String("symbol"),
  timeframe: Argument.String("timeframe"),
  time: Argument.String("time").pipe(
    Argument.withDescription("Open time: 2023-06-01T12:00:00Z, or as the file has it: 2023-06-01 12:00:00"),
  ),
}

/** What the command line of `explain` says. */
export type ExplainFlags = Command.Command.Config.Infer<typeof flags>

export const explain = Command.make(
  "explain",
  flags,
  handler<ExplainFlags>(() => import("./explain-body.ts")),
).pipe(
  Command.withDescription("Say where a bar comes from, or why there is none."),
  Command.withExamples([
    { command: "barkeep explain BTCUSDT 1h 2023-06-01T12:00:00Z", description: "By its time in UTC" },
    {
      command: 'barkeep explain AAPL 15m "2024-03-11 09:30:00"',
      description: "As the file has it: exchange time",
    },
  ]),
)
