import { createHash } from "node:crypto"
import { readFileSync, statSync, writeFileSync } from "node:fs"
import { gunzipSync, gzipSync } from "node:zlib"
import { equalBars } from "@barkeep/market-data"
import { describe, expect, it } from "vitest"
import { type Cache } from "../src/index.ts"
import { barsAt, entryOf, hour, openTemporary, pageOf, requestOf, times } from "./support.ts"

const start = Date.UTC(2023, 11, 31, 12)
const bars = barsAt(times(start, 24))
const quality = { score: 0.5, validation_errors: [], gaps: 2, duplicates: 0 }

const stored = async (): Promise<{
  readonly cache: Cache
  readonly file: (name: string) => string
  readonly hash: (year: number) => Promise<string>
}> => {
  const { folder, cache } = await openTemporary()
  await cache.put(requestOf([pageOf(bars)]))
  return {
    cache,
    file: (name) => `${folder}/BTCUSDT/1h/${name}`,
    hash: async (year) => (await cache.hashYear("BTCUSDT", "1h", year)) as string,
  }
}

const sha256 = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex")

/** Writes the same rows as another program would. */
const rewrite = (path: string): void => writeFileSync(path, gzipSync(gunzipSync(readFileSync(path))))

describe("measured quality", () => {
  it("goes into the metadata of the file it was measured of, and nothing else changes", async () => {
    const { cache, file, hash } = await stored()
    const before = readFileSync(file("2023.metadata.json"), "utf8")
    const data = statSync(file("2023.csv.gz"))
    const outcomes = await cache.writeQuality("BTCUSDT", "1h", [
      { year: 2023, sha256: await hash(2023), quality },
    ])
    expect(outcomes).toMatchObject([{ year: 2023, outcome: "written" }])
    const { mtimeMs, size, ino } = statSync(file("2023.metadata.json"))
    expect(outcomes[0]?.after).toMatchObject({ mtimeMillis: mtimeMs, size, inode: ino })
    expect(outcomes[0]?.before?.size).toBe(Buffer.byteLength(before))
    expect(readFileSync(file("2023.metadata.json"), "utf8")).toBe(
      before.replace('"data_quality": null', `"data_quality": ${JSON.stringify(quality)}`),
    )
    expect(statSync(file("2023.csv.gz"))).toMatchObject({ mtimeMs: data.mtimeMs, ino: data.ino })
    expect((await cache.verify()).findings).toEqual([])
    expect(equalBars(await cache.read("BTCUSDT", "1h"), bars)).toBe(true)
  })

  it("is not written again when it is there already", async () => {
    const { cache, file, hash } = await stored()
    const measured = [
      { year: 2023, sha256: await hash(2023), quality },
      { year: 2024, sha256: await hash(2024), quality },
    ]
    await cache.writeQuality("BTCUSDT", "1h", measured)
    const { ino } = statSync(file("2024.metadata.json"))
    expect(await cache.writeQuality("BTCUSDT", "1h", measured)).toEqual([
      { year: 2023, outcome: "same" },
      { year: 2024, outcome: "same" },
    ])
    expect(statSync(file("2024.metadata.json")).ino).toBe(ino)
  })

  it("is not noted of another file: one that was written since, one of another program, none at all", async () => {
    const { cache, file, hash } = await stored()
    const old = await hash(2023)
    await cache.put(requestOf([pageOf(barsAt(times(start - hour, 1)))]))
    rewrite(file("2024.csv.gz"))
    const metadata = readFileSync(file("2024.metadata.json"), "utf8")
    expect(
      await cache.writeQuality("BTCUSDT", "1h", [
        { year: 2023, sha256: old, quality },
        { year: 2024, sha256: sha256(file("2024.csv.gz")), quality },
        { year: 2025, sha256: old, quality },
      ]),
    ).toEqual([
      { year: 2023, outcome: "other-data" },
      { year: 2024, outcome: "foreign" },
      { year: 2025, outcome: "foreign" },
    ])
    expect(readFileSync(file("2024.metadata.json"), "utf8")).toBe(metadata)
  })

  it("is gone with the next write of rows, and stays when a put changes none", async () => {
    const { cache, file, hash } = await stored()
    await cache.writeQuality("BTCUSDT", "1h", [{ year: 2023, sha256: await hash(2023), quality }])
    const noted = () =>
      (JSON.parse(readFileSync(file("2023.metadata.json"), "utf8")) as { data_quality: unknown }).data_quality
    await cache.put(requestOf([pageOf(bars)]))
    expect(noted()).toEqual(quality)
    await cache.put(requestOf([pageOf(barsAt(times(start - hour, 1)))]))
    expect(noted()).toBe(null)
  })
})

describe("the hash of a year", () => {
  it("is that of the file's bytes, whoever wrote them", async () => {
    const { cache, file, hash } = await stored()
    expect(await hash(2023)).toBe(sha256(file("2023.csv.gz")))
    rewrite(file("2023.csv.gz"))
    expect(await hash(2023)).toBe(sha256(file("2023.csv.gz")))
    expect(await cache.hashYear("BTCUSDT", "1h", 1999)).toBeUndefined()
  })
})

describe("a year read into lent memory", () => {
  it("has the same columns, in that memory, whatever was there before", async () => {
    const { cache } = await openTemporary()
    const minutes = barsAt(times(Date.UTC(2023, 0), 30_000, 60_000))
    await cache.put(requestOf([pageOf(minutes)], entryOf("1m")))
    const memory = new Float64Array(200_000).fill(7)
    const asked: Array<number> = []
    const lend = (numbers: number): Float64Array => {
      asked.push(numbers)
      return memory
    }
    const read = await cache.readYear("BTCUSDT", "1m", 2023, { lend })
    const own = await cache.readYear("BTCUSDT", "1m", 2023)
    expect(asked).toEqual([180_000])
    expect(read.bars.openTime.buffer).toBe(memory.buffer)
    expect(equalBars(read.bars, minutes)).toBe(true)
    expect(equalBars(own.bars, minutes)).toBe(true)
    expect(read.provenance).toEqual(own.provenance)
  })
})
