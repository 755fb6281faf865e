import { cpSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import {
  barCount,
  concatBars,
  equalBars,
  findTilingIssue,
  missingRanges,
  sliceBars,
  sliceRows,
} from "@barkeep/market-data"
import { describe, expect, it } from "vitest"
import { CacheError, type CacheOptions, openCache } from "../src/index.ts"
import {
  apple,
  barsAt,
  bitcoin,
  day,
  entryOf,
  hour,
  noon,
  openTemporary,
  pageOf,
  requestOf,
  times,
} from "./support.ts"

const minute = 60_000
const newYear = Date.UTC(2024, 0, 1)
const clock = { now: () => noon }
const rows = barsAt(times(newYear, 4 * 1440, minute))
const range = { from: newYear, to: newYear + 4 * day }

/** Four blocks of one day each. */
const stored = async (options: CacheOptions = {}) => {
  const { folder, cache } = await openTemporary({ compression: "fast" })
  await cache.put(requestOf([pageOf(rows, {}, range)], entryOf("1m")))
  const paths = await cache.partition("BTCUSDT", "1m", 2024)
  const metadata = JSON.parse(readFileSync(paths.metadata, "utf8"))
  return {
    folder,
    ...paths,
    blocks: metadata.blocks,
    reopen: (other: CacheOptions = {}) => openCache(folder, { clock, ...options, ...other }),
  }
}

const flip = (file: string, position: number): void => {
  const bytes = readFileSync(file)
  bytes[position] = (bytes[position] as number) ^ 0x10
  writeFileSync(file, bytes)
}

const inBlock = (blocks: { length: ReadonlyArray<number> }, block: number): number =>
  10 + blocks.length.slice(0, block).reduce((sum, length) => sum + length, 0) + 50

const more = requestOf([pageOf(barsAt(times(newYear + 4 * day, 10, minute)))], entryOf("1m"))

describe("a flipped bit", () => {
  it("fails the read of its day and no other", async () => {
    const { data, blocks, reopen } = await stored()
    flip(data, inBlock(blocks, 2))
    const cache = await reopen()
    await expect(cache.read("BTCUSDT", "1m")).rejects.toMatchObject({
      path: data,
      reason: { _tag: "CorruptPartition" },
    })
    await expect(
      cache.read("BTCUSDT", "1m", { from: newYear + 2 * day, to: newYear + 2 * day + 1 }),
    ).rejects.toMatchObject({ reason: { _tag: "CorruptPartition" } })
    for (const intact of [0, 1, 3]) {
      const one = { from: newYear + intact * day, to: newYear + (intact + 1) * day }
      const expected = sliceRows(rows, intact * 1440, (intact + 1) * 1440)
      expect(equalBars(await cache.read("BTCUSDT", "1m", one), expected)).toBe(true)
    }
  })

  it("is a finding that names the block, and verification goes on", async () => {
    const { data, blocks, reopen } = await stored()
    flip(data, inBlock(blocks, 1))
    const cache = await reopen()
    const report = await cache.verify()
    expect(report.findings.map((finding) => [finding.severity, finding.kind])).toEqual([
      ["error", "checksum"],
      ["error", "damaged-data"],
    ])
    expect(report.findings[1]?.what).toContain("block 1 with 1440 rows")
    expect(report).toMatchObject({ partitions: 1, rows: 3 * 1440 })
  })

  it("in a block that an append keeps is not blessed by a new checksum", async () => {
    const { data, blocks, reopen } = await stored()
    const cache = await reopen()
    // The process remembers the hash of what it wrote; the bytes it copies now are others.
    await cache.put(more)
    flip(data, inBlock(blocks, 0))
    await cache.put(requestOf([pageOf(barsAt(times(newYear + 5 * day, 10, minute)))], entryOf("1m")))
    const kinds = (await cache.verify()).findings.map((finding) => finding.kind)
    expect(kinds).toEqual(["checksum", "damaged-data"])
  })

  it.each(["in a block that an append keeps", "in the gzip header"])(
    "%s stops an append of a cache that did not write the file itself",
    async (where) => {
      const { data, blocks, reopen } = await stored()
      flip(data, where.includes("header") ? 4 : inBlock(blocks, 0))
      const before = readFileSync(data)
      await expect((await reopen()).put(more)).rejects.toMatchObject({
        path: data,
        reason: { _tag: "CorruptPartition", what: expect.stringContaining("SHA-256") },
      })
      expect(readFileSync(data).equals(before)).toBe(true)
      const result = await (await reopen({ onDamaged: "quarantine" })).put(more)
      expect(result.rowsAdded).toBe(10)
      expect(result.quarantined).toHaveLength(1)
    },
  )

  it("stops a write that has to decode the block, and leaves the file as it is", async () => {
    const { data, blocks, reopen } = await stored()
    flip(data, inBlock(blocks, 3))
    const before = readFileSync(data)
    const cache = await reopen()
    const overlapping = requestOf([pageOf(barsAt([newYear + 3 * day + 30_000]))], entryOf("1m"))
    await expect(cache.put(overlapping)).rejects.toMatchObject({
      path: data,
      reason: { _tag: "CorruptPartition" },
    })
    expect(readFileSync(data).equals(before)).toBe(true)
    expect(await cache.listQuarantine()).toEqual([])
  })

  it("costs one day when the cache may quarantine: the rest is carried over, the lost day is asked for again", async () => {
    const { folder, data, blocks, reopen } = await stored({ onDamaged: "quarantine" })
    flip(data, inBlock(blocks, 2))
    const damaged = readFileSync(data)
    const cache = await reopen()
    const inFirstDay = requestOf([pageOf(barsAt([newYear + 30_000]))], entryOf("1m"))
    const result = await cache.put(inFirstDay)
    expect(result).toMatchObject({ rowsAdded: 1 })
    expect(result.quarantined).toHaveLength(1)
    const [aside] = await cache.listQuarantine()
    expect(aside?.why).toMatch(/damaged.*4320 rows could still be read/)
    expect(
      readFileSync(join(folder, "_barkeep/quarantine", aside?.id ?? "", "2024.csv.gz")).equals(damaged),
    ).toBe(true)
    const bars = await cache.read("BTCUSDT", "1m")
    expect(barCount(bars)).toBe(3 * 1440 + 1)
    expect(findTilingIssue(await cache.provenance("BTCUSDT", "1m"), bars.openTime)).toBeUndefined()
    const lost = { from: newYear + 2 * day, to: newYear + 3 * day }
    expect(missingRanges(range, await cache.coverage("BTCUSDT", "1m"))).toEqual([lost])
    expect((await cache.verify()).findings).toEqual([])
  })
})

describe("files that were swapped", () => {
  it("are errors: a file of ours that is not the one in its metadata is nobody's rewrite", async () => {
    const { folder, data, metadata, reopen } = await stored()
    const cache = await reopen()
    const other = { ...entryOf("1m"), instrument: { ...bitcoin, symbol: "ETHUSDT" } }
    await cache.put(requestOf([pageOf(barsAt(times(newYear, 3000, minute), 1))], other))
    const paths = await cache.partition("ETHUSDT", "1m", 2024)
    const swap = (a: string, b: string): void => {
      const bytes = readFileSync(a)
      cpSync(b, a)
      writeFileSync(b, bytes)
    }
    swap(data, paths.data)
    for (const symbol of ["BTCUSDT", "ETHUSDT"]) {
      const fresh = await openCache(folder, { clock })
      const failure = { reason: { _tag: "CorruptPartition", what: expect.stringContaining("not the one") } }
      await expect(fresh.read(symbol, "1m")).rejects.toMatchObject(failure)
      await expect(fresh.readYear(symbol, "1m", 2024)).rejects.toMatchObject(failure)
      await expect(fresh.provenance(symbol, "1m")).rejects.toMatchObject(failure)
    }
    await expect((await openCache(folder, { clock })).put(more)).rejects.toMatchObject({ path: data })
    // Both files swapped: the metadata says whose they are.
    swap(metadata, paths.metadata)
    await expect((await openCache(folder)).read("BTCUSDT", "1m")).rejects.toMatchObject({
      reason: { _tag: "CorruptPartition", what: expect.stringContaining("ETHUSDT") },
    })
    swap(data, paths.data)
    swap(metadata, paths.metadata)
    expect(equalBars(await (await openCache(folder)).read("BTCUSDT", "1m"), rows)).toBe(true)
  })
})

describe("a cut file", () => {
  it("is an error to read and keeps its whole days when the cache may quarantine", async () => {
    const { data, reopen } = await stored({ onDamaged: "quarantine" })
    truncateSync(data, readFileSync(data).length - 200)
    const cache = await reopen()
    await expect(cache.read("BTCUSDT", "1m")).rejects.toMatchObject({ reason: { _tag: "CorruptPartition" } })
    await cache.put(more)
    const expected = concatBars([sliceRows(rows, 0, 3 * 1440), more.pages[0]?.bars ?? rows])
    expect(equalBars(await cache.read("BTCUSDT", "1m"), expected)).toBe(true)
  })

  it("of no bytes at all is damaged, not empty", async () => {
    const { data, reopen } = await stored()
    truncateSync(data, 0)
    await expect((await reopen()).read("BTCUSDT", "1m")).rejects.toMatchObject({
      reason: { _tag: "CorruptPartition" },
    })
  })
})

describe("damaged metadata", () => {
  it("is an error that names it; with quarantine the rows are carried over from the file itself", async () => {
    const { metadata, reopen } = await stored({ onDamaged: "quarantine" })
    writeFileSync(metadata, readFileSync(metadata, "utf8").slice(0, 700))
    const cache = await reopen()
    const failure = { path: metadata, reason: { _tag: "CorruptPartition" } }
    await expect(cache.read("BTCUSDT", "1m")).rejects.toMatchObject(failure)
    await expect(cache.describe("BTCUSDT", "1m")).rejects.toMatchObject(failure)
    expect(await cache.put(more)).toMatchObject({ rowsAdded: 10, quarantined: [{ year: 2024 }] })
    const bars = await cache.read("BTCUSDT", "1m")
    expect(equalBars(bars, concatBars([rows, more.pages[0]?.bars ?? rows]))).toBe(true)
    expect((await cache.provenance("BTCUSDT", "1m")).map((span) => span.provider)).toEqual([
      "unknown",
      "binance",
    ])
    expect((await cache.verify()).findings).toEqual([])
  })

  it("stops a write without quarantine", async () => {
    const { metadata, reopen } = await stored()
    writeFileSync(metadata, "")
    await expect((await reopen()).put(more)).rejects.toMatchObject({ path: metadata })
    expect(readFileSync(metadata, "utf8")).toBe("")
  })

  it("of a newer format is not touched", async () => {
    const { metadata, reopen } = await stored({ onDamaged: "quarantine" })
    writeFileSync(
      metadata,
      readFileSync(metadata, "utf8").replace('"format_version": 1', '"format_version": 2'),
    )
    const cache = await reopen()
    // Its data fits, so nothing but the version speaks against it.
    await expect(cache.read("BTCUSDT", "1m")).rejects.toMatchObject({
      reason: { _tag: "UnknownFormatVersion", version: 2 },
    })
    await expect(cache.put(more)).rejects.toMatchObject({ reason: { _tag: "UnknownFormatVersion" } })
    expect((await cache.verify()).findings).toMatchObject([{ severity: "error" }])
  })

  it("of another entry is not believed", async () => {
    const { folder, reopen } = await stored()
    cpSync(join(folder, "BTCUSDT"), join(folder, "ETHUSDT"), { recursive: true })
    await expect((await reopen()).read("ETHUSDT", "1m")).rejects.toMatchObject({
      reason: { _tag: "CorruptPartition", what: "the metadata is that of BTCUSDT 1m 2024" },
    })
  })

  it("that lies about blocks gives an error or the right rows, never others", async () => {
    const { metadata, reopen } = await stored()
    const text = readFileSync(metadata, "utf8")
    const lies: ReadonlyArray<(value: { blocks: { [name: string]: Array<number> } }) => void> = [
      ({ blocks }) => void (blocks["crc32"] = blocks["crc32"]?.toReversed() ?? []),
      ({ blocks }) =>
        void blocks["length"]?.splice(
          0,
          2,
          100,
          (blocks["length"][0] as number) + (blocks["length"][1] as number) - 100,
        ),
      ({ blocks }) => void blocks["first_open_time"]?.splice(1, 1, newYear + day + minute),
      ({ blocks }) => void blocks["last_open_time"]?.splice(1, 1, newYear + 2 * day - 2 * minute),
      ({ blocks }) => void blocks["rows"]?.splice(0, 2, 1439, 1441),
    ]
    for (const [index, lie] of lies.entries()) {
      const value = JSON.parse(text)
      lie(value)
      writeFileSync(metadata, JSON.stringify(value))
      for (const [from, to] of [
        [0, 4],
        [0, 1],
        [1, 2],
        [2, 4],
      ] as const) {
        const part = { from: newYear + from * day, to: newYear + to * day }
        const isRight = await (await reopen()).read("BTCUSDT", "1m", part).then(
          (bars) => equalBars(bars, sliceBars(rows, part)),
          (error: unknown) => error instanceof CacheError,
        )
        expect([index, part, isRight]).toEqual([index, part, true])
      }
    }
  })
})

describe("a lost file", () => {
  it("is an error while its metadata tells of it, for readers and writers", async () => {
    const { data, reopen } = await stored()
    rmSync(data)
    const cache = await reopen()
    for (const attempt of [cache.read("BTCUSDT", "1m"), cache.coverage("BTCUSDT", "1m"), cache.put(more)])
      await expect(attempt).rejects.toMatchObject({ path: data, reason: { _tag: "CorruptPartition" } })
    await expect(
      cache.read("BTCUSDT", "1m", { from: newYear - 900 * day, to: newYear - 800 * day }),
    ).resolves.toBeDefined()
    expect((await cache.verify()).findings).toMatchObject([
      { kind: "missing-data", severity: "error", path: data },
    ])
  })

  it("is written anew, and asked for again, when the cache may quarantine", async () => {
    const { data, reopen } = await stored({ onDamaged: "quarantine" })
    rmSync(data)
    const cache = await reopen()
    expect(await cache.put(more)).toMatchObject({ rowsAdded: 10 })
    expect(barCount(await cache.read("BTCUSDT", "1m"))).toBe(10)
    expect(missingRanges(range, await cache.coverage("BTCUSDT", "1m"))).toEqual([range])
    expect((await cache.verify()).findings).toEqual([])
  })
})

describe("the quarantine", () => {
  it("takes a year with the reason and gives it back byte for byte", async () => {
    const { folder, data, reopen } = await stored()
    const bytes = readFileSync(data)
    const cache = await reopen()
    const aside = await cache.quarantine("BTCUSDT", "1m", 2024, "looks wrong")
    expect(aside).toMatchObject({
      symbol: "BTCUSDT",
      timeframe: "1m",
      year: 2024,
      why: "looks wrong",
      at: noon,
    })
    expect(barCount(await cache.read("BTCUSDT", "1m"))).toBe(0)
    expect(readdirSync(join(folder, "BTCUSDT/1m"))).toEqual([])
    expect(await cache.listQuarantine()).toEqual([aside])
    expect(await cache.restore(aside.id)).toEqual(aside)
    expect(readFileSync(data).equals(bytes)).toBe(true)
    expect(equalBars(await cache.read("BTCUSDT", "1m"), rows)).toBe(true)
    expect(await cache.listQuarantine()).toEqual([])
    await expect(cache.restore(aside.id)).rejects.toMatchObject({ _tag: "InvalidInput" })
  })

  it("does not give back over newer files, nor what was changed in it", async () => {
    const { folder, reopen } = await stored()
    const cache = await reopen()
    const aside = await cache.quarantine("BTCUSDT", "1m", 2024, "test")
    await cache.put(more)
    await expect(cache.restore(aside.id)).rejects.toMatchObject({
      reason: { _tag: "StorageFailure", code: "EEXIST" },
    })
    await cache.quarantine("BTCUSDT", "1m", 2024, "test again")
    writeFileSync(join(folder, "_barkeep/quarantine", aside.id, "2024.csv.gz"), "changed")
    await expect(cache.restore(aside.id)).rejects.toMatchObject({ reason: { _tag: "ChecksumMismatch" } })
    expect(await cache.listQuarantine()).toHaveLength(2)
  })

  it("never moves a file out of the cache, whatever its notes say", async () => {
    const { folder, reopen } = await stored()
    const cache = await reopen()
    const aside = await cache.quarantine("BTCUSDT", "1m", 2024, "test")
    const note = join(folder, "_barkeep/quarantine", aside.id, "quarantine.json")
    const text = readFileSync(note, "utf8")
    writeFileSync(note, text.replace("BTCUSDT/1m/2024.csv.gz", "../../stolen.csv.gz"))
    await expect(cache.restore(aside.id)).rejects.toThrow("outside the cache")
    writeFileSync(note, text.replace('"name":"2024.csv.gz"', '"name":"../../x"'))
    await expect(cache.listQuarantine()).rejects.toMatchObject({ reason: { _tag: "CorruptPartition" } })
  })
})

describe("an entry", () => {
  it.each([
    [
      "another adjustment",
      entryOf("1m", bitcoin, "splits"),
      { adjustment: "splits" as const },
      { _tag: "MixedAdjustment", stored: "none", incoming: "splits" },
    ],
    [
      "another zone",
      entryOf("1m", { ...apple, symbol: "BTCUSDT" }),
      {},
      { _tag: "EntryMismatch", what: "timezone", stored: "UTC" },
    ],
    [
      "another market",
      entryOf("1m", { ...bitcoin, market: "24/5" }),
      {},
      { _tag: "EntryMismatch", what: "instrument" },
    ],
    [
      "another currency",
      entryOf("1m", { ...bitcoin, currency: "USD" }),
      {},
      { _tag: "EntryMismatch", what: "instrument" },
    ],
  ])("takes no rows of %s, in any year", async (_, entry, changes, reason) => {
    const { folder, reopen } = await stored()
    const cache = await reopen()
    for (const time of [newYear + 10 * day, Date.UTC(2019, 0, 1, 5), Date.UTC(2025, 0, 1, 5)])
      await expect(cache.put(requestOf([pageOf(barsAt([time]), changes)], entry))).rejects.toMatchObject({
        reason,
      })
    expect(readdirSync(join(folder, "BTCUSDT/1m"))).toEqual(["2024.csv.gz", "2024.metadata.json"])
  })

  it("takes no rows of another anchor", async () => {
    const { cache } = await openTemporary()
    const page = pageOf(barsAt([newYear + 14.5 * hour]))
    await cache.put(requestOf([page], { ...entryOf("1h", apple), anchor: "session" }))
    await expect(
      cache.put(
        requestOf([pageOf(barsAt([newYear + 15 * hour]))], { ...entryOf("1h", apple), anchor: "clock" }),
      ),
    ).rejects.toMatchObject({
      reason: { _tag: "EntryMismatch", what: "anchor", stored: "session", incoming: "clock" },
    })
  })

  it("takes no page whose rows are adjusted otherwise than it says", async () => {
    const { cache } = await openTemporary()
    await expect(
      cache.put(requestOf([pageOf(barsAt([newYear]), { adjustment: "splits" })])),
    ).rejects.toMatchObject({ reason: { _tag: "MixedAdjustment" } })
  })

  it("that is stored with and without the ohlcv level is refused", async () => {
    const { folder, reopen } = await stored()
    cpSync(join(folder, "BTCUSDT"), join(folder, "ohlcv/BTCUSDT"), { recursive: true })
    const cache = await reopen()
    await expect(cache.read("BTCUSDT", "1m")).rejects.toMatchObject({
      reason: { _tag: "EntryMismatch", what: "place" },
    })
    expect((await cache.verify()).findings.map((finding) => finding.kind)).toContain("mixed-entry")
  })

  it("whose years differ in kind is a finding", async () => {
    const { cache, folder } = await openTemporary()
    await cache.put(requestOf([pageOf(barsAt([Date.UTC(2023, 0), newYear]))], entryOf("1d")))
    const { metadata } = await cache.partition("BTCUSDT", "1d", 2023)
    writeFileSync(
      metadata,
      readFileSync(metadata, "utf8")
        .replaceAll('"adjustment":"none"', '"adjustment":"splits"')
        .replace('"adjustment": "none"', '"adjustment": "splits"'),
    )
    expect((await (await openCache(folder)).verify()).findings).toMatchObject([
      { kind: "mixed-entry", severity: "error" },
    ])
  })
})

describe("input that cannot be stored", () => {
  const cases = [
    [
      "an empty symbol",
      requestOf([pageOf(barsAt([newYear]))], entryOf("1h", { ...bitcoin, symbol: "" })),
      "symbol",
    ],
    ["an unknown timeframe", requestOf([pageOf(barsAt([newYear]))], entryOf("7m" as "1h")), "timeframe"],
    [
      "rows out of order",
      requestOf([{ ...pageOf(barsAt([newYear])), bars: barsAt([newYear + 1000, newYear]) }]),
      "pages[0].bars",
    ],
    [
      "a row outside its page's range",
      requestOf([pageOf(barsAt([newYear]), {}, { from: newYear + 1, to: newYear + 2 })]),
      "pages[0].bars",
    ],
    ["a fraction of a second", requestOf([pageOf(barsAt([newYear + 1]))]), "pages[0].bars.openTime[0]"],
    [
      "a daily bar off midnight",
      requestOf([pageOf(barsAt([newYear]))], entryOf("1d", apple)),
      "pages[0].bars.openTime[0]",
    ],
    ["a backward range", requestOf([pageOf(barsAt([]), {}, { from: 5, to: 4 })]), "to"],
    ["a year of five digits", requestOf([pageOf(barsAt([253_402_300_800_000]))]), "openTime"],
  ] as const
  it.each(cases)("%s is refused before any file is touched", async (_, request, field) => {
    const { folder, cache } = await openTemporary()
    await expect(cache.put(request)).rejects.toMatchObject({ _tag: "InvalidInput", field })
    expect(readdirSync(folder)).toEqual([])
  })

  it("is refused by every reading method, too", async () => {
    const { cache } = await openTemporary()
    const bad = { _tag: "InvalidInput" }
    await expect(cache.read("", "1h")).rejects.toMatchObject(bad)
    await expect(cache.read("A", "7m" as "1h")).rejects.toMatchObject(bad)
    await expect(cache.read("A", "1h", { from: 2, to: 1 })).rejects.toMatchObject(bad)
    await expect(cache.coverage("", "1h")).rejects.toMatchObject(bad)
    await expect(cache.describe("", "1h")).rejects.toMatchObject(bad)
    await expect(cache.listTimeframes("")).rejects.toMatchObject(bad)
    await expect(cache.explain("A", "1h", 0.5)).rejects.toMatchObject(bad)
    await expect(cache.partition("A", "1h", 20_240)).rejects.toMatchObject(bad)
    await expect(cache.quarantine("", "1h", 2024, "x")).rejects.toMatchObject(bad)
    expect(() => cache.readBlocks("", "1h")).toThrow("symbol")
  })
})
