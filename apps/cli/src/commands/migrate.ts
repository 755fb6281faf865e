import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import { common } from "../flags.ts"
import { handler } from "../run-command.ts"

const optionalText = (name: string, description: string, metavar: string) =>
  Flag.String(name).pipe(
    Flag.withDescription(description),
    Flag.withMetavar(metavar),
    Flag.optional,
    Flag.map(Option.getOrUndefined),
  )
const toggle = (name: string, description: string) =>
  Flag.Boolean(name).pipe(Flag.withDescription(description), Flag.withDefault(false))

const flags = {
  ...common,
  oldCache: Flag.String("old-cache").pipe(
    Flag.withDescription("Folder of the old cache"),
    Flag.withMetavar("FOLDER"),
    Flag.withDefault("./data-cache"),
  ),
  newCache: optionalText("new-cache", "Folder of the new cache; --cache-dir without it", "FOLDER"),
  dryRun: toggle(
    "dry-run",
    "Show everything that would happen and write nothing; so it is without --migrate",
  ),
  migrate: toggle("migrate", "Take the old cache over"),
  includeMock: toggle("include-mock", "Take rows of mock and test providers along"),
  prefer: optionalText("prefer", "Providers that count more where two have the same bar, best first", "A,B"),
  move: toggle("move", "Rename the old cache to FOLDER.migrated-ID in the end"),
  yes: toggle("yes", "Do not ask"),
  verify: optionalText("verify", "Check a finished migration against its certificate", "ID"),
  rollback: optionalText("rollback", "Take a migration back: the new cache as it was before", "ID"),
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
    { command: "barkeep migrate --verify 20260301-101500", description: "Is it still what was certified?" },
  ]),
)
