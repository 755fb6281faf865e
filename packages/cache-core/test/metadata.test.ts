import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import type { Coverage, Method, ProvenanceSpan } from "@barkeep/market-data"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { parseMetadataBytes } from "../src/metadata-bytes.ts"
import { parseMetadata } from "../src/parse-metadata.ts"
import type { PartitionMetadata } from "../src/partition-metadata.ts"
import { printMetadata } from "../src/print-metadata.ts"
import { type Schema, schemaIssues } from "./json-schema.ts"
import { apple, barsAt, bitcoin, hour, noon, openTemporary, pageOf, requestOf, times } from "./support.ts"

const schema = JSON.parse(
  readFileSync(fileURLToPath(new URL("../schema/metadata.schema.json", import.meta.url)), "utf8"),
) as Schema

const newYear = Date.UTC(2024, 0, 1)

const instant = fc.integer({ min: newYear, max: newYear + 300 * 24 * hour })

const spansOf = (count: number): fc.Arbitrary<ReadonlyArray<ProvenanceSpan>> =>
  fc
    .array(
      fc.record(
        {
          provider: fc.string({ maxLength: 5 }),
          endpoint: fc.string({ maxLength: 5 }),
          method: fc.constantFrom<Method>("direct", "resampled", "archive", "donor", "migrated", "unknown"),
          adjustment: fc.constantFrom("none" as const, "unknown" as const),
          settled: fc.boolean(),
          fetchedAt: instant,
          fillId: fc.string(),
          evidence: fc.dictionary(
            fc.string({ minLength: 1, maxLength: 4 }).filter((key) => key !== "__proto__"),
            fc.oneof(fc.string(), fc.integer()),
          ),
          rows: fc.constant(1),
          from: fc.constant(0),
          to: fc.constant(0),
        },
        {
          requiredKeys: [
            "provider",
            "endpoint",
            "method",
            "adjustment",
            "settled",
            "fetchedAt",
            "rows",
            "from",
            "to",
          ],
        },
      ),
      { minLength: count, maxLength: count },
    )
    .map((spans) =>
      spans.map((span, index) => ({
        ...span,
        from: newYear + index * hour,
        to: newYear + (index + 1) * hour,
      })),
    )

const coverages: fc.Arbitrary<Coverage> = fc
  .array(
    fc.record({
      provider: fc.string({ maxLength: 5 }),
      askedAt: instant,
      empty: fc.boolean(),
      settled: fc.boolean(),
    }),
    { maxLength: 5 },
  )
  .map((spans) =>
    spans.map((span, index) => ({ ...span, from: newYear + 2 * index, to: newYear + 2 * index + 1 })),
  )

const metadatas: fc.Arbitrary<PartitionMetadata> = fc.integer({ min: 1, max: 4 }).chain((blocks) =>
  fc.record({
    symbol: fc.string({ minLength: 1 }),
    timeframe: fc.constantFrom("1h" as const, "1d" as const),
    year: fc.integer({ min: 1000, max: 9999 }),
    generation: fc.integer({ min: 1, max: 1e9 }),
    createdAt: instant,
    lastUpdated: instant,
    instrument: fc.constantFrom(bitcoin, apple),
    timezone: fc.constantFrom("UTC", "America/New_York"),
    adjustment: fc.constantFrom("none" as const, "splits" as const, "unknown" as const),
    rows: fc.constant(blocks * 2),
    sizeBytes: fc.constant(10 + blocks * 7 + 10),
    rawBytes: fc.constant(blocks * 9),
    crc32: fc.nat(),
    sha256: fc.constant("a".repeat(64)),
    blocks: fc.constant({
      firstOffset: 10,
      length: Array.from({ length: blocks }, () => 7),
      rawLength: Array.from({ length: blocks }, () => 9),
      crc32: Array.from({ length: blocks }, (_, index) => 2 ** 32 - 1 - index),
      rows: Array.from({ length: blocks }, () => 2),
      firstOpenTime: times(newYear, blocks, 2 * hour),
      lastOpenTime: times(newYear + hour, blocks, 2 * hour),
    }),
    provenance: spansOf(blocks * 2),
    coverage: coverages,
    dataQuality: fc.constantFrom(null, { score: 0.5 }),
  }),
)

