import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { gunzipSync, gzipSync } from "node:zlib"
import { join } from "node:path"
import {
  barCount,
  barRows,
  type Bars,
  equalBars,
  findTilingIssue,
  sliceBars,
  takeRows,
} from "@barkeep/market-data"
import * as fc from "fast-check"
import { assert, describe, expect, it } from "vitest"
import { type Cache, type FillRequest, nodeFileSystem, openCache } from "../src/index.ts"
import { dyingFileSystem } from "./faulty-file-system.ts"
import {
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
/** For what is not about the disk. */
const quick = { clock, durability: "none" } as const
const symbol = "BTCUSDT"

const donor = {
  provider: "coingecko",
  endpoint: "/market_chart",
  method: "donor",
  fetchedAt: noon,
  settled: true,
  evidence: { overlapBars: 24, scale: 1.0002 },
} as const

const fillOf = (fillId: string, bars: Bars, timeframe: FillRequest["timeframe"] = "1h"): FillRequest => ({
  fillId,
  symbol,
  timeframe,
  rows: [{ bars, provenance: donor }],
})

/** Every file of the entries, by name. */
const filesIn = (folder: string): ReadonlyMap<string, string> => {
  const found = new Map<string, string>()
  for (const item of readdirSync(join(folder, symbol), { recursive: true, withFileTypes: true }))
    if (item.isFile()) {
      const file = join(item.parentPath, item.name)
      found.set(file.slice(folder.length), readFileSync(file).toString("base64"))
    }
  return found
}

/** Hourly bars over New Year with holes. */
const holey = async (
  cache: Cache,
  isHole: (row: number) => boolean = (row) => row % 50 >= 45,
): Promise<{ readonly present: Bars; readonly absent: Bars }> => {
  const all = barsAt(times(newYear - 1500 * hour, 3000))
  const rows = Array.from({ length: 3000 }, (_, row) => row)
  const present = takeRows(
    all,
    rows.filter((row) => !isHole(row)),
  )
  await cache.put(
    requestOf([pageOf(present, {}, { from: newYear - 1500 * hour, to: newYear + 1500 * hour })]),
  )
  const donorBars = barsAt(times(newYear - 1500 * hour, 3000), 7)
  return {
    present,
    absent: takeRows(
      donorBars,
      rows.filter((row) => isHole(row)),
    ),
  }
}

const textLines = (file: string): ReadonlyArray<string> =>
  gunzipSync(readFileSync(file)).toString("utf8").split("\n")

describe("filling an entry", () => {
  it("adds only rows that are absent and leaves every other line of the files as it was", async () => {
    const { cache } = await openTemporary(quick)
    const { present, absent } = await holey(cache)
    const { data } = await cache.partition(symbol, "1h", 2024)
    const before = textLines(data)
    const everything = barsAt(times(newYear - 1500 * hour, 3000), 7)
    const result = await cache.fill(fillOf("one", everything))
    expect(result).toEqual({
      fillId: "one",
      rowsAdded: barCount(absent),
      rowsPresent: barCount(present),
      years: [2023, 2024],
    })
    const after = new Set(textLines(data))
    expect(before.filter((line) => !after.has(line))).toEqual([])
    const stored = await cache.read(symbol, "1h")
    const donated = new Set(absent.openTime)
    const rows = [...barRows(stored)]
    expect(rows).toHaveLength(3000)
    for (const row of rows) expect(row.close > 10_000).toBe(donated.has(row.openTime))
    expect((await cache.verify()).findings).toEqual([])
  })

  it("keeps provisional rows, too, and what the entry's provider was asked", async () => {
    const { cache } = await openTemporary(quick)
    const bars = barsAt(times(newYear, 10))
    await cache.put(requestOf([pageOf(bars, { settled: false })]))
    const coverage = await cache.coverage(symbol, "1h")
    await cache.fill(fillOf("one", barsAt(times(newYear, 20), 3)))
    expect(
      equalBars(sliceBars(await cache.read(symbol, "1h"), { from: newYear, to: newYear + 10 * hour }), bars),
    ).toBe(true)
    expect(await cache.coverage(symbol, "1h")).toEqual(coverage)
    expect(
      (await cache.provenance(symbol, "1h")).map((span) => [span.method, span.rows, span.fillId]),
    ).toEqual([
      ["direct", 10, undefined],
      ["donor", 10, "one"],
    ])
  })

  it("twice with the same rows changes nothing the second time", async () => {
    const { folder, cache } = await openTemporary(quick)
    const { absent } = await holey(cache)
    await cache.fill(fillOf("one", absent))
    const files = filesIn(folder)
    expect(await cache.fill(fillOf("one", absent))).toMatchObject({ rowsAdded: 0, years: [] })
    expect(await cache.fill(fillOf("two", absent))).toMatchObject({ rowsAdded: 0, years: [] })
    expect(filesIn(folder)).toEqual(files)
    expect((await cache.listFills()).map((fill) => fill.id)).toEqual(["one"])
  })

  it("refuses an entry that has no row, an id that is no name, and one of another fill", async () => {
    const { cache } = await openTemporary(quick)
    const bars = barsAt(times(newYear, 3))
    await expect(cache.fill(fillOf("one", bars))).rejects.toMatchObject({ _tag: "InvalidInput" })
    await holey(cache)
    await cache.put(requestOf([pageOf(barsAt([newYear]))], entryOf("1d")))
    await expect(cache.fill(fillOf("../x", bars))).rejects.toMatchObject({ field: "fillId" })
    await cache.fill(fillOf("one", barsAt([newYear + day]), "1d"))
    await expect(cache.fill(fillOf("one", bars))).rejects.toMatchObject({ field: "fillId" })
    await cache.undoFill("one")
    await expect(cache.fill(fillOf("one", barsAt([newYear + 2 * day]), "1d"))).rejects.toMatchObject({
      field: "fillId",
    })
  })

  it("does not touch a damaged year", async () => {
    const { cache } = await openTemporary({ onDamaged: "quarantine" })
    const { absent } = await holey(cache)
    const { data } = await cache.partition(symbol, "1h", 2024)
    writeFileSync(data, "no gzip")
    await expect(cache.fill(fillOf("one", absent))).rejects.toMatchObject({
      reason: { _tag: "CorruptPartition" },
    })
    expect(readFileSync(data, "utf8")).toBe("no gzip")
  })
})

describe("undoing a fill", () => {
  it("brings the exact bytes back, of several commits of one fill as of one", async () => {
    const { folder, cache } = await openTemporary(quick)
    const { absent } = await holey(cache)
    const before = filesIn(folder)
    const rows = barCount(absent)
    await cache.fill(fillOf("one", takeRows(absent, [0, 1, 2])))
    await cache.fill(
      fillOf(
        "one",
        takeRows(
          absent,
          Array.from({ length: rows - 3 }, (_, row) => row + 3),
        ),
      ),
    )
    expect(filesIn(folder)).not.toEqual(before)
    const result = await cache.undoFill("one")
    expect(result).toMatchObject({ rowsRemoved: rows, years: [{ how: "restored" }, { how: "restored" }] })
    expect(filesIn(folder)).toEqual(before)
    expect(await cache.listFills()).toMatchObject([
      { id: "one", rows: 0, state: "undone", undone: { at: noon, rows } },
    ])
    expect((await cache.verify()).findings).toEqual([])
  })

  it("a second time does nothing, and of an unknown id is refused", async () => {
    const { folder, cache } = await openTemporary(quick)
    const { absent } = await holey(cache)
    await cache.fill(fillOf("one", absent))
    await cache.undoFill("one")
    const files = filesIn(folder)
    expect(await cache.undoFill("one")).toMatchObject({ rowsRemoved: 0, years: [] })
    expect(filesIn(folder)).toEqual(files)
    await expect(cache.undoFill("two")).rejects.toMatchObject({ field: "fillId", value: "two" })
  })

  it("removes a year that only the fill made, and remembers what was asked there", async () => {
    const { folder, cache } = await openTemporary(quick)
    await cache.put(
      requestOf([pageOf(barsAt(times(newYear, 10)), {}, { from: newYear - 400 * day, to: newYear + day })]),
    )
    const coverage = await cache.coverage(symbol, "1h")
    const before = filesIn(folder)
    await cache.fill(fillOf("one", barsAt(times(newYear - 5 * hour, 5))))
    expect(await cache.listYears(symbol, "1h")).toEqual([2023, 2024])
    expect(await cache.coverage(symbol, "1h")).toEqual(coverage)
    await cache.undoFill("one")
    expect(filesIn(folder)).toEqual(before)
    expect(await cache.coverage(symbol, "1h")).toEqual(coverage)
  })

  it("brings a file of another program back as it was, with or without metadata", async () => {
    for (const metadata of [undefined, { symbol, timeframe: "1h", year: 2024, data_source: "binance" }]) {
      const folder = temporaryFolder()
      const file = join(folder, symbol, "1h", "2024.csv.gz")
      mkdirSync(join(folder, symbol, "1h"), { recursive: true })
      const lines = [0, 1, 5, 6].map((row) => `2024-01-01 0${row}:00:00,1.50,2.0,1.0,1.5,3`)
      writeFileSync(file, gzipSync(`timestamp,open,high,low,close,volume\n${lines.join("\n")}\n`))
      if (metadata !== undefined)
        writeFileSync(file.replace("csv.gz", "metadata.json"), JSON.stringify(metadata))
      const before = filesIn(folder)
      const cache = await openCache(folder, { clock })
      await cache.fill(fillOf("one", barsAt(times(newYear, 8))))
      expect(barCount(await cache.read(symbol, "1h"))).toBe(8)
      expect((await cache.undoFill("one")).years).toEqual([{ year: 2024, how: "restored", rows: 4 }])
      expect(filesIn(folder)).toEqual(before)
      await cache.close()
    }
  })

  it("takes out just its rows when something was written since", async () => {
    const { cache } = await openTemporary(quick)
    const { present, absent } = await holey(cache)
    await cache.fill(fillOf("one", absent))
    const late = barsAt(times(newYear + 1500 * hour, 5))
    await cache.put(requestOf([pageOf(late)]))
    const result = await cache.undoFill("one")
    expect(result.years.map(({ how }) => how)).toEqual(["restored", "rows-removed"])
    expect(barCount(await cache.read(symbol, "1h"))).toBe(barCount(present) + 5)
    expect((await cache.provenance(symbol, "1h")).every((span) => span.fillId === undefined)).toBe(true)
    expect((await cache.verify()).findings).toEqual([])
  })

  it("in the middle of others leaves the others, whose own undoing still works", async () => {
    const { folder, cache } = await openTemporary(quick)
    const { present, absent } = await holey(cache)
    const before = filesIn(folder)
    const third = Math.floor(barCount(absent) / 3)
    const parts = [0, 1, 2].map((part) =>
      takeRows(
        absent,
        Array.from({ length: third }, (_, row) => part * third + row),
      ),
    )
    for (const [index, part] of parts.entries()) await cache.fill(fillOf(`f${index}`, part))
    expect((await cache.undoFill("f1")).rowsRemoved).toBe(third)
    expect((await cache.listFills()).map(({ id, rows, state }) => [id, rows, state])).toEqual([
      ["f0", third, "present"],
      ["f1", 0, "undone"],
      ["f2", third, "present"],
    ])
    expect((await cache.undoFill("f2")).rowsRemoved).toBe(third)
    expect((await cache.undoFill("f0")).rowsRemoved).toBe(third)
    expect(equalBars(await cache.read(symbol, "1h"), present)).toBe(true)
    for (const [file, bytes] of filesIn(folder))
      if (file.endsWith(".csv.gz")) expect(bytes).toBe(before.get(file))
    expect((await cache.verify()).findings).toEqual([])
  })

  it("does not bring old rows back into an entry that was replaced since", async () => {
    const { cache } = await openTemporary(quick)
    const { absent } = await holey(cache)
    await cache.fill(fillOf("one", absent))
    const fresh = barsAt(times(newYear, 24), 2)
    await cache.replaceEntry(requestOf([pageOf(fresh)]))
    expect(await cache.listFills()).toMatchObject([{ id: "one", rows: 0, state: "gone" }])
    expect(await cache.undoFill("one")).toMatchObject({ rowsRemoved: 0, years: [] })
    expect(equalBars(await cache.read(symbol, "1h"), fresh)).toBe(true)
  })

  it("leaves rows that replaced the fill's", async () => {
    const { cache } = await openTemporary(quick)
    await cache.put(requestOf([pageOf(barsAt(times(newYear, 5)))]))
    await cache.fill(fillOf("one", barsAt(times(newYear, 10), 3)))
    await cache.put({ ...requestOf([pageOf(barsAt(times(newYear, 8), 1))]), policy: "replace" })
    expect(await cache.undoFill("one")).toMatchObject({ rowsRemoved: 2 })
    expect(equalBars(await cache.read(symbol, "1h"), barsAt(times(newYear, 8), 1))).toBe(true)
  })

  it("leaves a file alone that another program has rewritten since", async () => {
    const { cache } = await openTemporary(quick)
    await holey(cache)
    await cache.fill(fillOf("one", barsAt(times(newYear, 100), 3)))
    const { data } = await cache.partition(symbol, "1h", 2024)
    const bytes = gzipSync("timestamp,open,high,low,close,volume\n2024-01-01 00:00:00,1,1,1,1,1\n")
    writeFileSync(data, bytes)
    expect((await cache.undoFill("one")).years).toEqual([{ year: 2024, how: "left", rows: 0 }])
    expect(readFileSync(data).equals(bytes)).toBe(true)
  })

  it("works by the rows' provenance when what was kept is dropped, damaged, or could not be linked", async () => {
    const { link: _, ...unlinked } = nodeFileSystem
    for (const spoil of ["drop", "damage", "copy"] as const) {
      const { folder, cache } = await openTemporary(spoil === "copy" ? { fileSystem: unlinked } : {})
      const { present, absent } = await holey(cache)
      const before = filesIn(folder)
      await cache.fill(fillOf("one", absent))
      const kept = join(folder, "_barkeep/undo/one")
      if (spoil === "drop") await cache.dropUndo("one")
      if (spoil === "damage") writeFileSync(join(kept, "2024.csv.gz"), "x")
      expect(existsSync(kept)).toBe(spoil !== "drop")
      const { years } = await cache.undoFill("one")
      expect(years.map(({ how }) => how)).toEqual(
        spoil === "drop"
          ? ["rows-removed", "rows-removed"]
          : ["restored", spoil === "copy" ? "restored" : "rows-removed"],
      )
      expect(equalBars(await cache.read(symbol, "1h"), present)).toBe(true)
      if (spoil === "copy") expect(filesIn(folder)).toEqual(before)
    }
  })
})

describe("a process that dies", () => {
  const build = async (folder: string): Promise<Bars> => {
    const cache = await openCache(folder, quick)
    const { absent } = await holey(cache, (row) => row % 500 >= 490)
    await cache.close()
    return absent
  }

  it("while filling leaves the rows of before or of after, and no fill that is not there", async () => {
    const states = new Set<number>()
    for (let lives = 0; ; lives += 1) {
      const folder = temporaryFolder()
      const absent = await build(folder)
      const { fileSystem, changes } = dyingFileSystem(lives)
      const dying = await openCache(folder, { clock, fileSystem })
      const outcome = await dying.fill(fillOf("one", absent)).catch(() => "died")
      const again = await openCache(folder, quick)
      const rows = barCount(await again.read(symbol, "1h"))
      states.add(rows)
      const [fill] = await again.listFills()
      expect(fill?.rows ?? 0).toBe(rows - 3000 + barCount(absent))
      expect((await again.verify()).findings.filter(({ severity }) => severity === "error")).toEqual([])
      await again.fill(fillOf("one", absent))
      expect(barCount(await again.read(symbol, "1h"))).toBe(3000)
      expect((await again.undoFill("one")).rowsRemoved).toBe(barCount(absent))
      expect(barCount(await again.read(symbol, "1h"))).toBe(3000 - barCount(absent))
      if (outcome !== "died" && changes() <= lives) break
    }
    // Before, after the first year, after both.
    expect([...states]).toEqual([2940, 2970, 3000])
  })

  it("while undoing leaves rows and bytes that the next writer brings to their end", async () => {
    for (let lives = 0; ; lives += 1) {
      const folder = temporaryFolder()
      const absent = await build(folder)
      const before = filesIn(folder)
      const cache = await openCache(folder, quick)
      await cache.fill(fillOf("one", absent))
      const { fileSystem, changes } = dyingFileSystem(lives)
      const dying = await openCache(folder, { clock, fileSystem })
      const outcome = await dying.undoFill("one").catch(() => "died")
      const again = await openCache(folder, quick)
      const rows = barCount(await again.read(symbol, "1h"))
      expect([2940, 2970, 3000]).toContain(rows)
      expect((await again.verify()).findings.filter(({ severity }) => severity === "error")).toEqual([])
      await again.undoFill("one")
      const left = [...filesIn(folder).keys()].filter((file) => file.endsWith(".tmp"))
      expect(left).toEqual([])
      expect(filesIn(folder)).toEqual(before)
      if (outcome !== "died" && changes() <= lives) break
    }
  })
})

describe("any sequence of puts, fills and undoings", () => {
  it("loses no row, tiles the rows with their provenance, and is a map from open time to row", async () => {
    const action = fc.oneof(
      fc.record({
        kind: fc.constant("put" as const),
        start: fc.integer({ min: -200, max: 200 }),
        count: fc.integer({ min: 1, max: 150 }),
        version: fc.integer({ min: 0, max: 2 }),
        replace: fc.boolean(),
      }),
      fc.record({
        kind: fc.constant("fill" as const),
        start: fc.integer({ min: -200, max: 200 }),
        count: fc.integer({ min: 1, max: 150 }),
        step: fc.integer({ min: 1, max: 3 }),
        id: fc.integer({ min: 0, max: 3 }),
      }),
      fc.record({ kind: fc.constant("undo" as const), id: fc.integer({ min: 0, max: 3 }) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 12 }), async (actions) => {
        const { cache } = await openTemporary({ durability: "none" })
        const model = new Map<number, { readonly version: number; readonly fill: string | undefined }>()
        await cache.put(requestOf([pageOf(barsAt([newYear]))]))
        model.set(newYear, { version: 0, fill: undefined })
        const generation = new Map<number, number>()
        const idOf = (id: number): string => `f${id}-${generation.get(id) ?? 0}`
        for (const each of actions)
          if (each.kind === "put") {
            const at = times(newYear + each.start * hour, each.count)
            const page = pageOf(barsAt(at, each.version))
            await cache.put({ ...requestOf([page]), policy: each.replace ? "replace" : "keep" })
            for (const time of at)
              if (each.replace || !model.has(time))
                model.set(time, { version: each.version, fill: undefined })
          } else if (each.kind === "fill") {
            const at = times(newYear + each.start * hour, each.count, each.step * hour)
            const fill = idOf(each.id)
            await cache.fill(fillOf(fill, barsAt(at, 5)))
            for (const time of at) if (!model.has(time)) model.set(time, { version: 5, fill })
          } else {
            const fill = idOf(each.id)
            if (!(await cache.listFills()).some(({ id }) => id === fill)) continue
            await cache.undoFill(fill)
            generation.set(each.id, (generation.get(each.id) ?? 0) + 1)
            for (const [time, row] of model) if (row.fill === fill) model.delete(time)
          }
        const stored = await cache.read(symbol, "1h")
        const expected = [...model].toSorted(([a], [b]) => a - b)
        assert.deepEqual(
          [...stored.openTime],
          expected.map(([time]) => time),
        )
        for (const [row, [time, { version }]] of expected.entries())
          assert.strictEqual(stored.close[row], barsAt([time], version).close[0])
        const spans = await cache.provenance(symbol, "1h")
        assert.isUndefined(findTilingIssue(spans, stored.openTime))
        for (const [time, { fill }] of model)
          assert.strictEqual(spans.find((span) => time >= span.from && time < span.to)?.fillId, fill)
        assert.deepEqual((await cache.verify()).findings, [])
        await cache.close()
      }),
      { numRuns: 25 },
    )
  })

  it("ends byte for byte where it began when every fill is undone in turn", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ start: fc.integer({ min: -300, max: 300 }), count: fc.integer({ min: 1, max: 300 }) }),
          { minLength: 1, maxLength: 4 },
        ),
        async (fills) => {
          const { folder, cache } = await openTemporary({ durability: "none" })
          await holey(cache, (row) => row % 70 >= 40)
          const before = filesIn(folder)
          const made: Array<string> = []
          for (const [index, { start, count }] of fills.entries()) {
            const { rowsAdded } = await cache.fill(
              fillOf(`f${index}`, barsAt(times(newYear + start * hour, count), 5)),
            )
            if (rowsAdded > 0) made.push(`f${index}`)
          }
          for (const id of made.toReversed()) await cache.undoFill(id)
          assert.deepEqual(filesIn(folder), before)
          await cache.close()
        },
      ),
      { numRuns: 15 },
    )
  })
})
