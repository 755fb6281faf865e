import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import { common, intervals, symbols } from "../flags.ts"
import { handler } from "../run-command.ts"

const flags = {
  ...common,
  symbols: symbols.pipe(Flag.optional, Flag.map(Option.getOrUndefined)),
  intervals: intervals.pipe(Flag.optional, Flag.map(Option.getOrUndefined)),
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
