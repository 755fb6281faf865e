import * as Command from "effect/cli/Command"
import { common, intervals, symbols } from "../flags.ts"
import { handler } from "../run-command.ts"

const flags = {
  ...common,
  symbols,
  intervals,
}

/** What the command line of `verify` says. */
export type VerifyFlags = Command.Command.Config.Infer<typeof flags>

export const verify = Command.make(
  "verify",
  flags,
  handler<VerifyFlags>(() => import("./verify-body.ts")),
).pipe(
  Command.withDescription(
    "Read every byte of the cache and check it against its metadata: hashes, checksums, counts.",
  ),
  Command.withExamples([
    {
      command: "barkeep verify",
      description: "Everything; exit code 1 when anything is not as it was written",
    },
    { command: "barkeep verify --symbols BTCUSDT --intervals 1m", description: "One entry" },
  ]),
)
