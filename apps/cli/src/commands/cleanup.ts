import * as Command from "effect/cli/Command"
import { common, intervals, symbols, text, toggle } from "../flags.ts"
import { handler } from "../run-command.ts"

const flags = {
  ...common,
  symbols,
  intervals,
  validateOnly: toggle("validate-only", "Judge every file and write nothing; so it is without other flags"),
  cleanup: toggle("cleanup", "Move damaged files and what killed processes left to the quarantine"),
  validateAndCleanup: toggle("validate-and-cleanup", "--cleanup that also lists every file that is kept"),
  dryRun: toggle("dry-run", "Say what the other flags would do; write nothing"),
  salvage: toggle("salvage", "Put the rows of damaged files that can be read with certainty back"),
  olderThan: text(
    "older-than",
    "Delete cases of the quarantine that are older, for good: 90d, 12h, 4w",
    "AGE",
  ),
  deleteOnlyCopies: toggle("delete-only-copies", "With --older-than: also cases whose rows the cache lacks"),
  yes: toggle("yes", "Delete without asking"),
}

/** What the command line of `cleanup` says. */
export type CleanupFlags = Command.Command.Config.Infer<typeof flags>

export const cleanup = Command.make(
  "cleanup",
  flags,
  handler<CleanupFlags>(() => import("./cleanup-body.ts"), {
    interrupted: "Interrupted; no file is half moved.",
  }),
).pipe(
  Command.withDescription(
    "Find damaged files, move them to the quarantine with the reason, put back what of them can be read. Judges integrity, never prices.",
  ),
  Command.withExamples([
    {
      command: "barkeep cleanup",
      description: "What is damaged? Exit code 1 if anything is; writes nothing",
    },
    {
      command: "barkeep cleanup --cleanup --salvage",
      description:
        "Move damaged files away and keep the rows that can be read; barkeep restore ID --replace undoes it",
    },
    {
      command: "barkeep cleanup --older-than 90d",
      description: "Delete old cases of the quarantine, after asking",
    },
  ]),
)
