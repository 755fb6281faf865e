import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { equalBars, findTilingIssue } from "@barkeep/market-data"
import { expect, it } from "vitest"
import { readFileRows } from "../src/codec/index.ts"
import { barsAt, hour, openTemporary, pageOf, requestOf, times } from "./support.ts"

const header = "timestamp,open,high,low,close,volume"

const writeForeign = (folder: string, lines: ReadonlyArray<string>): void => {
  mkdirSync(join(folder, "BTCUSDT", "1h"), { recursive: true })
  writeFileSync(join(folder, "BTCUSDT", "1h", "2024.csv.gz"), gzipSync(`${[header, ...lines].join("\n")}\n`))
}

it("gives the rows of our own files as they were put, with their provenance", async () => {
  const { cache } = await openTemporary()
  const bars = barsAt(times(Date.UTC(2024, 0, 1), 3000))
  await cache.put(requestOf([pageOf(bars)]))
  const year = await cache.readYear("BTCUSDT", "1h", 2024)
  expect(equalBars(year.bars, bars)).toBe(true)
  expect(year.provenance).toEqual(await cache.provenance("BTCUSDT", "1h"))
  expect(year.notes).toEqual([])
})

it("gives the rows of other programs' files in the order of the file, repeated, contradicting and of other years", async () => {
  const { folder, cache } = await openTemporary()
  writeForeign(folder, [
    "2024-01-01 02:00:00,3,3,3,3,3",
    "2024-01-01 00:00:00,1,1,1,1,1",
    "2024-01-01 01:00:00,2,2,2,2,2",
    "2024-01-01 01:00:00,2,2,2,2,2",
    "2024-01-01 00:00:00,9,9,9,9,9",
    "2023-12-31 23:00:00,0.5,0.5,0.5,0.5,",
  ])
  const from = Date.UTC(2024, 0, 1)
  const { bars, provenance, notes } = await cache.readYear("BTCUSDT", "1h", 2024)
  expect([...bars.openTime]).toEqual([2, 0, 1, 1, 0, -1].map((hours) => from + hours * hour))
  expect([...bars.close]).toEqual([3, 1, 2, 2, 9, 0.5])
  expect(
    findTilingIssue(
      provenance,
      Float64Array.from([-1, 0, 1, 2], (hours) => from + hours * hour),
    ),
  ).toBe(undefined)
  expect(notes.join(" ")).not.toBe("")
  // The reader that has to give bars refuses to choose.
  await expect(cache.read("BTCUSDT", "1h")).rejects.toMatchObject({ _tag: "CacheError" })
})

it("keeps the newest row first where the file has it first", () => {
  const text = `${header}\n2024-01-01 01:00:00,2,2,2,2,2\n2024-01-01 00:00:00,1,1,1,1,1\n`
  const { bars } = readFileRows(gzipSync(text), { dateOnly: false, timeZone: "America/New_York" })
  expect([...bars.close]).toEqual([2, 1])
})

it("gives no rows for a year without a file, and names the cell that is none", async () => {
  const { folder, cache } = await openTemporary()
  expect((await cache.readYear("BTCUSDT", "1h", 2024)).bars.openTime).toHaveLength(0)
  writeForeign(folder, ["2024-01-01 00:00:00,1,1,abc,1,1"])
  await expect(cache.readYear("BTCUSDT", "1h", 2024)).rejects.toMatchObject({
    reason: { _tag: "CorruptPartition", line: 2, column: "low" },
  })
})
