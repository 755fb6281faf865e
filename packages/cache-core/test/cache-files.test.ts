import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs"
import { dirname, join, relative } from "node:path"
import { gunzipSync, gzipSync } from "node:zlib"
import {
  barCount,
  equalBars,
  findTilingIssue,
  missingRanges,
  sliceBars,
  sliceRows,
} from "@barkeep/market-data"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type CacheFiles, type CacheOptions, openCache, openCacheFiles } from "../src/index.ts"
import { startWriter } from "./child-process.ts"
import { dyingFileSystem, failingFileSystem } from "./faulty-file-system.ts"
import {
  barsAt,
  bitcoin,
  day,
  entryOf,
  noon,
  openTemporary,
  pageOf,
  requestOf,
  temporaryFolder,
  times,
} from "./support.ts"

/** Far longer than it takes: a slow machine must not fail the tests that try many moments. */
const timeout = 300_000
const minute = 60_000
const newYear = Date.UTC(2024, 0, 1)
const clock = { now: () => noon }
const rows = barsAt(times(newYear, 4 * 1440, minute))
const range = { from: newYear, to: newYear + 4 * day }
const entry = { symbol: "BTCUSDT", timeframe: "1m" } as const
const year = { ...entry, year: 2024, why: "damaged" }

/** Four blocks of a day each, and the year before with a day of its own. */
const stored = async (options: CacheOptions = {}) => {
  const { folder, cache } = await openTemporary({ compression: "fast" })
  const before = barsAt(times(newYear - day, 1440, minute))
  await cache.put(
    requestOf(
      [pageOf(before, {}, { from: newYear - day, to: newYear }), pageOf(rows, {}, range)],
      entryOf("1m"),
    ),
  )
  const paths = await cache.partition("BTCUSDT", "1m", 2024)
  const { blocks } = JSON.parse(readFileSync(paths.metadata, "utf8"))
  return { folder, ...paths, blocks, files: await openCacheFiles(folder, { clock, ...options }) }
}

/** A cache folder with one file of another program. */
const foreign = (text: string | Uint8Array, name = "BTCUSDT/1d/2017.csv.gz"): string => {
  const folder = temporaryFolder()
  const file = join(folder, name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, typeof text === "string" ? gzipSync(text) : text)
  return folder
}

const daysText = (count: number, first = "2017-01-01"): string =>
  [
    "timestamp,open,high,low,close,volume",
    ...Array.from({ length: count }, (_, index) => {
      const date = new Date(Date.parse(first) + index * day).toISOString().slice(0, 10)
      return `${date},${100 + index},${102 + index},${99 + index},${101.5 + index},${1000 + index}`
    }),
    "",
  ].join("\n")

/** Every file below the folder but our own notes and locks, with its bytes. */
const snapshot = (folder: string): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((item) => item.isFile())
      .map((item) => join(item.parentPath, item.name))
      .map((file) => [relative(folder, file), readFileSync(file).toString("base64")] as const)
      .filter(([name]) => !name.startsWith("_barkeep"))
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )

const flip = (file: string, position: number): void => {
  const bytes = readFileSync(file)
  bytes[position] = (bytes[position] as number) ^ 0x10
  writeFileSync(file, bytes)
}

const inBlock = (blocks: { readonly length: ReadonlyArray<number> }, block: number): number =>
  10 + blocks.length.slice(0, block).reduce((sum, length) => sum + length, 0) + 50

const setAsideId = async (files: CacheFiles, request: Parameters<CacheFiles["setAside"]>[0] = year) => {
  const outcome = await files.setAside(request)
  if (outcome._tag !== "SetAside") throw new Error(`not set aside but ${JSON.stringify(outcome)}`)
  return outcome.quarantined.id
}