describe("partition metadata", () => {
  it("reads back what was printed, and fits the published schema", () => {
    fc.assert(
      fc.property(metadatas, (metadata) => {
        const text = printMetadata(metadata)
        expect(parseMetadata(text)).toEqual({ kind: "ours", metadata })
        expect(schemaIssues(schema, JSON.parse(text))).toEqual([])
      }),
    )
  })

  it("is read from bytes as from their text, whatever is changed in them", () => {
    const junk = fc.constantFrom(
      "",
      "0",
      "-",
      ",",
      "]",
      "}",
      "[",
      "1e3",
      " ",
      "null",
      '"',
      "9999999",
      "\n",
      '\n  "blocks": ',
    )
    const change = fc.record({ at: fc.nat(), length: fc.nat({ max: 3 }), text: junk, inBlocks: fc.boolean() })
    let intact = 0
    fc.assert(
      fc.property(metadatas, fc.array(change, { maxLength: 3 }), fc.nat(), (metadata, changes, cutAt) => {
        let text = printMetadata(metadata)
        for (const { at, length, text: other, inBlocks } of changes) {
          const from = inBlocks ? text.indexOf('"blocks"') : 0
          const position = from + (at % (inBlocks ? 400 : text.length))
          text = text.slice(0, position) + other + text.slice(position + length)
        }
        const parsed = parseMetadata(text)
        expect(parseMetadataBytes(Buffer.from(text))).toEqual(parsed)
        const cut = Buffer.from(text.slice(0, text.indexOf('"blocks"') + (cutAt % 400)))
        expect(parseMetadataBytes(cut)).toEqual(parseMetadata(cut.toString()))
        if (parsed.kind === "ours") intact += 1
      }),
      { numRuns: 500 },
    )
    expect(intact).toBeGreaterThan(50)
  })

  it.each([
    ["inside another object", '{\n  "instrument": {\n  "blocks": INDEX\n},\n  "format_version": 1\n}'],
    ["before another one", '{\n  "blocks": INDEX,\n  "blocks": {},\n  "format_version": 1\n}'],
  ])("takes no block index that stands %s", (_name, text) => {
    const index =
      '{"first_offset":10,"length":[7],"raw_length":[9],"crc32":[1],"rows":[2],"first_open_time":[0],"last_open_time":[1]}'
    const bytes = Buffer.from(text.replace("INDEX", index))
    expect(parseMetadataBytes(bytes)).toEqual(parseMetadata(bytes.toString()))
  })

  it("of a real put fits the published schema", async () => {
    const { cache } = await openTemporary()
    await cache.put(
      requestOf([
        pageOf(barsAt(times(newYear, 3000))),
        pageOf(barsAt(times(newYear + 3000 * hour, 5)), {
          settled: false,
          fillId: "f1",
          evidence: { scale: 1.5 },
        }),
      ]),
    )
    const { metadata } = await cache.partition("BTCUSDT", "1h", 2024)
    const value = JSON.parse(readFileSync(metadata, "utf8"))
    expect(schemaIssues(schema, value)).toEqual([])
    expect(value).toMatchObject({
      symbol: "BTCUSDT",
      data_source: "binance",
      start_date: "2024-01-01T00:00:00",
      end_date: "2024-05-05T04:00:00",
      data_quality: null,
      file_info: { format: "csv.gz", rows: 3005, columns: ["open", "high", "low", "close", "volume"] },
      created_at: "2026-06-15T12:00:00Z",
      generation: 1,
      currency: "USDT",
    })
  })

  it("names the provider of most rows as its data source", async () => {
    const { cache } = await openTemporary()
    await cache.put(
      requestOf([
        pageOf(barsAt(times(newYear, 3)), { provider: "coingecko" }),
        pageOf(barsAt(times(newYear + 10 * hour, 7))),
      ]),
    )
    const { metadata } = await cache.partition("BTCUSDT", "1h", 2024)
    expect(JSON.parse(readFileSync(metadata, "utf8"))).toMatchObject({ data_source: "binance" })
  })

  it("keeps the time of creation and counts generations", async () => {
    let now = noon
    const { cache } = await openTemporary({ clock: { now: () => now } })
    await cache.put(requestOf([pageOf(barsAt(times(newYear, 3)))]))
    now += hour
    await cache.put(requestOf([pageOf(barsAt(times(newYear + 3 * hour, 3)))]))
    const { metadata } = await cache.partition("BTCUSDT", "1h", 2024)
    expect(JSON.parse(readFileSync(metadata, "utf8"))).toMatchObject({
      created_at: "2026-06-15T12:00:00Z",
      last_updated: "2026-06-15T13:00:00Z",
      generation: 2,
    })
  })

  it("is never believed: each change of one value is either refused or makes no difference to the index", () => {
    const [metadata] = fc.sample(metadatas, { numRuns: 1, seed: 7 }) as [PartitionMetadata]
    const text = printMetadata(metadata)
    const junk = [null, -1, 0.5, "x", [], {}, true, 1e300, "2023-02-30T00:00:00Z"]
    for (const path of leafPaths(JSON.parse(text) as unknown))
      for (const value of junk) {
        const object = JSON.parse(text) as unknown
        replaceAt(object, path, value)
        const parsed = parseMetadata(JSON.stringify(object))
        if (parsed.kind !== "ours") continue
        const { blocks, rows, sizeBytes, rawBytes } = parsed.metadata
        expect(blocks.rows.reduce((sum, count) => sum + count, 0)).toBe(rows)
        expect(blocks.rawLength.reduce((sum, count) => sum + count, 0)).toBe(rawBytes)
        expect(blocks.firstOffset + blocks.length.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(
          sizeBytes,
        )
        for (const column of Object.values(blocks))
          for (const number of [column].flat()) expect(Number.isSafeInteger(number)).toBe(true)
      }
  })

  it.each([
    ["", "is no JSON"],
    ["[]", "no object"],
    ["null", "no object"],
    ['{"format_version":1}', "file_info"],
  ])("calls %j damaged", (text, issue) => {
    const parsed = parseMetadata(text)
    expect(parsed.kind === "damaged" && parsed.issue).toContain(issue)
  })

  it("knows newer formats from damage", () => {
    expect(parseMetadata('{"format_version":2}')).toEqual({ kind: "newer", version: 2 })
  })

  it("without its version is damaged, not one of the original whose zone would be guessed", () => {
    const [metadata] = fc.sample(metadatas, { numRuns: 1, seed: 7 }) as [PartitionMetadata]
    const text = printMetadata(metadata).replace("format_version", "format_varsion")
    expect(parseMetadata(text)).toMatchObject({ kind: "damaged" })
  })

  it("has no key of Object.prototype as a value", () => {
    expect(parseMetadata('{"__proto__":{"format_version":1}}').kind).toBe("original")
  })
})

const leafPaths = (value: unknown, path: ReadonlyArray<string> = []): ReadonlyArray<ReadonlyArray<string>> =>
  typeof value === "object" && value !== null
    ? [path, ...Object.entries(value).flatMap(([key, member]) => leafPaths(member, [...path, key]))].filter(
        (each) => each.length > 0,
      )
    : [path]

const replaceAt = (object: unknown, path: ReadonlyArray<string>, value: unknown): void => {
  let target = object as { [key: string]: unknown }
  for (const key of path.slice(0, -1)) target = target[key] as { [key: string]: unknown }
  target[path.at(-1) as string] = value
}
