// A writer of the kill campaign: node kill-writer.ts <rehearsal folder> <seed> <entries>. Says "ready", waits for a line
// with a time and a folder, then writes there until it is killed and prints a line for each put that was acknowledged.
import { once } from "node:events"
import { flushCompileCache } from "node:module"
import { createInterface } from "node:readline"
import { openCache } from "@barkeep/cache-core"
import { barsOf, entryOf, requestOf, timesOf } from "./campaign-bars.ts"
import {
  type Acknowledged,
  mergedEntries,
  mergedGrid,
  type Replaced,
  replacedEntry,
  replacedRows,
} from "./kill-entries.ts"
import { integerOf, oneOf, seededRandom } from "./seeded-random.ts"

const [rehearsalFolder = "", seed = "0", entries = "1"] = process.argv.slice(2)
const random = seededRandom(Number(seed))
const options = { compression: "fast", lock: "local", lockTimeoutMillis: 120_000 } as const

// What a first write has to load is loaded, in another folder, before the kills begin.
const rehearsal = await openCache(rehearsalFolder, options)
await rehearsal.put(requestOf(entryOf("BTCUSDT", "1h"), barsOf(timesOf("1h", 0, 1), 0)))
flushCompileCache()
process.stdout.write("ready\n")
const [line] = (await once(createInterface({ input: process.stdin }), "line")) as [string]
// The time is the same for all writers of a cache, so that an append comes after all earlier ones.
const { folder, startedAt } = JSON.parse(line) as { readonly folder: string; readonly startedAt: number }
const cache = await openCache(folder, options)

for (;;) {
  if (random() < 0.15) {
    const version = integerOf(random, 1, 2)
    const rows = barsOf(timesOf(replacedEntry.timeframe, 0, replacedRows[version - 1] as number), version)
    await cache.replaceEntry(
      requestOf(entryOf(replacedEntry.symbol, replacedEntry.timeframe), rows, `v${version}`),
    )
    const replaced: Replaced = { version }
    process.stdout.write(`${JSON.stringify(replaced)}\n`)
    continue
  }
  const { symbol, timeframe } = oneOf(random, mergedEntries.slice(0, Number(entries)))
  const isAppend = random() < 0.4
  const elapsed = performance.timeOrigin + performance.now() - startedAt
  const first = isAppend ? mergedGrid + Math.floor(elapsed / 10) : integerOf(random, 0, mergedGrid)
  const count = integerOf(random, 1, oneOf(random, isAppend ? [3, 60] : [3, 40, 600]))
  const rows = barsOf(timesOf(timeframe, first, count), 0)
  const { rowsAdded } = await cache.put(requestOf(entryOf(symbol, timeframe), rows))
  const acknowledged: Acknowledged = { symbol, timeframe, first, count, rowsAdded }
  process.stdout.write(`${JSON.stringify(acknowledged)}\n`)
}
