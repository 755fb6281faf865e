import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { barCount, equalBars } from "@barkeep/market-data"
import { describe, expect, it } from "vitest"
import { CacheError, nodeFileSystem, openCache } from "../src/index.ts"
import { startWriter } from "./child-process.ts"
import {
  barsAt,
  entryOf,
  hour,
  noon,
  openTemporary,
  pageOf,
  requestOf,
  temporaryFolder,
  times,
} from "./support.ts"

const start = Date.UTC(2024, 0, 1)
const request = requestOf([pageOf(barsAt([start]))])

describe.each(["local", "network"] as const)("the %s lock of an entry", (lock) => {
  it("lets two processes write one entry at the same time without losing a row", async () => {
    const folder = temporaryFolder()
    const writers = [0, 1].map((index) => startWriter(folder, "put", String(index * 12), "12", lock))
    expect(await Promise.all(writers.map((writer) => writer.ended))).toEqual([0, 0])
    const cache = await openCache(folder)
    expect(equalBars(await cache.read("BTCUSDT", "1h"), barsAt(times(start, 24)))).toBe(true)
    expect((await cache.verify()).findings).toEqual([])
    const metadata = JSON.parse(readFileSync((await cache.partition("BTCUSDT", "1h", 2024)).metadata, "utf8"))
    expect(metadata.generation).toBe(24)
  }, 60_000)

  it("held by another process stops writers of the entry, nobody else, and is free soon after its holder was killed", async () => {
    const folder = temporaryFolder()
    const holder = startWriter(folder, "hold", "0", "0", lock)
    expect(await holder.nextLine()).toBe("held")
    const cache = await openCache(folder, { lock, lockTimeoutMillis: 60, leaseMillis: 60_000 })
    const error = await cache.put(request).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(CacheError)
    expect(error).toMatchObject({
      operation: "lock",
      reason: { _tag: "LockHeld", by: { pid: expect.any(Number) } },
    })
    expect((error as CacheError).message).toMatch(/process \d+ on .+, since 20/)
    expect(barCount(await cache.read("BTCUSDT", "1h"))).toBe(0)
    const other = requestOf([pageOf(barsAt([start]))], entryOf("1d"))
    expect(await cache.put(other)).toMatchObject({ rowsAdded: 1 })

    const patient = await openCache(folder, { lock, leaseMillis: 60_000 })
    const reason = new Error("enough")
    const controller = new AbortController()
    const waiting = patient.put(request, { signal: controller.signal })
    setTimeout(() => controller.abort(reason), 50)
    await expect(waiting).rejects.toBe(reason)
    await expect(patient.put(request, { signal: controller.signal })).rejects.toBe(reason)

    holder.kill("SIGKILL")
    await holder.ended
    const next = await openCache(folder, { lock, leaseMillis: 200 })
    expect(await next.put(request)).toMatchObject({ rowsAdded: 1 })
  })

  it("puts writers of one process in a queue", async () => {
    const { cache } = await openTemporary({ lock, lockTimeoutMillis: 1 })
    const puts = times(start, 20).map((time) => cache.put(requestOf([pageOf(barsAt([time]))])))
    expect((await Promise.all(puts)).reduce((rows, result) => rows + result.rowsAdded, 0)).toBe(20)
    expect(equalBars(await cache.read("BTCUSDT", "1h"), barsAt(times(start, 20)))).toBe(true)
    await cache.close()
  })

  it("is let go when a write fails", async () => {
    const { cache } = await openTemporary({ lock, lockTimeoutMillis: 1 })
    await cache.put(request)
    const wrong = requestOf(
      [pageOf(barsAt([start + hour]), { adjustment: "splits" })],
      entryOf("1h", undefined, "splits"),
    )
    for (let round = 0; round < 3; round += 1)
      await expect(cache.put(wrong)).rejects.toMatchObject({ reason: { _tag: "MixedAdjustment" } })
    await cache.put(requestOf([pageOf(barsAt([start + hour]))]))
  })
})

