import { readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import {
  answeredRanges,
  type Bar,
  barCount,
  barRows,
  type Bars,
  barsFromRows,
  concatBars,
  equalBars,
  findTilingIssue,
  missingRanges,
  normalizeRanges,
  type Provenance,
  type PutRequest,
  sliceBars,
  spanIndexAt,
  subtractRanges,
} from "@barkeep/market-data"
import * as fc from "fast-check"
import { assert, describe, expect, it } from "vitest"
import { type Cache, openCache } from "../src/index.ts"
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
  times,
} from "./support.ts"

const minute = 60_000
const newYear = Date.UTC(2024, 0, 1)

describe("a cache on disk", () => {
  it("gives back bit for bit what was put, in any other process", async () => {
    const values = [
      0.1,
      1e-8,
      1e22,
      123456789.12345678,
      5e-324,
      1.7976931348623157e308,
      -0,
      0,
      2 ** 53 + 2,
      0.30000000000000004,
    ]
    const bars = barsFromRows(
      values.map((value, row) => ({
        openTime: newYear - 5 * hour + row * hour,
        open: value,
        high: values[(row + 1) % 10] as number,
        low: values[(row + 2) % 10] as number,
        close: values[(row + 3) % 10] as number,
        volume: row % 3 === 0 ? Number.NaN : value,
      })),
    )
    const { folder, cache } = await openTemporary()
    const result = await cache.put(requestOf([pageOf(bars)]))
    expect(result).toMatchObject({ rowsAdded: 10, rowsReplaced: 0, rowsDiffering: 0, years: [2023, 2024] })
    const again = await openCache(folder)
    expect(equalBars(await again.read("BTCUSDT", "1h"), bars)).toBe(true)
    expect(await again.listYears("BTCUSDT", "1h")).toEqual([2023, 2024])
  })

  it("merges any sequence of puts like a map from open time to row, and tiles the rows with their provenance", async () => {
    const page = fc.record({
      start: fc.integer({ min: -4000, max: 3000 }),
      count: fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 1800 })),
      step: fc.integer({ min: 1, max: 3 }),
      version: fc.integer({ min: 0, max: 2 }),
      settled: fc.boolean(),
      provider: fc.constantFrom("binance", "coingecko"),
      dayOffset: fc.integer({ min: 0, max: 2 }),
    })
    const put = fc.record({
      pages: fc.array(page, { minLength: 1, maxLength: 3 }),
      policy: fc.constantFrom("keep", "replace"),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(put, { minLength: 1, maxLength: 4 }), async (puts) => {
        const { cache } = await openTemporary({ durability: "none", compression: "fast" })
        const model = new Model()
        for (const { pages, policy } of puts) {
          const request = requestOf(
            pages.map(({ start, count, step, version, settled, provider, dayOffset }) => {
              const from = newYear + start * minute
              const rows = barsAt(times(from, count, step * minute), version)
              return pageOf(
                rows,
                { settled, provider, fetchedAt: noon - dayOffset * day },
                { from, to: from + Math.max(1, count * step) * minute },
              )
            }),
            entryOf("1m"),
            policy,
          )
          const before = await cache.read("BTCUSDT", "1m")
          const result = await cache.put(request)
          expect(result).toMatchObject(model.put(request))
          await model.compare(cache)
          expect(barCount(await cache.read("BTCUSDT", "1m"))).toBe(barCount(before) + result.rowsAdded)
        }
      }),
      { numRuns: 20 },
    )
  }, 60_000)

  it("writes nothing when the same pages are put again", async () => {
    const { folder, cache } = await openTemporary()
    const request = requestOf([
      pageOf(barsAt(times(newYear - 10 * hour, 20))),
      pageOf(barsAt(times(newYear + 10 * hour, 3)), { settled: false }),
      pageOf(barsAt([]), {}, { from: Date.UTC(2010, 0), to: Date.UTC(2012, 0) }),
    ])
    await cache.put(request)
    const before = snapshot(folder)
    expect(await cache.put(request)).toMatchObject({ rowsAdded: 0, rowsReplaced: 0, rowsDiffering: 0 })
    expect(snapshot(folder)).toEqual(before)
  })

  it("leaves the blocks before an appended row byte for byte as they were", async () => {
    const { cache } = await openTemporary()
    const first = times(newYear, 4000, minute)
    await cache.put(requestOf([pageOf(barsAt(first))], entryOf("1m")))
    const { data } = await cache.partition("BTCUSDT", "1m", 2024)
    const before = readFileSync(data)
    await cache.put(requestOf([pageOf(barsAt(times(newYear + 4000 * minute, 500, minute)))], entryOf("1m")))
    const after = readFileSync(data)
    const metadata = JSON.parse(readFileSync((await cache.partition("BTCUSDT", "1m", 2024)).metadata, "utf8"))
    expect(metadata.blocks.rows).toEqual([1440, 1440, 1440, 180])
    const kept = 10 + metadata.blocks.length[0] + metadata.blocks.length[1]
    expect(after.subarray(0, kept).equals(before.subarray(0, kept))).toBe(true)
    expect(equalBars(await cache.read("BTCUSDT", "1m"), barsAt(times(newYear, 4500, minute)))).toBe(true)
    expect((await cache.verify()).findings).toEqual([])
  })

  it("reads any range as the same rows that a read of everything has there", async () => {
    const { cache } = await openTemporary({ durability: "none" })
    const all = barsAt(
      times(newYear - 3000 * minute, 7000, minute).filter((time) => (time / minute) % 7 !== 0),
    )
    await cache.put(requestOf([pageOf(all)], entryOf("1m")))
    const edges = fc.integer({ min: -3100, max: 4100 }).map((offset) => newYear + offset * minute)
    await fc.assert(
      fc.asyncProperty(edges, edges, async (a, b) => {
        const range = { from: Math.min(a, b), to: Math.max(a, b) }
        const expected = sliceBars(all, range)
        expect(equalBars(await cache.read("BTCUSDT", "1m", range), expected)).toBe(true)
        const pieces: Array<Bars> = []
        for await (const piece of cache.readBlocks("BTCUSDT", "1m", range)) pieces.push(piece)
        expect(equalBars(concatBars(pieces), expected)).toBe(true)
        const spans = await cache.provenance("BTCUSDT", "1m", range)
        expect(findTilingIssue(spans, expected.openTime)).toBeUndefined()
      }),
      { numRuns: 60 },
    )
  })

  it("streams years in bounded pieces", async () => {
    const { cache } = await openTemporary({ durability: "none", compression: "fast" })
    const all = barsAt(times(newYear, 60_000, minute))
    await cache.put(requestOf([pageOf(all)], entryOf("1m")))
    const sizes: Array<number> = []
    for await (const piece of cache.readBlocks("BTCUSDT", "1m")) sizes.push(barCount(piece))
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(60_000)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(16 * 1440)
  })

  it("is empty for entries nobody has written", async () => {
    const { cache } = await openTemporary()
    expect(barCount(await cache.read("NOPE", "1h"))).toBe(0)
    expect(await cache.coverage("NOPE", "1h")).toEqual([])
    expect(await cache.provenance("NOPE", "1h")).toEqual([])
    expect(await cache.describe("NOPE", "1h")).toBeUndefined()
    expect(await cache.listSymbols()).toEqual([])
    expect(await cache.listTimeframes("NOPE")).toEqual([])
    expect(await cache.listYears("NOPE", "1h")).toEqual([])
    expect(await cache.entries()).toEqual([])
    expect((await cache.stats()).total).toMatchObject({ files: 0, rows: 0 })
  })

  it("lists what was put, symbols sorted, timeframes finest first", async () => {
    const { cache } = await openTemporary()
    for (const [symbol, timeframe] of [
      ["ETH/USDT", "1d"],
      ["BTCUSDT", "1d"],
      ["BTCUSDT", "1m"],
      ["BTCUSDT", "1mo"],
    ] as const)
      await cache.put(
        requestOf([pageOf(barsAt([newYear]))], entryOf(timeframe, { ...entryOf().instrument, symbol })),
      )
    expect(await cache.listSymbols()).toEqual(["BTCUSDT", "ETH/USDT"])
    expect(await cache.listTimeframes("BTCUSDT")).toEqual(["1m", "1d", "1mo"])
    expect(await cache.entries()).toContainEqual({ symbol: "ETH/USDT", timeframe: "1d", years: [2024] })
    expect(await cache.describe("ETH/USDT", "1d")).toMatchObject({
      ...entryOf("1d", { ...entryOf().instrument, symbol: "ETH/USDT" }),
      notes: [],
    })
  })

  it("accepts 1M for 1mo everywhere", async () => {
    const { cache } = await openTemporary()
    await cache.put(requestOf([pageOf(barsAt([newYear]))], entryOf("1mo")))
    expect(barCount(await cache.read("BTCUSDT", "1M" as "1mo"))).toBe(1)
  })
})

