import * as Command from "effect/cli/Command"
import { common, text } from "../flags.ts"
import { handler } from "../run-command.ts"

const flags = {
  ...common,
  drop: text(
    "drop",
    "Delete the old files that are kept for undoing this fill byte for byte; its bars stay and can still be taken out",
    "ID",
  ),
}

/** What the command line of `fills` says. */
export type FillsFlags = Command.Command.Config.Infer<typeof flags>

export const fills = Command.make(
  "fills",
  flags,
  handler<FillsFlags>(() => import("./fills-body.ts")),
).pipe(
  Command.withDescription(
    "List the fills of the cache: when, what, from whom, and whether they were taken back.",
  ),
  Command.withExamples([
    { command: "barkeep fills", description: "With the ids that barkeep fill-gaps --undo takes" },
  ]),
)
