import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from "node:fs"
import { join } from "node:path"
import { barCount, type Bars, concatBars, equalBars, type PutRequest } from "@barkeep/market-data"
import { describe, expect, it } from "vitest"
import { CacheError, nodeFileSystem, openCache } from "../src/index.ts"
import { dyingFileSystem, failingFileSystem } from "./faulty-file-system.ts"
import {
  barsAt,
  bitcoin,
  entryOf,
  noon,
  openTemporary,
  pageOf,
  requestOf,
  temporaryFolder,
  times,
} from "./support.ts"

const newYear = Date.UTC(2024, 0, 1)
const clock = { now: () => noon }
const minute = 60_000

const first = barsAt(times(newYear - 1000 * minute, 2500, minute))
const second = barsAt(times(newYear + 1500 * minute, 500, minute))
const third = barsAt(times(newYear + 2000 * minute, 10, minute))
const both = concatBars([first, second])
const put1 = requestOf([pageOf(first)], entryOf("1m"))
const put2 = requestOf(
  [pageOf(second), pageOf(barsAt([]), {}, { from: Date.UTC(2019, 0), to: Date.UTC(2020, 0) })],
  entryOf("1m"),
)
const put3 = requestOf([pageOf(third)], entryOf("1m"))

const readAll = async (folder: string): Promise<Bars> =>
  (await openCache(folder, { clock })).read("BTCUSDT", "1m")

describe("a writer that dies at any moment", () => {
  it("leaves the old rows or the new ones, and the next writer finishes or clears up", async () => {
    let steps = 0
    for (let lives = 0; ; lives += 1) {
      const folder = temporaryFolder()
      await (await openCache(folder, { clock, compression: "fast" })).put(put1)
      const { fileSystem, changes } = dyingFileSystem(lives)
      const dying = await openCache(folder, { clock, fileSystem, compression: "fast" })
      const outcome = await dying.put(put2).then(
        () => "done",
        (error: unknown) => error,
      )
      const found = await readAll(folder)
      const isOld = equalBars(found, first)
      const isNew = equalBars(found, both)
      expect([lives, isOld || isNew]).toEqual([lives, true])
      if (outcome === "done") expect(isNew).toBe(true)
      else expect(outcome).toBeInstanceOf(CacheError)
      const next = await openCache(folder, { clock, compression: "fast" })
      expect((await next.verify()).findings.filter((finding) => finding.severity === "error")).toEqual([])
      await next.put(put3)
      const after = await readAll(folder)
      expect(equalBars(after, concatBars(isNew ? [both, third] : [first, third]))).toBe(true)
      expect((await next.verify()).findings).toEqual([])
      if (outcome === "done") break
      steps = changes()
    }
    expect(steps).toBeGreaterThan(5)
  })

  it("leaves nothing or everything of the very first write", async () => {
    for (let lives = 0; ; lives += 1) {
      const folder = temporaryFolder()
      const dying = await openCache(folder, { clock, fileSystem: dyingFileSystem(lives).fileSystem })
      const request = requestOf([pageOf(third)], entryOf("1m"))
      const isDone = await dying.put(request).then(
        () => true,
        () => false,
      )
      const rows = barCount(await readAll(folder))
      expect(isDone ? [10] : [0, 10]).toContain(rows)
      const next = await openCache(folder, { clock })
      await next.put(request)
      expect(equalBars(await readAll(folder), third)).toBe(true)
      expect((await next.verify()).findings).toEqual([])
      if (isDone) break
    }
  })
})