describe("answers without rows", () => {
  it("are remembered for years that have no file, and move into the file when one appears", async () => {
    const { folder, cache } = await openTemporary()
    const range = { from: Date.UTC(2015, 0), to: Date.UTC(2018, 0) }
    await cache.put(requestOf([pageOf(barsAt([]), {}, range)]))
    expect(await cache.coverage("BTCUSDT", "1h")).toEqual([
      { ...range, provider: "binance", askedAt: noon - hour, empty: true, settled: true },
    ])
    expect(await cache.listSymbols()).toEqual([])
    await cache.put(requestOf([pageOf(barsAt([Date.UTC(2017, 7, 17)]), { provider: "donor" })]))
    const coverage = await cache.coverage("BTCUSDT", "1h")
    expect(answeredRanges(coverage)).toEqual([range])
    const ownAnswers = readFileSync(join(folder, "_barkeep/coverage/BTCUSDT/1h.json"), "utf8")
    expect(ownAnswers).toContain(`"to":"2017-01-01T00:00:00Z"`)
    expect(ownAnswers).not.toContain("2018")
  })

  it("do not make an entry", async () => {
    const { cache } = await openTemporary()
    await cache.put(requestOf([pageOf(barsAt([]), {}, { from: newYear, to: newYear + day })]))
    expect(await cache.describe("BTCUSDT", "1h")).toBeUndefined()
    expect(
      missingRanges({ from: newYear, to: newYear + day }, await cache.coverage("BTCUSDT", "1h")),
    ).toEqual([])
  })
})

