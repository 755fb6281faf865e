import {
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { type Cache, type CacheState, openCache, readCacheState } from "../src/index.ts"
import { dyingFileSystem } from "./faulty-file-system.ts"
import {
  barsAt,
  bitcoin,
  day,
  entryOf,
  hour,
  noon,
  openTemporary,
  pageOf,
  requestOf,
  temporaryFolder,
  times,
} from "./support.ts"

const newYear = Date.UTC(2024, 0, 1)
const bars = barsAt(times(newYear - 10 * day, 20, day))

/** BTCUSDT 1d with two years and an answer for years without a file, ETHUSDT not. */
const makeCache = async (): Promise<{ readonly folder: string; readonly cache: Cache }> => {
  const { folder, cache } = await openTemporary()
  await cache.put(
    requestOf([pageOf(bars, {}, { from: Date.UTC(2020, 0), to: newYear + 10 * day })], entryOf("1d")),
  )
  return { folder, cache }
}

const stateOf = (folder: string): CacheState => readCacheState(folder) as CacheState

/** One kind of change each; of the first ones a report of what was there before says something else now. */
const changes: ReadonlyArray<readonly [string, (folder: string, cache: Cache) => unknown]> = [
  [
    "rows were added to a year",
    (_, cache) => cache.put(requestOf([pageOf(barsAt(times(newYear + 10 * day, 5, day)))], entryOf("1d"))),
  ],
  [
    "a year was added",
    (_, cache) => cache.put(requestOf([pageOf(barsAt(times(Date.UTC(2025, 0), 5, day)))], entryOf("1d"))),
  ],
  [
    "a timeframe was added",
    (_, cache) => cache.put(requestOf([pageOf(barsAt(times(newYear, 5, hour)))], entryOf("1h"))),
  ],
  [
    "a symbol was added",
    (_, cache) =>
      cache.put(
        requestOf([pageOf(barsAt(times(newYear, 5, day)))], {
          ...entryOf("1d"),
          instrument: { ...bitcoin, symbol: "ETHUSDT" },
        }),
      ),
  ],
  ["a year was removed", (folder) => rmSync(join(folder, "BTCUSDT/1d/2023.csv.gz"))],
  ["metadata were removed", (folder) => rmSync(join(folder, "BTCUSDT/1d/2023.metadata.json"))],
  [
    "a file was cut",
    (folder) => {
      const file = join(folder, "BTCUSDT/1d/2023.csv.gz")
      truncateSync(file, readFileSync(file).length - 1)
    },
  ],
  [
    "a file was changed in place to the same size",
    (folder) => {
      const file = join(folder, "BTCUSDT/1d/2023.csv.gz")
      const bytes = readFileSync(file)
      bytes[20] = (bytes[20] as number) ^ 1
      writeFileSync(file, bytes)
      // As the clock of the file system does by itself a tick later.
      utimesSync(file, new Date(noon), new Date(noon))
    },
  ],
  [
    "a file was put in place of another one of the same size and time",
    (folder) => {
      const file = join(folder, "BTCUSDT/1d/2023.csv.gz")
      cpSync(file, `${file}.copy`, { preserveTimestamps: true })
      renameSync(`${file}.copy`, file)
    },
  ],
  [
    "answers without a file have changed",
    (_, cache) =>
      cache.put(
        requestOf(
          [pageOf(barsAt([]), {}, { from: Date.UTC(2018, 0), to: Date.UTC(2019, 0) })],
          entryOf("1d"),
        ),
      ),
  ],
  [
    "an entry appeared below ohlcv",
    (folder) => {
      mkdirSync(join(folder, "ohlcv/AAPL/1d"), { recursive: true })
      cpSync(join(folder, "BTCUSDT/1d/2023.csv.gz"), join(folder, "ohlcv/AAPL/1d/2023.csv.gz"))
    },
  ],
]

describe("the state of a cache", () => {
  it("names every file that counts, and nothing else", async () => {
    const { folder } = await makeCache()
    writeFileSync(join(folder, "validate-metadata.json"), "{}")
    writeFileSync(join(folder, "BTCUSDT/1d/notes.txt"), "mine")
    expect([...stateOf(folder).keys()].toSorted()).toEqual([
      "BTCUSDT/",
      "BTCUSDT/1d/",
      "BTCUSDT/1d/2023.csv.gz",
      "BTCUSDT/1d/2023.metadata.json",
      "BTCUSDT/1d/2024.csv.gz",
      "BTCUSDT/1d/2024.metadata.json",
      "_barkeep/coverage/BTCUSDT/1d.json",
    ])
    expect(stateOf(join(folder, "nowhere")).size).toBe(0)
    expect(readCacheState(join(folder, "validate-metadata.json"))).toBeUndefined()
  })

  it("does not know our own folder from none", async () => {
    const { folder } = await makeCache()
    rmSync(join(folder, "_barkeep"), { recursive: true })
    const before = stateOf(folder)
    await (await openCache(folder)).checkWritable()
    mkdirSync(join(folder, "_barkeep/journal"), { recursive: true })
    mkdirSync(join(folder, "_barkeep/coverage/BTCUSDT"), { recursive: true })
    expect(stateOf(folder)).toEqual(before)
  })

  it("stays the same while the cache is read, verified, locked and asked", async () => {
    const { folder, cache } = await makeCache()
    const before = stateOf(folder)
    await cache.read("BTCUSDT", "1d")
    await cache.verify()
    await cache.stats()
    await cache.checkWritable()
    expect(stateOf(folder)).toEqual(before)
  })

  it.each(changes)("differs after %s", async (_name, change) => {
    const { folder, cache } = await makeCache()
    const before = stateOf(folder)
    await change(folder, cache)
    expect(stateOf(folder)).not.toEqual(before)
  })

  it("differs at every step of a replacement that makes the entry another one", async () => {
    const { folder, cache } = await makeCache()
    await cache.close()
    const replacement = requestOf([pageOf(barsAt(times(newYear, 5, day), 1))], entryOf("1d"))
    const seen = new Map<string, number>()
    for (let step = 1; step < 100; step += 1) {
      const copy = temporaryFolder()
      cpSync(folder, copy, { recursive: true, preserveTimestamps: true })
      const before = JSON.stringify([...stateOf(copy)])
      const dying = await openCache(copy, {
        fileSystem: dyingFileSystem(step).fileSystem,
        clock: { now: () => noon },
      })
      const isWhole = await dying.replaceEntry(replacement).then(
        () => true,
        () => false,
      )
      const rows = (await (await openCache(copy)).read("BTCUSDT", "1d")).openTime.length
      if (rows !== 20) expect([step, JSON.stringify([...stateOf(copy)]) === before]).toEqual([step, false])
      seen.set(String(rows), (seen.get(String(rows)) ?? 0) + 1)
      if (isWhole) break
    }
    expect([...seen.keys()].toSorted()).toEqual(["20", "5"])
  })

  it("follows links to folders, as reading does", async () => {
    const { folder } = await makeCache()
    const other = temporaryFolder()
    symlinkSync(join(folder, "BTCUSDT"), join(other, "BTCUSDT"))
    expect(stateOf(other).get("BTCUSDT/1d/2023.csv.gz")).toBe(stateOf(folder).get("BTCUSDT/1d/2023.csv.gz"))
  })
})
