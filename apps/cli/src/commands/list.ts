import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Option from "effect/Option"
import { common } from "../flags.ts"
import { handler } from "../run-command.ts"

const flags = {
  ...common,
  symbol: Argument.String("symbol").pipe(
    Argument.withDescription("Only this symbol"),
    Argument.optional,
    Argument.map(Option.getOrUndefined),
  ),
}

/** What the command line of `list` says. */
export type ListFlags = Command.Command.Config.Infer<typeof flags>

export const list = Command.make(
  "list",
  flags,
  handler<ListFlags>(() => import("./list-body.ts")),
).pipe(
  Command.withDescription("List what is stored: symbols, timeframes, years."),
  Command.withExamples([
    { command: "barkeep list", description: "Everything" },
    { command: "barkeep list BTCUSDT --json", description: "One symbol, for a program" },
  ]),
)
