import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { common } from "../flags.ts"
import { handler } from "../run-command.ts"

const flags = {
  ...common,
  ids: Argument.String("id").pipe(
    Argument.withDescription("A case of the quarantine; without one all cases are listed"),
    Argument.variadic(),
  ),
  replace: Flag.Boolean("replace").pipe(
    Flag.withDescription("Move files that have taken their places to the quarantine first"),
    Flag.withDefault(false),
  ),
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
