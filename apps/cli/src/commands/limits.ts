import * as Command from "effect/cli/Command"
import { common } from "../flags.ts"
import { handler } from "../run-command.ts"

const flags = { json: common.json }

/** What the command line of `limits` says. */
export type LimitsFlags = Command.Command.Config.Infer<typeof flags>

export const limits = Command.make(
  "limits",
  flags,
  handler<LimitsFlags>(() => import("./limits-body.ts")),
).pipe(
  Command.withDescription("Show what is used up of the vendors' limits, by all processes of this user."),
  Command.withExamples([
    { command: "barkeep limits", description: "How much of each budget is left, and which pauses are on" },
  ]),
)
