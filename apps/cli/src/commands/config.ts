import * as Command from "effect/cli/Command"
import { common } from "../flags.ts"
import { handler } from "../run-command.ts"

const flags = common

/** What the command line of `config` says. */
export type ConfigFlags = Command.Command.Config.Infer<typeof flags>

export const config = Command.make(
  "config",
  flags,
  handler<ConfigFlags>(() => import("./config-body.ts")),
).pipe(
  Command.withDescription("Show every setting, its value and where it comes from; keys are hidden."),
  Command.withExamples([
    { command: "barkeep config", description: "What is in force here" },
    { command: "BARKEEP_CACHE_DIR=/data barkeep config --json", description: "As one JSON document" },
  ]),
)
