import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { common, text, toggle } from "../flags.ts"
import { handler } from "../run-command.ts"

const flags = {
  ...common,
  oldCache: Flag.String("old-cache").pipe(
    Flag.withDescription("Folder of the old cache"),
    Flag.withMetavar("FOLDER"),
    Flag.withDefault("./data-cache"),
  ),
  newCache: text("new-cache", "Folder of the new cache; --cache-dir without it", "FOLDER"),
  dryRun: toggle(
    "dry-run",
    "Show everything that would happen and write nothing; so it is without --migrate",
  ),
  migrate: toggle("migrate", "Take the old cache over"),
  includeMock: toggle("include-mock", "Take rows of mock and test providers along"),
  prefer: text("prefer", "Providers that count more where two have the same bar, best first", "A,B"),
  adjustment: text(
    "adjustment",
    "What prices of a provider are adjusted for where nothing tells: none, splits or splits-and-dividends",
    "A=splits,B=none",
  ),
  move: toggle("move", "Rename the old cache to FOLDER.migrated-ID in the end"),
  yes: toggle("yes", "Do not ask"),
  verify: text("verify", "Check a finished migration against its certificate", "ID"),
  rollback: text("rollback", "Take a migration back: the new cache as it was before", "ID"),
}

/** What the command line of `migrate` says. */
export type MigrateFlags = Command.Command.Config.Infer<typeof flags>

export const migrate = Command.make(
  "migrate",
  flags,
  handler<MigrateFlags>(() => import("./migrate-body.ts"), {
    interrupted: "Interrupted. The entries that are done are safe.",
  }),
).pipe(
  Command.withDescription(
    "Take an older cache over into the unified one, with a certificate that accounts for every row. The old one is only read.",
  ),
  Command.withExamples([
    { command: "barkeep migrate --old-cache ./data-cache --dry-run", description: "What would happen?" },
    {
      command: "barkeep migrate --old-cache ./data-cache --new-cache ./bars --migrate",
      description: "Do it; the same command continues after an interruption",
    },
    {
      command: "barkeep migrate --old-cache ./data-cache --migrate --prefer alpha_vantage,yahoo",
      description: "Where two providers differ, keep Alpha Vantage's rows",
    },
    {
      command: "barkeep migrate --old-cache ./data-cache --migrate --adjustment yahoo=splits",
      description: "Say what the files do not, so that populate can go on where they end",
    },
    { command: "barkeep migrate --verify 20260301-101500", description: "Is it still what was certified?" },
  ]),
)