describe("setting a year aside", () => {
  it("moves data and metadata with the reason, and restore gives the exact bytes back", async () => {
    const { folder, files } = await stored()
    const before = snapshot(folder)
    const id = await setAsideId(files)
    expect([...snapshot(folder).keys()]).toEqual(["BTCUSDT/1m/2023.csv.gz", "BTCUSDT/1m/2023.metadata.json"])
    expect(await files.cases()).toMatchObject([
      { id, why: "damaged", at: noon, year: 2024, readable: { rows: 5760, claimedRows: 5760, proven: true } },
    ])
    await files.restore(id)
    expect(snapshot(folder)).toEqual(before)
    expect(await files.cases()).toEqual([])
  })

  it("gives back any damage byte for byte", { timeout }, async () => {
    const { folder, data, files } = await stored({ durability: "none" })
    const sound = readFileSync(data)
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(sound.length - 1), { maxLength: 4 }),
        fc.option(fc.nat(sound.length)),
        fc.uint8Array({ maxLength: 20 }),
        async (flips, cut, more) => {
          const bytes = Buffer.from(sound)
          for (const position of flips) bytes[position] = (bytes[position] as number) ^ 0x41
          const damaged = Buffer.concat([bytes.subarray(0, cut ?? bytes.length), more])
          writeFileSync(data, damaged)
          const before = snapshot(folder)
          const id = await setAsideId(files)
          expect(existsSync(data)).toBe(false)
          await files.restore(id)
          expect(snapshot(folder)).toEqual(before)
        },
      ),
      { numRuns: 10 },
    )
  })

  it("takes whatever bytes another program left, and gives them back", { timeout }, async () => {
    const lines = fc.array(
      fc.oneof(
        fc.constantFrom(
          "2017-01-01,1,2,0.5,1.5,7",
          "2017-02-30,1,2,0.5,1.5,7",
          "9999-12-31,1,2,1,1,1",
          "",
          "a,b",
        ),
        fc.string({ maxLength: 30 }),
      ),
      { maxLength: 6 },
    )
    const text = lines.map((rest) => ["timestamp,open,high,low,close,volume", ...rest].join("\n"))
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      text.map((content) => Buffer.from(content)),
      text.map((content) => gzipSync(content)),
      fc.tuple(text, fc.nat(60)).map(([content, cut]) => gzipSync(content).subarray(0, cut)),
    )
    const folder = foreign("")
    const file = join(folder, "BTCUSDT/1d/2017.csv.gz")
    const files = await openCacheFiles(folder, { clock, durability: "none", instrumentOf: () => bitcoin })
    const request = { symbol: "BTCUSDT", timeframe: "1d", year: 2017, why: "test" } as const
    await fc.assert(
      fc.asyncProperty(bytes, async (content) => {
        writeFileSync(file, content)
        const { findings } = await files.inspect()
        const id = await setAsideId(files, request)
        const [readable] = (await files.cases()).map((one) => one.readable)
        const isDamaged = findings.some(({ severity }) => severity === "error")
        if (!isDamaged) expect(readable?.leftOut).toEqual([])
        await files.restore(id)
        expect(readFileSync(file).equals(content)).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  it("leaves files alone that have changed since they were looked at", async () => {
    const { data, folder, files } = await stored()
    flip(data, 100)
    const [finding] = (await files.inspect()).findings
    expect(finding?.mark).toBeDefined()
    flip(data, 100)
    const mark = finding?.mark as string
    const before = snapshot(folder)
    expect(await files.setAside({ ...year, mark })).toEqual({ _tag: "Changed" })
    expect(snapshot(folder)).toEqual(before)
    rmSync(data)
    expect(await files.setAside({ ...year, mark })).toEqual({ _tag: "Changed" })
  })

  it("leaves an entry alone that another process writes to, and names the process", { timeout }, async () => {
    const { folder, cache } = await openTemporary()
    await cache.put(requestOf([pageOf(barsAt(times(newYear, 3)))]))
    const files = await openCacheFiles(folder, { clock, lockTimeoutMillis: 50 })
    const holder = startWriter(folder, "hold")
    expect(await holder.nextLine()).toBe("held")
    const request = { symbol: "BTCUSDT", timeframe: "1h", year: 2024, why: "test" } as const
    expect(await files.findWriter(request)).toMatch(/^process \d+ on .* holds its lock$/)
    expect(await files.setAside(request)).toMatchObject({
      _tag: "Busy",
      what: expect.stringContaining("process"),
    })
    holder.kill("SIGKILL")
    await holder.ended
    expect(await files.findWriter(request)).toBeUndefined()
    expect(await files.setAside(request)).toMatchObject({ _tag: "SetAside" })
  })

  it.skipIf(process.platform !== "linux")(
    "leaves a file alone that a program without our locks has open for writing",
    async () => {
      const folder = foreign(daysText(40))
      const file = join(folder, "BTCUSDT/1d/2017.csv.gz")
      const files = await openCacheFiles(folder, { clock })
      const { spawn } = await import("node:child_process")
      const script = `require("node:fs").openSync(${JSON.stringify(file)}, "a"); console.log("open"); setInterval(() => {}, 1000)`
      const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] })
      try {
        await new Promise((resolve) => void child.stdout.once("data", resolve))
        const request = { symbol: "BTCUSDT", timeframe: "1d", year: 2017, why: "test" } as const
        expect(await files.setAside(request)).toEqual({
          _tag: "Busy",
          what: `process ${child.pid} has it open for writing`,
        })
        const closed = new Promise((resolve) => void child.once("close", resolve))
        child.kill("SIGKILL")
        await closed
        expect(await files.setAside(request)).toMatchObject({ _tag: "SetAside" })
      } finally {
        child.kill("SIGKILL")
      }
    },
  )

  it("looks again at a file that was written a moment ago", async () => {
    const folder = foreign(daysText(40))
    const file = join(folder, "BTCUSDT/1d/2017.csv.gz")
    const now = 1_800_000_000_000
    utimesSync(file, (now - 1700) / 1000, (now - 1700) / 1000)
    const files = await openCacheFiles(folder, { clock: { now: () => now } })
    const request = { symbol: "BTCUSDT", timeframe: "1d", year: 2017, why: "test" } as const
    const outcome = files.setAside(request)
    // The lock's files appear before the wait begins; the write falls into it.
    while (!existsSync(join(folder, "_barkeep/locks/BTCUSDT.1d.lock.json")))
      await new Promise((resolve) => void setTimeout(resolve, 1))
    await new Promise((resolve) => void setTimeout(resolve, 100))
    writeFileSync(file, "more")
    expect(await outcome).toMatchObject({ _tag: "Busy" })
    expect(readFileSync(file, "utf8")).toBe("more")
  })

  it("does not follow symbolic links out of the cache", async () => {
    const outside = foreign("no header\n1\n", "1d/2017.csv.gz")
    const folder = temporaryFolder()
    symlinkSync(outside, join(folder, "BTCUSDT"))
    const before = snapshot(outside)
    const files = await openCacheFiles(folder, { clock })
    const request = { symbol: "BTCUSDT", timeframe: "1d", year: 2017, why: "test" } as const
    expect((await files.inspect()).findings).toMatchObject([{ kind: "damaged-data" }])
    expect(await files.setAside(request)).toMatchObject({ _tag: "Outside" })
    expect(snapshot(outside)).toEqual(before)
  })

  it("does not move a symbolic link in the place of a file", async () => {
    const outside = foreign("no header\n1\n", "elsewhere.csv.gz")
    const folder = temporaryFolder()
    mkdirSync(join(folder, "BTCUSDT/1d"), { recursive: true })
    symlinkSync(join(outside, "elsewhere.csv.gz"), join(folder, "BTCUSDT/1d/2017.csv.gz"))
    const files = await openCacheFiles(folder, { clock })
    const request = { symbol: "BTCUSDT", timeframe: "1d", year: 2017, why: "test" } as const
    expect(await files.setAside(request)).toMatchObject({ _tag: "Outside" })
  })

  it("restores nothing through a symbolic link that leads out of the cache", async () => {
    const { folder, files } = await stored()
    const id = await setAsideId(files)
    const outside = temporaryFolder()
    rmSync(join(folder, "BTCUSDT"), { recursive: true })
    symlinkSync(outside, join(folder, "BTCUSDT"))
    await expect(files.restore(id)).rejects.toThrow("outside the cache")
    expect(readdirSync(outside)).toEqual([])
  })

  it("works when the quarantine is on another device", async () => {
    const isCase = (file: string): boolean => file.includes("1m/2024") && !file.endsWith(".tmp")
    const { folder, files } = await stored({ fileSystem: failingFileSystem("rename", "EXDEV", isCase) })
    const before = snapshot(folder)
    const id = await setAsideId(files)
    expect([...snapshot(folder).keys()].some((name) => name.includes("2024"))).toBe(false)
    const other = await openCacheFiles(folder, { clock })
    await other.restore(id)
    expect(snapshot(folder)).toEqual(before)
  })

  it("gives two cases of one moment two names", async () => {
    const { files } = await stored()
    const first = await setAsideId(files)
    const second = await setAsideId(files, { ...year, year: 2023 })
    await files.restore(second)
    const third = await setAsideId(files, { ...year, year: 2023 })
    expect(new Set([first, second, third]).size).toBe(3)
    await files.restore(first)
    await files.restore(third)
    expect(await files.cases()).toEqual([])
  })

  it("lets two of them run at once: one moves, the other finds it gone", async () => {
    const { folder, files } = await stored()
    const other = await openCacheFiles(folder, { clock })
    const outcomes = await Promise.all([files.setAside(year), other.setAside(year)])
    expect(outcomes.map(({ _tag }) => _tag).toSorted()).toEqual(["Changed", "SetAside"])
    expect(await files.cases()).toHaveLength(1)
  })
})

