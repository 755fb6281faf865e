import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { barCount, concatBars, equalBars } from "@barkeep/market-data"
import { describe, expect, it } from "vitest"
import { CacheError, openCache } from "../src/index.ts"
import { dyingFileSystem } from "./faulty-file-system.ts"
import {
  apple,
  barsAt,
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
const clock = { now: () => noon }
const old = barsAt(times(newYear - 30 * day, 60, day))
const fresh = barsAt(times(newYear - 40 * day, 80, day), 1)
const oldPut = requestOf(
  [pageOf(old, {}, { from: Date.UTC(2020, 0), to: newYear + 30 * day })],
  entryOf("1d"),
)
const replacement = requestOf(
  [pageOf(fresh, { provider: "archive" }, { from: Date.UTC(2021, 0), to: newYear + 50 * day })],
  entryOf("1d"),
)

describe("replacing an entry", () => {
  it("leaves only the new rows, provenance and coverage, and keeps the old files aside", async () => {
    const { folder, cache } = await openTemporary()
    await cache.put(oldPut)
    const bytes = readFileSync((await cache.partition("BTCUSDT", "1d", 2023)).data)
    const result = await cache.replaceEntry(replacement)
    expect(result).toMatchObject({ rowsAdded: 80, rowsReplaced: 0, years: [2021, 2022, 2023, 2024] })
    expect(equalBars(await cache.read("BTCUSDT", "1d"), fresh)).toBe(true)
    expect((await cache.provenance("BTCUSDT", "1d")).map((span) => span.provider)).toEqual([
      "archive",
      "archive",
    ])
    expect((await cache.coverage("BTCUSDT", "1d"))[0]).toMatchObject({
      from: Date.UTC(2021, 0),
      provider: "archive",
    })
    expect((await cache.verify()).findings).toEqual([])
    const [aside] = await cache.listQuarantine()
    expect(aside).toEqual(result.quarantined[0])
    expect(aside?.files.map((file) => file.from)).toContain("BTCUSDT/1d/2023.csv.gz")
    expect(
      readFileSync(join(folder, "_barkeep/quarantine", aside?.id ?? "", "2023.csv.gz")).equals(bytes),
    ).toBe(true)
    expect(readdirSync(join(folder, "_barkeep/journal"))).toEqual([])
    expect(readdirSync(join(folder, "BTCUSDT"))).toEqual(["1d"])
  })

  it("may change the adjustment, the zone and the market, which a put may not", async () => {
    const { cache } = await openTemporary()
    await cache.put(
      requestOf([pageOf(barsAt([newYear]))], entryOf("1d", { ...apple, market: "24/7", timeZone: "UTC" })),
    )
    const bars = barsAt([newYear + 5 * hour])
    const request = requestOf([pageOf(bars, { adjustment: "splits" })], entryOf("1d", apple, "splits"))
    await expect(cache.put(request)).rejects.toThrow(CacheError)
    await cache.replaceEntry(request)
    expect(await cache.describe("AAPL", "1d")).toMatchObject({
      adjustment: "splits",
      timezone: "America/New_York",
    })
    expect(equalBars(await cache.read("AAPL", "1d"), bars)).toBe(true)
  })

  it("takes a damaged entry out of the way, which a put refuses to touch", async () => {
    const { cache } = await openTemporary()
    await cache.put(oldPut)
    const { data } = await cache.partition("BTCUSDT", "1d", 2024)
    const { writeFileSync } = await import("node:fs")
    writeFileSync(data, "no gzip")
    await expect(cache.put(oldPut)).rejects.toMatchObject({ reason: { _tag: "CorruptPartition" } })
    await cache.replaceEntry(replacement)
    expect(equalBars(await cache.read("BTCUSDT", "1d"), fresh)).toBe(true)
  })

  it("of an entry that does not exist is a first put, and of one by nothing empties it", async () => {
    const { cache } = await openTemporary()
    expect((await cache.replaceEntry(replacement)).quarantined).toEqual([])
    expect(equalBars(await cache.read("BTCUSDT", "1d"), fresh)).toBe(true)
    await cache.replaceEntry(
      requestOf([pageOf(barsAt([]), {}, { from: newYear, to: newYear + day })], entryOf("1d")),
    )
    expect(barCount(await cache.read("BTCUSDT", "1d"))).toBe(0)
    expect(await cache.coverage("BTCUSDT", "1d")).toMatchObject([{ from: newYear, empty: true }])
    expect(await cache.entries()).toEqual([])
    expect(await cache.listQuarantine()).toHaveLength(1)
  })

  it("can be undone through the quarantine once the new files are out of the way", async () => {
    const { cache } = await openTemporary()
    await cache.put(oldPut)
    const { quarantined } = await cache.replaceEntry(replacement)
    const id = quarantined[0]?.id as string
    await expect(cache.restore(id)).rejects.toMatchObject({ reason: { code: "EEXIST" } })
    for (const year of await cache.listYears("BTCUSDT", "1d"))
      await cache.quarantine("BTCUSDT", "1d", year, "undo")
    await cache.restore(id)
    expect(equalBars(await cache.read("BTCUSDT", "1d"), old)).toBe(true)
    expect((await cache.verify()).findings).toEqual([])
  })

  it("leaves the old entry untouched when a page cannot be stored", async () => {
    const { folder, cache } = await openTemporary()
    await cache.put(oldPut)
    const bad = requestOf([pageOf(fresh), pageOf(barsAt([newYear + 1]))], entryOf("1d"))
    await expect(cache.replaceEntry(bad)).rejects.toMatchObject({ _tag: "InvalidInput" })
    expect(equalBars(await cache.read("BTCUSDT", "1d"), old)).toBe(true)
    expect(readdirSync(join(folder, "BTCUSDT"))).toEqual(["1d"])
  })

  it("that dies at any moment leaves the old entry or the new one, whole, and the next write finishes it", async () => {
    for (let lives = 0; ; lives += 1) {
      const folder = temporaryFolder()
      await (await openCache(folder, { clock })).put(oldPut)
      const dying = await openCache(folder, { clock, fileSystem: dyingFileSystem(lives).fileSystem })
      const isDone = await dying.replaceEntry(replacement).then(
        () => true,
        () => false,
      )
      const reader = await openCache(folder, { clock })
      const rows = await reader.read("BTCUSDT", "1d")
      const isOld = equalBars(rows, old)
      expect([lives, isOld || equalBars(rows, fresh)]).toEqual([lives, true])
      if (isDone) expect(isOld).toBe(false)
      const coverage = await reader.coverage("BTCUSDT", "1d")
      expect(coverage[0]?.from).toBe(isOld ? Date.UTC(2020, 0) : Date.UTC(2021, 0))
      expect((await reader.provenance("BTCUSDT", "1d"))[0]?.provider).toBe(isOld ? "binance" : "archive")
      expect(await reader.listTimeframes("BTCUSDT")).toEqual(["1d"])
      const later = barsAt([newYear + 100 * day], 2)
      const next = await openCache(folder, { clock })
      await next.put(requestOf([pageOf(later)], entryOf("1d")))
      expect(equalBars(await next.read("BTCUSDT", "1d"), concatBars([isOld ? old : fresh, later]))).toBe(true)
      expect((await next.coverage("BTCUSDT", "1d"))[0]?.from).toBe(
        isOld ? Date.UTC(2020, 0) : Date.UTC(2021, 0),
      )
      expect(await next.listQuarantine()).toHaveLength(isOld ? 0 : 1)
      expect(existsSync(join(folder, "_barkeep/journal", "BTCUSDT.1d.json"))).toBe(false)
      await next.replaceEntry(replacement)
      expect((await next.verify()).findings).toEqual([])
      if (isDone) break
    }
  }, 60_000)

  it("is never seen half done by readers beside it", async () => {
    const { folder, cache } = await openTemporary({ durability: "none" })
    const versions = [0, 1].map((version) => ({
      rows: 60 + version,
      request: requestOf(
        [
          pageOf(barsAt(times(newYear - 30 * day, 60 + version, day), version), { provider: `p${version}` }),
          pageOf(
            barsAt([]),
            { provider: `p${version}` },
            { from: Date.UTC(2015 + version, 0), to: Date.UTC(2017, 0) },
          ),
        ],
        entryOf("1d"),
      ),
    }))
    await cache.put(versions[0]?.request as typeof replacement)
    const state = { isRunning: true }
    const writing = (async () => {
      for (let round = 1; round <= 40; round += 1) {
        await cache.replaceEntry(versions[round % 2]?.request as typeof replacement)
        await new Promise((resolve) => void setImmediate(resolve))
      }
      state.isRunning = false
    })()
    const reader = await openCache(folder, { clock })
    let reads = 0
    while (state.isRunning) {
      const bars = await reader.read("BTCUSDT", "1d")
      expect([60, 61]).toContain(barCount(bars))
      const version = barCount(bars) - 60
      expect(equalBars(bars, barsAt(times(newYear - 30 * day, 60 + version, day), version))).toBe(true)
      const coverage = await reader.coverage("BTCUSDT", "1d")
      const first = coverage[0]
      expect(first?.from).toBe(first?.provider === "p0" ? Date.UTC(2015, 0) : Date.UTC(2016, 0))
      expect(new Set(coverage.map((span) => span.provider)).size).toBe(1)
      let streamed = 0
      for await (const piece of reader.readBlocks("BTCUSDT", "1d")) streamed += barCount(piece)
      expect([60, 61]).toContain(streamed)
      expect(await reader.listTimeframes("BTCUSDT")).toEqual(["1d"])
      reads += 1
      await new Promise((resolve) => void setImmediate(resolve))
    }
    await writing
    expect(reads).toBeGreaterThan(5)
    expect(statSync(join(folder, "BTCUSDT/1d")).isDirectory()).toBe(true)
  }, 60_000)
})
