import * as Command from "effect/cli/Command"
import { handler } from "../run-command.ts"

export const demo = Command.make(
  "demo",
  {},
  handler<object>(() => import("./demo-body.ts")),
).pipe(
  Command.withDescription(
    "Show the main job against a simulated exchange on this machine, in a temporary folder.",
  ),
  Command.withExamples([{ command: "barkeep demo", description: "Needs no network and no key" }]),
)