/** Every content that was there before is in the cache or in the quarantine. */
const contents = (folder: string): ReadonlySet<string> =>
  new Set(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((item) => item.isFile() && /^\d{4}\./.test(item.name))
      .map((item) => readFileSync(join(item.parentPath, item.name)).toString("base64")),
  )

describe("a process that dies at any moment", () => {
  it("while it sets a year aside loses nothing, and the next run finishes", { timeout }, async () => {
    const { folder: pattern, data } = await stored()
    flip(data, 200)
    const before = contents(pattern)
    for (let lives = 0; ; lives += 1) {
      const folder = temporaryFolder()
      cpSync(pattern, folder, { recursive: true })
      const { fileSystem, changes } = dyingFileSystem(lives)
      const dying = await openCacheFiles(folder, { clock, fileSystem })
      const died = await dying.setAside(year).then(
        () => false,
        () => true,
      )
      expect(contents(folder)).toEqual(before)
      const files = await openCacheFiles(folder, { clock })
      await files.finishInterrupted()
      if (existsSync(join(folder, "BTCUSDT/1m/2024.csv.gz"))) await setAsideId(files)
      expect(readdirSync(join(folder, "BTCUSDT/1m"))).toEqual(["2023.csv.gz", "2023.metadata.json"])
      expect(contents(folder)).toEqual(before)
      const [found, ...others] = (await files.cases()).filter((one) => one.files.length > 0)
      expect(others).toEqual([])
      expect(found?.files).toHaveLength(2)
      await files.restore(found?.id as string)
      expect(contents(folder)).toEqual(before)
      expect(readFileSync(join(folder, "BTCUSDT/1m/2024.csv.gz")).equals(readFileSync(data))).toBe(true)
      if (!died) {
        expect(changes()).toBeGreaterThan(6)
        break
      }
    }
  })

  it("while it restores loses nothing, and the next restore finishes", { timeout }, async () => {
    const { folder: pattern, data, files: first } = await stored()
    flip(data, 200)
    const before = snapshot(pattern)
    const id = await setAsideId(first)
    for (let lives = 0; ; lives += 1) {
      const folder = temporaryFolder()
      cpSync(pattern, folder, { recursive: true })
      const { fileSystem } = dyingFileSystem(lives)
      const dying = await openCacheFiles(folder, { clock, fileSystem })
      const died = await dying.restore(id).then(
        () => false,
        () => true,
      )
      const files = await openCacheFiles(folder, { clock })
      await files.finishInterrupted()
      if ((await files.cases()).length > 0) await files.restore(id)
      expect(snapshot(folder)).toEqual(before)
      if (!died) break
    }
  })

  it("while it deletes a case leaves the whole case or none", { timeout }, async () => {
    const { folder: pattern, files: first } = await stored()
    const id = await setAsideId(first)
    for (let lives = 0; ; lives += 1) {
      const folder = temporaryFolder()
      cpSync(pattern, folder, { recursive: true })
      const { fileSystem } = dyingFileSystem(lives)
      const dying = await openCacheFiles(folder, { clock, fileSystem })
      const died = await dying.expire(id).then(
        () => false,
        () => true,
      )
      const files = await openCacheFiles(folder, { clock })
      await files.finishInterrupted()
      const cases = await files.cases()
      if (cases.length > 0) await files.restore(id)
      else expect(readdirSync(join(folder, "_barkeep/quarantine"))).toEqual([])
      if (!died) break
    }
  })
})