describe("session markets", () => {
  it("are written in exchange-local time, split by the local year, and read back as instants", async () => {
    const { cache } = await openTemporary()
    // 15:30 and 20:30 in New York on New Year's Eve; the second is already New Year's Day in UTC.
    const bars = barsAt([
      Date.UTC(2023, 11, 31, 20, 30),
      Date.UTC(2024, 0, 1, 1, 30),
      Date.UTC(2024, 6, 1, 13, 30),
    ])
    await cache.put(requestOf([pageOf(bars)], { ...entryOf("1h", apple), anchor: "session" }))
    expect(await cache.listYears("AAPL", "1h")).toEqual([2023, 2024])
    const metadata = JSON.parse(readFileSync((await cache.partition("AAPL", "1h", 2023)).metadata, "utf8"))
    expect(metadata).toMatchObject({
      timezone: "America/New_York",
      anchor: "session",
      start_date: "2023-12-31T15:30:00",
      end_date: "2023-12-31T20:30:00",
    })
    expect(equalBars(await cache.read("AAPL", "1h"), bars)).toBe(true)
    expect(await cache.describe("AAPL", "1h")).toMatchObject({
      anchor: "session",
      timezone: "America/New_York",
    })
  })

  it("write daily bars as session dates, whatever the process's own zone is", async () => {
    const { cache } = await openTemporary()
    // Midnights in New York, before and after the clocks change.
    const bars = barsAt([Date.UTC(2024, 2, 8, 5), Date.UTC(2024, 2, 11, 4)])
    await cache.put(requestOf([pageOf(bars)], entryOf("1d", apple)))
    const { data, metadata } = await cache.partition("AAPL", "1d", 2024)
    expect(JSON.parse(readFileSync(metadata, "utf8"))).toMatchObject({
      start_date: "2024-03-08T00:00:00",
      end_date: "2024-03-11T00:00:00",
    })
    const { gunzipSync } = await import("node:zlib")
    expect(gunzipSync(readFileSync(data)).toString()).toMatch(/^timestamp,.*\n2024-03-08,.*\n2024-03-11,/)
    expect(equalBars(await cache.read("AAPL", "1d"), bars)).toBe(true)
  })
})