describe("a reader between the two renames of a commit", () => {
  const prepare = async (request: PutRequest = put2) => {
    const folder = temporaryFolder()
    const cache = await openCache(folder, { clock })
    await cache.put(put1)
    const { data, metadata } = await cache.partition("BTCUSDT", "1m", 2024)
    const old = { data: readFileSync(data), metadata: readFileSync(metadata) }
    await cache.put(request)
    const tmp = `${metadata}.g2.tmp`
    renameSync(metadata, tmp)
    writeFileSync(metadata, old.metadata)
    return { folder, data, metadata, tmp, old }
  }

  it("uses the new metadata under its temporary name", async () => {
    const { folder } = await prepare()
    const cache = await openCache(folder, { clock })
    expect(equalBars(await cache.read("BTCUSDT", "1m"), both)).toBe(true)
    expect(await cache.provenance("BTCUSDT", "1m")).toMatchObject([
      { rows: 1000 },
      { rows: 2000, provider: "binance" },
    ])
    const range = { from: newYear + 1700 * minute, to: newYear + 1701 * minute }
    expect(barCount(await cache.read("BTCUSDT", "1m", range))).toBe(1)
  })

  it("gets the same from every method", async () => {
    const { folder } = await prepare()
    const cache = await openCache(folder, { clock })
    expect((await cache.stats()).total.rows).toBe(3000)
    expect((await cache.describe("BTCUSDT", "1m"))?.notes).toEqual([])
    const kinds = (await cache.verify()).findings.map((finding) => finding.kind)
    expect(kinds).toEqual(["left-over"])
  })

  it("does so before there was any metadata", async () => {
    const folder = temporaryFolder()
    const cache = await openCache(folder, { clock })
    await cache.put(put1)
    const { metadata } = await cache.partition("BTCUSDT", "1m", 2024)
    renameSync(metadata, `${metadata}.g1.tmp`)
    const other = await openCache(folder, { clock })
    expect(equalBars(await other.read("BTCUSDT", "1m"), first)).toBe(true)
    expect((await other.describe("BTCUSDT", "1m"))?.guessed).toBe(false)
    await other.put(put2)
    expect(equalBars(await other.read("BTCUSDT", "1m"), both)).toBe(true)
    expect((await other.verify()).findings).toEqual([])
  })

  it("still has the rows when the new metadata is lost altogether", async () => {
    const { folder, tmp } = await prepare()
    unlinkSync(tmp)
    const cache = await openCache(folder, { clock })
    expect(equalBars(await cache.read("BTCUSDT", "1m"), both)).toBe(true)
    const [, spans] = await cache.provenance("BTCUSDT", "1m")
    expect(spans).toMatchObject({ rows: 2000, provider: "unknown" })
    await cache.put(put3)
    expect(equalBars(await cache.read("BTCUSDT", "1m"), concatBars([both, third]))).toBe(true)
    expect((await cache.verify()).findings).toEqual([])
  })

  it("ignores temporary files that fit nothing", async () => {
    const { folder, data, metadata } = await prepare()
    const cache = await openCache(folder, { clock })
    writeFileSync(`${data}.g9.tmp`, "half a fi")
    writeFileSync(`${metadata}.g9.tmp`, '{"format_ver')
    expect(equalBars(await cache.read("BTCUSDT", "1m"), both)).toBe(true)
    await cache.put(put3)
    expect(readdirSync(join(folder, "BTCUSDT/1m")).filter((name) => name.endsWith(".tmp"))).toEqual([])
  })
})

describe("a file system that refuses", () => {
  it.each([
    ["writeNew", "ENOSPC", "no space left"],
    ["writeNew", "EIO", "I/O error"],
    ["writeNew", "EDQUOT", "quota"],
    ["rename", "EIO", "I/O error"],
    ["flushFolder", "EIO", "I/O error"],
    ["makeFolder", "EROFS", "read-only"],
    ["makeFolder", "EACCES", "not allowed"],
  ] as const)(
    "%s with %s is a typed error that says what to do, and the old rows stay",
    async (method, code, advice) => {
      const folder = temporaryFolder()
      await (await openCache(folder, { clock })).put(put1)
      const isNew = method === "makeFolder"
      const failing = await openCache(folder, {
        clock,
        fileSystem: failingFileSystem(method, code, (path) => isNew || path.includes("BTCUSDT")),
      })
      const request = isNew
        ? requestOf([pageOf(third)], entryOf("1m", { ...bitcoin, symbol: "NEWUSDT" }))
        : requestOf([pageOf(second)], entryOf("1m"))
      const error = await failing.put(request).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(CacheError)
      expect(error).toMatchObject({ reason: { _tag: "StorageFailure", code } })
      expect((error as CacheError).message).toContain(advice)
      const rows = await readAll(folder)
      // A flush that fails after the renames cannot take them back; the rows are the new ones then.
      expect(method === "flushFolder" ? equalBars(rows, both) : equalBars(rows, first)).toBe(true)
      const next = await openCache(folder, { clock })
      await next.put(put2)
      expect(equalBars(await readAll(folder), both)).toBe(true)
      expect((await next.verify()).findings).toEqual([])
    },
  )

  it("leaves no temporary file behind when the disk is full", async () => {
    const { folder, cache } = await openTemporary()
    await cache.put(put1)
    const full = await openCache(folder, {
      clock,
      fileSystem: failingFileSystem("writeNew", "ENOSPC", (path) => path.includes("metadata")),
    })
    await expect(full.put(put2)).rejects.toThrow("no space left")
    expect(readdirSync(join(folder, "BTCUSDT/1m")).toSorted()).toEqual([
      "2023.csv.gz",
      "2023.metadata.json",
      "2024.csv.gz",
      "2024.metadata.json",
    ])
  })

  it.each(["stat", "listFolder", "open", "statOpen", "readAt"] as const)(
    "to %s a file is a typed error, never fewer rows",
    async (method) => {
      const { folder, cache } = await openTemporary()
      await cache.put(put1)
      const failing = openCache(folder, { clock, fileSystem: failingFileSystem(method, "EIO") }).then(
        (opened) => opened.read("BTCUSDT", "1m"),
      )
      await expect(failing).rejects.toMatchObject({
        _tag: "CacheError",
        reason: { _tag: "StorageFailure", code: "EIO" },
      })
    },
  )

  it("waits a little for a file that another program has open", async () => {
    const { folder } = await openTemporary()
    let refusals = 3
    const fileSystem = failingFileSystem("rename", "EBUSY", () => refusals-- > 0)
    const cache = await openCache(folder, { clock, fileSystem })
    await cache.put(put1)
    expect(equalBars(await cache.read("BTCUSDT", "1m"), first)).toBe(true)
  })

  it("notices that the file was replaced while its start was copied", async () => {
    const { folder, cache } = await openTemporary()
    await cache.put(put1)
    const { data } = await cache.partition("BTCUSDT", "1m", 2024)
    const racing = await openCache(folder, {
      clock,
      fileSystem: {
        ...nodeFileSystem,
        writeNew: async (path, parts, flush, start) => {
          if (start !== undefined) writeFileSync(data, "somebody else's")
          return nodeFileSystem.writeNew(path, parts, flush, start)
        },
      },
    })
    await expect(racing.put(put2)).rejects.toMatchObject({
      reason: { _tag: "StorageFailure", code: "ESTALE" },
    })
    expect(readFileSync(data, "utf8")).toBe("somebody else's")
  })
})