describe("a case whose place is taken", () => {
  it("is restored over newer files only when asked, which then go to the quarantine", async () => {
    const { folder, files } = await stored()
    const before = snapshot(folder)
    const id = await setAsideId(files)
    const cache = await openCache(folder, { clock })
    await cache.put(requestOf([pageOf(barsAt(times(newYear, 5, minute)))], entryOf("1m")))
    const newer = snapshot(folder)
    await expect(files.restore(id)).rejects.toMatchObject({
      reason: { _tag: "StorageFailure", code: "EEXIST" },
    })
    expect(snapshot(folder)).toEqual(newer)
    await files.restore(id, { replace: true })
    expect(snapshot(folder)).toEqual(before)
    const [aside] = await files.cases()
    expect(aside?.why).toContain(id)
    const kept = join(folder, "_barkeep/quarantine", aside?.id as string, "2024.csv.gz")
    const bytes = readFileSync(kept)
    writeFileSync(kept, "changed")
    await expect(files.restore(aside?.id as string, { replace: true })).rejects.toMatchObject({
      reason: { _tag: "ChecksumMismatch" },
    })
    expect(snapshot(folder)).toEqual(before)
    writeFileSync(kept, bytes)
    await files.restore(aside?.id as string, { replace: true })
    expect(snapshot(folder)).toEqual(newer)
  })
})