/** What the store should hold, kept the simplest way. */
class Model {
  readonly rows = new Map<number, { readonly bar: Bar; readonly provenance: Provenance }>()
  asked: Array<{ readonly from: number; readonly to: number; readonly settled: boolean }> = []

  put(request: PutRequest): { rowsAdded: number; rowsReplaced: number; rowsDiffering: number } {
    const counts = { rowsAdded: 0, rowsReplaced: 0, rowsDiffering: 0 }
    for (const page of request.pages) {
      const { range, provenance } = page
      this.asked = this.asked.flatMap((span) =>
        subtractRanges([span], [range]).map((rest) => ({ ...span, ...rest })),
      )
      this.asked.push({ ...range, settled: provenance.settled })
      for (const bar of barRows(page.bars)) {
        const present = this.rows.get(bar.openTime)
        const differs = present !== undefined && present.bar.open !== bar.open
        const gives = present === undefined || request.policy === "replace" || !present.provenance.settled
        if (present === undefined) counts.rowsAdded += 1
        else if (differs && gives) counts.rowsReplaced += 1
        else if (differs) counts.rowsDiffering += 1
        if (gives) this.rows.set(bar.openTime, { bar, provenance })
      }
    }
    return counts
  }

  async compare(cache: Cache): Promise<void> {
    const stored = await cache.read("BTCUSDT", "1m")
    const expected = [...this.rows.values()].toSorted((a, b) => a.bar.openTime - b.bar.openTime)
    assert.isTrue(equalBars(stored, barsFromRows(expected.map((row) => row.bar))))
    const spans = await cache.provenance("BTCUSDT", "1m")
    assert.isUndefined(findTilingIssue(spans, stored.openTime))
    for (const { bar, provenance } of expected) {
      const { provider, settled } = spans[spanIndexAt(spans, bar.openTime)] as Provenance
      assert.deepStrictEqual([provider, settled], [provenance.provider, provenance.settled])
    }
    const coverage = await cache.coverage("BTCUSDT", "1m")
    assert.deepStrictEqual(answeredRanges(coverage), normalizeRanges(this.asked))
    assert.deepStrictEqual(
      answeredRanges(coverage.filter((span) => span.settled)),
      normalizeRanges(this.asked.filter((span) => span.settled)),
    )
    assert.deepStrictEqual((await cache.verify()).findings, [])
  }
}

const snapshot = (folder: string): ReadonlyArray<readonly [string, number, string]> =>
  (readdirSync(folder, { recursive: true }) as Array<string>)
    .filter((name) => !name.includes("locks") && statSync(join(folder, name)).isFile())
    .toSorted()
    .map((name) => [name, statSync(join(folder, name)).mtimeMs, readFileSync(join(folder, name), "latin1")])
