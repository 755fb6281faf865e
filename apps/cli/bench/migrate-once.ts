// One migration or rollback with the real store, for those who kill it: node migrate-once.ts OLD NEW migrate|move|ID
import { migrationTarget, openCache, readSourceRows } from "@barkeep/cache-core"
import { migrate, rollbackMigration } from "@barkeep/migration"
import { knownInstrument } from "../src/known-instrument.ts"

const [oldCache, newCache, what] = process.argv.slice(2) as [string, string, string]
const clock = { now: () => 1_780_000_000_000 }
const cache = await openCache(newCache, { instrumentOf: knownInstrument, clock })
const target = migrationTarget(cache)
process.stdout.write("ready\n")
if (what === "migrate" || what === "move") {
  const report = await migrate({
    oldCache,
    target,
    readRows: readSourceRows,
    clock,
    move: what === "move",
    // Whoever kills this waits for one of these lines.
    onEvent: ({ _tag }) => void process.stdout.write(`${_tag}\n`),
  })
  if (report.status === "partial") throw report.failed[0]?.error
} else {
  const { left } = await rollbackMigration({ target, id: what })
  if (left.length > 0) throw new Error(left[0]?.why)
}
await cache.close()