describe("damaged metadata of a whole year", () => {
  it("is written anew by what the other years say; the rows stay, their origin is unknown", async () => {
    const { folder, data, metadata, files } = await stored()
    const bytes = readFileSync(data)
    truncateSync(metadata, 100)
    const { findings } = await files.inspect()
    expect(findings).toMatchObject([{ kind: "damaged-metadata", path: metadata, year: 2024 }])
    const mark = findings[0]?.mark as string
    expect(await files.rebuild({ ...entry, year: 2024, mark })).toMatchObject({ _tag: "SetAside" })
    const cache = await openCache(folder, { clock })
    expect((await cache.verify()).findings).toEqual([])
    expect(equalBars(await cache.read("BTCUSDT", "1m", range), rows)).toBe(true)
    expect(gunzipSync(readFileSync(data)).equals(gunzipSync(bytes))).toBe(true)
    expect(await cache.provenance("BTCUSDT", "1m", range)).toMatchObject([
      { provider: "unknown", rows: 5760, adjustment: "none" },
    ])
    const [aside] = await files.cases()
    expect(aside).toMatchObject({ copied: true, year: 2024 })
    const kept = join(folder, "_barkeep/quarantine", aside?.id as string)
    expect(readdirSync(kept).toSorted()).toEqual(["2024.csv.gz", "2024.metadata.json", "quarantine.json"])
    expect(readFileSync(join(kept, "2024.metadata.json")).length).toBe(100)
  })

  it("is not guessed when no other year says what it is", async () => {
    const { folder, metadata, files } = await stored()
    truncateSync(metadata, 100)
    for (const name of ["2023.csv.gz", "2023.metadata.json"]) rmSync(join(folder, "BTCUSDT/1m", name))
    const before = snapshot(folder)
    expect(await files.rebuild({ ...entry, year: 2024 })).toEqual({ _tag: "KindUnknown" })
    expect(snapshot(folder)).toEqual(before)
  })

  it("is told apart from damage of both files", async () => {
    const { data, metadata, files } = await stored()
    truncateSync(metadata, 100)
    flip(data, 300)
    expect((await files.inspect()).findings.map(({ kind }) => kind)).toEqual([
      "damaged-metadata",
      "damaged-data",
    ])
  })
})

describe("other files of an entry", () => {
  it("damaged answers are found and moved, and are asked for again", async () => {
    const { folder, cache } = await openTemporary()
    const empty = { from: newYear - 400 * day, to: newYear - 399 * day }
    await cache.put(requestOf([pageOf(barsAt([]), {}, empty), pageOf(barsAt(times(newYear, 3)))]))
    const file = join(folder, "_barkeep/coverage/BTCUSDT/1h.json")
    truncateSync(file, 20)
    const files = await openCacheFiles(folder, { clock })
    expect((await files.inspect()).findings).toMatchObject([
      { severity: "error", kind: "damaged-metadata", path: file, symbol: "BTCUSDT", timeframe: "1h" },
    ])
    const id = await setAsideId(files, { symbol: "BTCUSDT", timeframe: "1h", files: [file], why: "damaged" })
    expect((await files.inspect()).findings).toEqual([])
    expect(missingRanges(empty, await cache.coverage("BTCUSDT", "1h"))).toEqual([empty])
    await files.restore(id)
    expect(readFileSync(file).length).toBe(20)
  })

  it("a damaged note of a replacement is found", async () => {
    const { folder, files } = await stored()
    const file = join(folder, "_barkeep/journal/BTCUSDT.1m.json")
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, "{")
    expect((await files.inspect()).findings).toMatchObject([{ severity: "error", path: file }])
  })
})

