// A writer of the kill campaign: node kill-writer.ts <folder> <seed>. Prints a line for each put that was acknowledged.
import { openCache } from "@barkeep/cache-core"
import { barsOf, entryOf, requestOf, timesOf } from "./campaign-bars.ts"
import { mergedEntries, replacedEntry, replacedRows } from "./kill-entries.ts"
import { integerOf, oneOf, seededRandom } from "./seeded-random.ts"

const [folder = "", seed = "0"] = process.argv.slice(2)
const random = seededRandom(Number(seed))
const cache = await openCache(folder, { compression: "fast", lock: "local", lockTimeoutMillis: 120_000 })
// What a first write has to load is loaded before the kills begin.
await cache.put(requestOf(entryOf("BTCUSDT", "1h"), barsOf(timesOf("1h", 0, 1), 0)))
process.stdout.write("ready\n")

for (;;) {
  if (random() < 0.15) {
    const version = integerOf(random, 1, 2)
    const rows = barsOf(timesOf(replacedEntry.timeframe, 0, replacedRows[version - 1] as number), version)
    await cache.replaceEntry(
      requestOf(entryOf(replacedEntry.symbol, replacedEntry.timeframe), rows, `v${version}`),
    )
    continue
  }
  const { symbol, timeframe } = oneOf(random, mergedEntries)
  const first = integerOf(random, 0, 9000)
  const count = integerOf(random, 1, oneOf(random, [3, 200, 2500]))
  const rows = barsOf(timesOf(timeframe, first, count), 0)
  await cache.put(requestOf(entryOf(symbol, timeframe), rows))
  process.stdout.write(`${JSON.stringify({ symbol, timeframe, first, count })}\n`)
}
