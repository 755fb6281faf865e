import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import { common } from "../flags.ts"
import { handler } from "../run-command.ts"

const flags = {
  ...common,
  drop: Flag.String("drop").pipe(
    Flag.withDescription(
      "Delete the old files that are kept for undoing this fill byte for byte; its bars stay and can still be taken out",
    ),
    Flag.withMetavar("ID"),
    Flag.optional,
    Flag.map(Option.getOrUndefined),
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