describe("what a killed writer left", () => {
  it("is finished when it counts, and else moved, never deleted", { timeout }, async () => {
    const { folder: pattern } = await stored()
    const more = requestOf([pageOf(barsAt(times(newYear + 4 * day, 10, minute)))], entryOf("1m"))
    for (let lives = 1; ; lives += 1) {
      const folder = temporaryFolder()
      cpSync(pattern, folder, { recursive: true })
      const { fileSystem } = dyingFileSystem(lives)
      const died = await openCache(folder, { clock, fileSystem }).then((cache) =>
        cache.put(more).then(
          () => false,
          () => true,
        ),
      )
      const files = await openCacheFiles(folder, { clock })
      const there = readdirSync(join(folder, "BTCUSDT/1m")).filter((name) => name.endsWith(".tmp"))
      const leftOver = (await files.inspect()).findings.filter(({ kind }) => kind === "left-over")
      expect(leftOver).toHaveLength(there.length)
      const tidied = await files.tidy(entry)
      if (tidied._tag !== "Tidied") throw new Error("busy")
      expect(tidied.completed + tidied.quarantined.flatMap((one) => one.files).length).toBe(there.length)
      const cache = await openCache(folder, { clock })
      expect((await cache.verify()).findings).toEqual([])
      expect([5760, 5770]).toContain(barCount(await cache.read("BTCUSDT", "1m", { ...range, to: noon })))
      expect(await files.tidy(entry)).toEqual({ _tag: "Tidied", completed: 0, locks: 0, quarantined: [] })
      if (!died) break
    }
  })

  it("in the staging folder of a replacement is moved, too", async () => {
    const { folder, files } = await stored()
    mkdirSync(join(folder, "BTCUSDT/_1m.new"))
    writeFileSync(join(folder, "BTCUSDT/_1m.new/2024.csv.gz"), "half")
    expect((await files.inspect()).findings).toMatchObject([
      { kind: "left-over", symbol: "BTCUSDT", timeframe: "1m" },
    ])
    expect(await files.tidy(entry)).toMatchObject({
      _tag: "Tidied",
      quarantined: [{ files: [{ sizeBytes: 4 }] }],
    })
    expect(existsSync(join(folder, "BTCUSDT/_1m.new"))).toBe(false)
    expect((await files.inspect()).findings).toEqual([])
  })

  it("as a lease of a process that is gone is found and removed", async () => {
    const { folder, files } = await stored({ lock: "network", leaseMillis: 100, lockTimeoutMillis: 5000 })
    const { hostname } = await import("node:os")
    const lease = join(folder, "_barkeep/locks/BTCUSDT.1m.lease")
    mkdirSync(lease, { recursive: true })
    writeFileSync(
      join(lease, "holder.json"),
      JSON.stringify({ pid: 4_194_305, host: hostname(), since: noon, token: "x", beat: 1 }),
    )
    mkdirSync(`${lease}.stale-1-1`)
    expect((await files.inspect()).findings.map(({ kind, path }) => [kind, relative(folder, path)])).toEqual([
      ["stale-lock", "_barkeep/locks/BTCUSDT.1m.lease"],
      ["stale-lock", "_barkeep/locks/BTCUSDT.1m.lease.stale-1-1"],
    ])
    expect(await files.findWriter(entry)).toBeUndefined()
    expect(await files.tidy(entry)).toMatchObject({ _tag: "Tidied", locks: 1 })
    expect((await files.inspect()).findings).toEqual([])
  })

  it("as a lease of another machine is a writer, since nothing says that it is gone", async () => {
    const { folder, files } = await stored({ lock: "network", leaseMillis: 60_000, lockTimeoutMillis: 50 })
    const lease = join(folder, "_barkeep/locks/BTCUSDT.1m.lease")
    mkdirSync(lease, { recursive: true })
    writeFileSync(join(lease, "holder.json"), JSON.stringify({ pid: 1, host: "elsewhere", since: noon }))
    expect((await files.inspect()).findings).toEqual([])
    expect(await files.findWriter(entry)).toContain("process 1 on elsewhere")
    expect(await files.tidy(entry)).toMatchObject({ _tag: "Busy" })
    expect(await files.setAside(year)).toMatchObject({ _tag: "Busy" })
  })
})

