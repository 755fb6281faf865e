import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { openCache } from "@barkeep/cache-core"
import { afterEach, expect, it } from "vitest"
import { barsOf, entryOf, requestOf, timesOf } from "../src/campaign-bars.ts"
import { mergedEntries } from "../src/kill-entries.ts"
import { makeWatcher, type Watched } from "../src/kill-watch.ts"

const folders: Array<string> = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const [entry] = mergedEntries
const { symbol, timeframe } = entry

/** A cache with 100 rows of one entry, as a campaign watches it. */
const watched = async (version = 0): Promise<Watched> => {
  const folder = mkdtempSync(join(tmpdir(), "barkeep-watch-"))
  folders.push(folder)
  const rows = barsOf(timesOf(timeframe, 0, 100), version)
  await (await openCache(folder, { durability: "none" })).put(requestOf(entryOf(symbol, timeframe), rows))
  return { folder, entries: [entry], acknowledged: [], problems: [] }
}

it.each(["kept open", "opened anew"] as const)(
  "a watcher finds nothing in a sound cache, %s",
  async (way) => {
    const cache = await watched()
    cache.acknowledged.push({ symbol, timeframe, first: 10, count: 90, rowsAdded: 90 })
    await (
      await makeWatcher(cache, way)
    )()
    expect(cache.problems).toEqual([])
  },
)

it("a watcher finds an acknowledged row that is not there", async () => {
  const cache = await watched()
  cache.acknowledged.push({ symbol, timeframe, first: 10, count: 91, rowsAdded: 91 })
  await (
    await makeWatcher(cache, "kept open")
  )()
  expect(cache.problems).toEqual([expect.stringContaining("an acknowledged put of 91 rows has 90")])
})

it("a watcher finds a wrong row", async () => {
  const cache = await watched(1)
  await (
    await makeWatcher(cache, "opened anew")
  )()
  expect(cache.problems).toEqual([expect.stringContaining("a row is wrong")])
})

it.each(["kept open", "opened anew"] as const)("a watcher finds rows that are gone, %s", async (way) => {
  const cache = await watched()
  const look = await makeWatcher(cache, way)
  await look()
  rmSync(join(cache.folder, symbol), { recursive: true })
  await look()
  expect(cache.problems).toEqual([expect.stringContaining("100 rows became 0")])
})

it("a watcher finds a read that fails", async () => {
  const cache = await watched()
  const { data } = await (await openCache(cache.folder)).partition(symbol, timeframe, 2023)
  rmSync(data)
  await (
    await makeWatcher(cache, "kept open")
  )()
  expect(cache.problems).not.toEqual([])
})
