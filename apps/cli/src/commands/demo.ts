import * as Command from "effect/cli/Command"
import { handler } from "../run-command.ts"

const flags = {}

/** What the command line of `demo` says. */
export type DemoFlags = Command.Command.Config.Infer<typeof flags>

export const demo = Command.make(
  "demo",
  flags,
  handler<DemoFlags>(() => import("./demo-body.ts")),
).pipe(
  Command.withDescription(
    "Show the main job against a simulated exchange on this machine, in a temporary folder.",
  ),
)