describe("salvaging", () => {
  it("puts the intact blocks of a year of ours back with their origin, and asks for the lost day again", async () => {
    const { folder, data, blocks, files } = await stored()
    flip(data, inBlock(blocks, 2))
    const id = await setAsideId(files)
    expect(await files.salvage(id)).toEqual({ id, rows: 4320, rowsAdded: 4320, rowsDiffering: 0 })
    const cache = await openCache(folder, { clock })
    const bars = await cache.read("BTCUSDT", "1m", range)
    expect(
      equalBars(sliceBars(bars, { from: newYear, to: newYear + 2 * day }), sliceRows(rows, 0, 2880)),
    ).toBe(true)
    const spans = await cache.provenance("BTCUSDT", "1m", range)
    expect(findTilingIssue(spans, bars.openTime)).toBeUndefined()
    expect(
      spans.every(({ provider, evidence }) => provider === "binance" && evidence?.["quarantine"] === id),
    ).toBe(true)
    expect(missingRanges(range, await cache.coverage("BTCUSDT", "1m"))).toEqual([
      { from: newYear + 2 * day, to: newYear + 3 * day },
    ])
    expect((await cache.verify()).findings).toEqual([])
    expect(await files.cases()).toMatchObject([{ id, salvagedAt: noon }])
    expect(await files.salvage(id)).toMatchObject({ rowsAdded: 0, rowsDiffering: 0 })
  })

  it("puts the lines before the cut of another program's file back, their origin unknown and open to a new answer", async () => {
    const whole = gzipSync(daysText(300))
    const folder = foreign(whole.subarray(0, whole.length >> 1))
    const files = await openCacheFiles(folder, { clock, instrumentOf: () => bitcoin })
    const id = await setAsideId(files, { symbol: "BTCUSDT", timeframe: "1d", year: 2017, why: "cut" })
    const [found] = await files.cases()
    const count = found?.readable?.rows as number
    expect(count).toBeGreaterThan(50)
    expect(found?.readable).toMatchObject({ proven: false, firstOpenTime: Date.UTC(2017, 0, 1) })
    const beside = readFileSync(join(folder, "_barkeep/quarantine", id, "readable.csv.gz"))
    expect(gunzipSync(beside).toString()).toBe(daysText(300).slice(0, gunzipSync(beside).length))
    expect(gunzipSync(beside).toString().trimEnd().split("\n")).toHaveLength(count + 1)
    expect(await files.salvage(id)).toMatchObject({ rows: count, rowsAdded: count })
    const cache = await openCache(folder, { clock })
    const text = gunzipSync(readFileSync(join(folder, "BTCUSDT/1d/2017.csv.gz"))).toString()
    expect(daysText(300).startsWith(text)).toBe(true)
    expect(await cache.provenance("BTCUSDT", "1d")).toMatchObject([
      { provider: "unknown", method: "unknown", settled: false, evidence: { covered_by_checksum: "no" } },
    ])
    expect((await cache.coverage("BTCUSDT", "1d")).every(({ settled }) => !settled)).toBe(true)
  })

  it("is refused when nothing says of which market the rows are", async () => {
    const whole = gzipSync(daysText(300))
    const folder = foreign(whole.subarray(0, whole.length >> 1))
    const files = await openCacheFiles(folder, { clock })
    const id = await setAsideId(files, { symbol: "BTCUSDT", timeframe: "1d", year: 2017, why: "cut" })
    await expect(files.salvage(id)).rejects.toThrow("nothing says of which market BTCUSDT is")
    expect(existsSync(join(folder, "BTCUSDT/1d/2017.csv.gz"))).toBe(false)
  })

  it("does not touch rows that were fetched meanwhile", async () => {
    const { folder, data, blocks, files } = await stored()
    flip(data, inBlock(blocks, 2))
    const id = await setAsideId(files)
    const cache = await openCache(folder, { clock })
    const fetched = pageOf(barsAt(times(newYear, 10, minute), 7), { settled: false })
    await cache.put(requestOf([fetched], entryOf("1m")))
    expect(await files.salvage(id)).toEqual({ id, rows: 4320, rowsAdded: 4310, rowsDiffering: 10 })
    const first = await cache.read("BTCUSDT", "1m", { from: newYear, to: newYear + 10 * minute })
    expect(equalBars(first, barsAt(times(newYear, 10, minute), 7))).toBe(true)
    const bars = await cache.read("BTCUSDT", "1m")
    expect(findTilingIssue(await cache.provenance("BTCUSDT", "1m"), bars.openTime)).toBeUndefined()
    const [answer] = await cache.coverage("BTCUSDT", "1m")
    expect(answer).toMatchObject({ from: newYear - day, to: newYear, settled: true })
    expect((await cache.coverage("BTCUSDT", "1m"))[1]).toMatchObject({ from: newYear, settled: false })
  })

  it("is refused when the entry has another price basis by now", async () => {
    const { folder, data, blocks, files } = await stored()
    flip(data, inBlock(blocks, 2))
    const id = await setAsideId(files)
    rmSync(join(folder, "BTCUSDT/1m/2023.csv.gz"))
    rmSync(join(folder, "BTCUSDT/1m/2023.metadata.json"))
    const cache = await openCache(folder, { clock })
    await cache.put(
      requestOf(
        [pageOf(barsAt(times(newYear, 10, minute)), { adjustment: "splits" })],
        entryOf("1m", undefined, "splits"),
      ),
    )
    await expect(files.salvage(id)).rejects.toMatchObject({ reason: { _tag: "MixedAdjustment" } })
  })
})

describe("a quarantine note that cannot be read", () => {
  it("is a finding, and keeps nobody from the other cases", async () => {
    const { folder, files } = await stored()
    const id = await setAsideId(files)
    const other = await setAsideId(files, { ...year, year: 2023 })
    const note = join(folder, "_barkeep/quarantine", id, "quarantine.json")
    truncateSync(note, 30)
    expect((await files.inspect()).findings).toMatchObject([{ severity: "error", path: note }])
    expect((await files.cases()).map((found) => found.id)).toEqual([other])
    await files.finishInterrupted()
    await files.restore(other)
    await expect(files.restore(id)).rejects.toMatchObject({ reason: { _tag: "CorruptPartition" } })
    expect(readdirSync(join(folder, "_barkeep/quarantine", id))).toContain("2024.csv.gz")
  })
})