describe("places that cannot be a cache", () => {
  it("are refused when a file is there", async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, "file"), "")
    await expect(openCache(join(folder, "file"))).rejects.toMatchObject({
      _tag: "CacheError",
      operation: "open",
      reason: { _tag: "StorageFailure", code: "ENOTDIR" },
    })
    await expect(openCache(join(folder, "file", "below"))).rejects.toMatchObject({
      reason: { code: "ENOTDIR" },
    })
  })

  it("are refused when the folder cannot be made", async () => {
    const cache = await openCache("/proc/barkeep-cache")
    expect(await cache.listSymbols()).toEqual([])
    await expect(cache.checkWritable()).rejects.toMatchObject({
      reason: { _tag: "StorageFailure", code: "ENOENT" },
    })
    await expect(cache.put(put1)).rejects.toMatchObject({
      _tag: "CacheError",
      reason: { _tag: "StorageFailure" },
    })
  })

  it("are found out before anything is downloaded", async () => {
    const { folder, cache } = await openTemporary()
    await cache.checkWritable()
    expect(readdirSync(join(folder, "_barkeep"))).toEqual([])
    const full = await openCache(folder, { clock, fileSystem: failingFileSystem("writeNew", "EROFS") })
    await expect(full.checkWritable()).rejects.toThrow("read-only")
  })

  it.each([[""], ["a\0b"], [undefined]])("are invalid input when the path is %j", async (folder) => {
    await expect(openCache(folder as string)).rejects.toMatchObject({ _tag: "InvalidInput", field: "folder" })
  })

  it("do not appear by being opened or read", async () => {
    const folder = join(temporaryFolder(), "not", "yet")
    const cache = await openCache(folder)
    expect(barCount(await cache.read("BTCUSDT", "1h"))).toBe(0)
    expect(() => readdirSync(folder)).toThrow("ENOENT")
    await cache.put(requestOf([pageOf(barsAt([newYear]))]))
    expect(barCount(await cache.read("BTCUSDT", "1h"))).toBe(1)
  })
})

describe("a file where a timeframe's folder should be", () => {
  it("is no entry, and a write says what is in its way", async () => {
    const { folder, cache } = await openTemporary()
    mkdirSync(join(folder, "X"))
    copyFileSync(join(import.meta.dirname, "support.ts"), join(folder, "X", "1h"))
    expect(barCount(await cache.read("X", "1h"))).toBe(0)
    await expect(
      cache.put(requestOf([pageOf(barsAt([newYear], 1))], entryOf("1h", { ...bitcoin, symbol: "X" }))),
    ).rejects.toMatchObject({ reason: { code: "ENOTDIR" } })
  })
})