describe("the local lock", () => {
  it("is held however busy its process is", async () => {
    const folder = temporaryFolder()
    const holder = startWriter(folder, "block", "0", "0", "local")
    expect(await holder.nextLine()).toBe("held")
    const cache = await openCache(folder, { lock: "local", lockTimeoutMillis: 500 })
    await expect(cache.put(request)).rejects.toMatchObject({ reason: { _tag: "LockHeld" } })
    expect(await holder.nextLine()).toBe("released")
    await cache.put(request)
  })
})

describe("the lease of a network folder", () => {
  it("is kept alive by its holder for longer than it lasts", async () => {
    const folder = temporaryFolder()
    const holder = startWriter(folder, "hold", "0", "0", "network")
    expect(await holder.nextLine()).toBe("held")
    const cache = await openCache(folder, { lock: "network", leaseMillis: 500, lockTimeoutMillis: 1500 })
    await expect(cache.put(request)).rejects.toMatchObject({ reason: { _tag: "LockHeld" } })
  })

  it("that was lost meanwhile stops its late holder before it renames anything", async () => {
    const folder = temporaryFolder()
    await (await openCache(folder)).put(request)
    let stolen = false
    const late = await openCache(folder, {
      lock: "network",
      leaseMillis: 100,
      fileSystem: {
        ...nodeFileSystem,
        writeNew: async (path, parts, flush, from) => {
          await nodeFileSystem.writeNew(path, parts, flush, from)
          if (stolen || !path.includes("metadata")) return
          stolen = true
          // As if this process had slept: its lease goes to another one, which writes.
          const lease = join(folder, "_barkeep/locks/BTCUSDT.1h.lease")
          writeFileSync(
            join(lease, "holder.json"),
            JSON.stringify({ pid: 1, host: "other", since: noon, token: "other" }),
          )
        },
      },
    })
    await expect(late.put(requestOf([pageOf(barsAt([start + hour]))]))).rejects.toMatchObject({
      reason: { _tag: "LockHeld", by: { host: "other" } },
    })
    expect(barCount(await late.read("BTCUSDT", "1h"))).toBe(1)
  })

  it("is used where the file system says that other machines may write", async () => {
    const folder = temporaryFolder()
    const cache = await openCache(folder, { fileSystem: { ...nodeFileSystem, kindOf: () => 0x6969 } })
    mkdirSync(join(folder, "_barkeep/locks/BTCUSDT.1h.lease"), { recursive: true })
    const impatient = await openCache(folder, {
      fileSystem: { ...nodeFileSystem, kindOf: () => 0x6969 },
      lockTimeoutMillis: 50,
    })
    await expect(impatient.put(request)).rejects.toMatchObject({
      reason: { _tag: "LockHeld", by: undefined },
    })
    await (await openCache(folder, { lock: "local" })).put(request)
    expect(barCount(await cache.read("BTCUSDT", "1h"))).toBe(1)
  })
})

describe("a generation", () => {
  it("that moved on under a writer's hands fails its commit", async () => {
    const folder = temporaryFolder()
    await (await openCache(folder)).put(request)
    let intruded = false
    const other = await openCache(folder, {
      fileSystem: {
        ...nodeFileSystem,
        writeNew: async (path, parts, flush, from) => {
          await nodeFileSystem.writeNew(path, parts, flush, from)
          if (intruded || !path.includes("metadata")) return
          intruded = true
          const { metadata } = await other.partition("BTCUSDT", "1h", 2024)
          const text = readFileSync(metadata, "utf8")
          writeFileSync(metadata, text.replace('"generation": 1', '"generation": 7'))
        },
      },
    })
    await expect(other.put(requestOf([pageOf(barsAt([start + hour]))]))).rejects.toMatchObject({
      reason: { _tag: "GenerationConflict", expected: 1, found: 7 },
    })
    expect(barCount(await other.read("BTCUSDT", "1h"))).toBe(1)
  })
})