describe("a disk that is full or read-only", () => {
  it.each(["writeNew", "makeFolder", "rename"] as const)(
    "leaves all files in place when %s fails",
    async (method) => {
      const { folder, files } = await stored({ fileSystem: failingFileSystem(method, "ENOSPC") })
      const before = snapshot(folder)
      await expect(files.setAside(year)).rejects.toMatchObject({
        reason: { _tag: "StorageFailure", code: "ENOSPC" },
      })
      expect(snapshot(folder)).toEqual(before)
      const other = await openCacheFiles(folder, { clock })
      const id = await setAsideId(other)
      await other.finishInterrupted()
      expect((await other.cases()).map((found) => found.id)).toEqual([id])
      await other.restore(id)
      expect(snapshot(folder)).toEqual(before)
    },
  )
})

describe("beside a writer", () => {
  it("nothing that it has written is found damaged or moved", { timeout }, async () => {
    const { folder, cache } = await openTemporary()
    await cache.put(requestOf([pageOf(barsAt(times(newYear, 3, minute)))], entryOf("1m")))
    const files = await openCacheFiles(folder, { lockTimeoutMillis: 20 })
    const writer = startWriter(folder, "minutes", "0", "6")
    const state = { isWriting: true }
    const ended = writer.ended.finally(() => (state.isWriting = false))
    let looks = 0
    while (state.isWriting) {
      const { findings } = await files.inspect()
      expect(findings.filter(({ kind }) => kind !== "left-over")).toEqual([])
      const tidied = await files.tidy(entry)
      if (tidied._tag === "Tidied") expect(tidied.quarantined).toEqual([])
      looks += 1
    }
    expect(await ended).toBe(0)
    expect(looks).toBeGreaterThan(0)
    expect(await files.cases()).toEqual([])
    expect((await cache.verify()).findings).toEqual([])
  })
})

describe("an old case", () => {
  it("is the only copy until the cache has its rows as well", async () => {
    const { folder, files } = await stored()
    const id = await setAsideId(files)
    expect(await files.presence(id)).toEqual({ readableRows: 5760, missingRows: 5760, isOnlyCopy: true })
    const cache = await openCache(folder, { clock })
    await cache.put(requestOf([pageOf(sliceRows(rows, 0, 5759))], entryOf("1m")))
    expect(await files.presence(id)).toEqual({ readableRows: 5760, missingRows: 1, isOnlyCopy: true })
    const last = times(newYear + 5759 * minute, 1)
    await cache.put(requestOf([pageOf(barsAt(last, 3))], entryOf("1m")))
    expect(await files.presence(id)).toEqual({ readableRows: 5760, missingRows: 1, isOnlyCopy: true })
    await cache.put(requestOf([pageOf(sliceRows(rows, 5759, 5760))], entryOf("1m"), "replace"))
    expect(await files.presence(id)).toEqual({ readableRows: 5760, missingRows: 0, isOnlyCopy: false })
    await files.expire(id)
    expect(await files.cases()).toEqual([])
    expect(existsSync(join(folder, "_barkeep/quarantine", id))).toBe(false)
    const note = JSON.parse(readFileSync(join(folder, "_barkeep/expired", `${id}.json`), "utf8"))
    expect(note).toMatchObject({ id, why: "damaged", files: [{ name: "2024.csv.gz" }, {}] })
    await expect(files.restore(id)).rejects.toMatchObject({ _tag: "InvalidInput", field: "id" })
  })

  it("whose rows cannot be read is the only copy until the cache has as many rows as it claims", async () => {
    const { folder, data, files } = await stored()
    truncateSync(data, 20)
    const id = await setAsideId(files)
    expect(await files.presence(id)).toMatchObject({ readableRows: 0, isOnlyCopy: true })
    const cache = await openCache(folder, { clock })
    await cache.put(requestOf([pageOf(rows)], entryOf("1m")))
    expect(await files.presence(id)).toEqual({ readableRows: 0, missingRows: 0, isOnlyCopy: false })
  })

  it.each(["../../..", "..", ".", "", "no-such-case", "a/b"])("of the name %j does not exist", async (id) => {
    const { folder, files } = await stored()
    const before = snapshot(folder)
    for (const attempt of [files.restore(id), files.expire(id), files.salvage(id), files.presence(id)])
      await expect(attempt).rejects.toMatchObject({ _tag: "InvalidInput" })
    expect(snapshot(folder)).toEqual(before)
  })
})

it("looking at a cache writes nothing, not even a folder", async () => {
  const folder = foreign("no header\n")
  const before = readdirSync(folder, { recursive: true })
  const files = await openCacheFiles(folder, { clock })
  await files.inspect()
  await files.findWriter({ symbol: "BTCUSDT", timeframe: "1d" })
  await files.cases()
  expect(readdirSync(folder, { recursive: true })).toEqual(before)
})
