import * as Command from "effect/cli/Command"
import { common } from "../flags.ts"
import { handler } from "../run-command.ts"

const flags = common

/** What the command line of `doctor` says. */
export type DoctorFlags = Command.Command.Config.Infer<typeof flags>

export const doctor = Command.make(
  "doctor",
  flags,
  handler<DoctorFlags>(() => import("./doctor-body.ts")),
).pipe(
  Command.withDescription(
    "Look whether everything works: configuration, cache folder, each vendor, what the keys are entitled to, the clock.",
  ),
  Command.withExamples([
    { command: "barkeep doctor", description: "Exit code 1 when anything needs attention" },
  ]),
)
