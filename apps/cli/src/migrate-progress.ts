import type { MigrationEvent } from "@barkeep/migration"
import { makeProgress } from "./progress.ts"
import { type CommandContext, errorLine } from "./run-command.ts"

/** Shows how a migration gets on. */
export const migrateProgress = ({
  console,
  now,
}: Pick<CommandContext, "console" | "now">): {
  readonly update: (event: MigrationEvent) => void
  readonly close: () => void
} => {
  const progress = makeProgress(console, now)
  let rows = 0
  return {
    close: progress.close,
    update: (event) => {
      switch (event._tag) {
        case "Surveyed":
          rows = 0
          console.tell(`${event.sources} files with bars of ${event.entries} entries`)
          break
        case "EntryPlanned":
        case "EntryMigrated":
          rows += event.plan.fates.source.rows
          progress.update({
            share: (event.index + 1) / event.of,
            count: rows,
            unit: "rows",
            subject: `${event.plan.symbol} ${event.plan.timeframe}`,
          })
          break
        case "Started":
        case "Resumed":
          rows = 0
          console.tell(`${event._tag === "Started" ? "Migration" : "Continuing migration"} ${event.id}`)
          break
        case "EntryFailed":
          console.note(`${event.plan.symbol} ${event.plan.timeframe}: ${errorLine(event.error)}`)
          break
        case "OldCacheMoved":
          console.tell(`The old cache is ${event.to} now`)
          break
      }
    },
  }
}
