import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { common, toggle } from "../flags.ts"
import { handler } from "../run-command.ts"

const flags = {
  ...common,
  ids: Argument.String("id").pipe(
    Argument.withDescription("A case of the quarantine; without one all cases are listed"),
    Argument.variadic(),
  ),
  replace: toggle("replace", "Move files that have taken their places to the quarantine first"),
}

/** What the command line of `restore` says. */
export type RestoreFlags = Command.Command.Config.Infer<typeof flags>

export const restore = Command.make(
  "restore",
  flags,
  handler<RestoreFlags>(() => import("./restore-body.ts")),
).pipe(
  Command.withDescription(
    "Bring files back from the quarantine, byte for byte; without an id list what is there.",
  ),
  Command.withExamples([
    { command: "barkeep restore", description: "What was set aside, when and why" },
    {
      command: "barkeep restore 20260615T120000Z-BTCUSDT-1h-2024",
      description: "Put the files of one case back where they were",
    },
  ]),
)
