import { spawnSync } from "node:child_process"
import { Readable } from "node:stream"
import { buffer } from "node:stream/consumers"
import { createGunzip, gunzipSync } from "node:zlib"
import {
  barCount,
  type Bars,
  concatBars,
  emptyBars,
  equalBars,
  InvalidInput,
  sliceRows,
} from "@barkeep/market-data"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  type Block,
  decodeBlocks,
  type EncodedFile,
  encodeFile,
  readFileBytes,
  rebuildIndex,
} from "../src/codec/index.ts"
import { anyBars, blockBytes, fileBytes, plainBars, utcDates, utcTimes } from "./codec-arbitraries.ts"

const text = (file: EncodedFile): string => gunzipSync(fileBytes(file)).toString("utf8")
const hasZcat = spawnSync("zcat", ["--version"]).status === 0

/** The prefix of a file that holds its first `blocks` blocks. */
const keep = (
  file: EncodedFile,
  blocks: number,
): { readonly length: number; readonly blocks: ReadonlyArray<Block> } => {
  const last = file.blocks[blocks - 1] as Block
  return { length: last.offset + last.length, blocks: file.blocks.slice(0, blocks) }
}

/** The whole file that the prefix of one and the parts of another make. */
const joined = (prefix: EncodedFile, length: number, rest: EncodedFile): EncodedFile => ({
  ...rest,
  parts: [fileBytes(prefix).subarray(0, length), ...rest.parts],
})

const rowsIn = (blocks: ReadonlyArray<Block>): number => blocks.reduce((sum, block) => sum + block.rows, 0)

describe("writing and reading back", () => {
  it("writes the text that it promises", () => {
    const bars = sliceRows(plainBars(2), 0, 2)
    bars.volume[1] = Number.NaN
    expect(text(encodeFile(bars, utcTimes))).toBe(
      "timestamp,open,high,low,close,volume\n" +
        "2024-01-01 00:00:00,40000,40003.25,39997.5,40000.75,0\n" +
        "2024-01-01 00:01:00,40079.19,40082.44,40076.69,40079.94,\n",
    )
  })

  it("writes dates for date-only entries", () => {
    expect(text(encodeFile(plainBars(2, 1_704_067_200_000, 86_400_000), utcDates))).toContain(
      "\n2024-01-01,40000,40003.25,39997.5,40000.75,0\n2024-01-02,",
    )
  })

  it("gives every bar back bit for bit, by the index and without it, whatever the size of blocks", () => {
    fc.assert(
      fc.property(
        anyBars(),
        fc.integer({ min: 1, max: 70 }),
        fc.constantFrom("default" as const, "fast" as const),
        (bars, blockRows, compression) => {
          const file = encodeFile(bars, utcTimes, { blockRows, compression })
          const whole = readFileBytes(fileBytes(file), utcTimes)
          expect(whole).toMatchObject({
            canonical: true,
            notes: [],
            rowsInFile: barCount(bars),
            style: utcTimes,
          })
          expect(equalBars(whole.bars, bars)).toBe(true)
          expect(equalBars(decodeBlocks(blockBytes(file), file.blocks, utcTimes), bars)).toBe(true)
          expect(rebuildIndex(fileBytes(file), utcTimes)).toEqual(file.blocks)
        },
      ),
      { numRuns: 300 },
    )
  })

  it("reads any run of blocks alone", () => {
    const bars = plainBars(5000)
    const file = encodeFile(bars, utcTimes, { blockRows: 700 })
    for (let from = 0; from < file.blocks.length; from += 1)
      for (let to = from; to <= file.blocks.length; to += 1) {
        const start = rowsIn(file.blocks.slice(0, from))
        const end = start + rowsIn(file.blocks.slice(from, to))
        const part = decodeBlocks(blockBytes(file, from, to), file.blocks.slice(from, to), utcTimes)
        expect(equalBars(part, sliceRows(bars, start, end))).toBe(true)
      }
  })

  it("gives the same bytes for the same bars", () => {
    expect(fileBytes(encodeFile(plainBars(3000), utcTimes))).toEqual(
      fileBytes(encodeFile(plainBars(3000), utcTimes)),
    )
  })

  it("names sizes that are true", () => {
    const file = encodeFile(plainBars(4000), utcTimes)
    expect(file.sizeBytes).toBe(fileBytes(file).length)
    expect(file.rawBytes).toBe(text(file).length)
    expect(file.blocks.map((block) => block.rows)).toEqual([1440, 1440, 1120])
  })

  it("writes a file without rows as a header without blocks", () => {
    const file = encodeFile(emptyBars, utcTimes)
    expect(file.blocks).toEqual([])
    expect(text(file)).toBe("timestamp,open,high,low,close,volume\n")
    expect(barCount(readFileBytes(fileBytes(file), utcTimes).bars)).toBe(0)
    expect(rebuildIndex(fileBytes(file), utcTimes)).toEqual([])
    expect(barCount(decodeBlocks(new Uint8Array(0), [], utcTimes))).toBe(0)
  })
})

describe("keeping the leading blocks", () => {
  const append = (bars: Bars, blockRows: number, keptBlocks: number, more: Bars): EncodedFile => {
    const before = encodeFile(bars, utcTimes, { blockRows })
    const kept = keep(before, keptBlocks)
    const rest = concatBars([sliceRows(bars, rowsIn(kept.blocks), barCount(bars)), more])
    return joined(before, kept.length, encodeFile(rest, utcTimes, { blockRows, kept }))
  }

  it("gives the file that writing everything at once gives, when whole blocks are kept", () => {
    fc.assert(
      fc.property(
        anyBars({ maxRows: 120 }),
        fc.integer({ min: 1, max: 40 }),
        fc.nat(),
        fc.nat(),
        (bars, blockRows, cut, k) => {
          const rows = barCount(bars)
          const firstRows = 1 + (cut % rows)
          const fullBlocks = Math.floor(firstRows / blockRows)
          fc.pre(fullBlocks > 0)
          const file = append(
            sliceRows(bars, 0, firstRows),
            blockRows,
            1 + (k % fullBlocks),
            sliceRows(bars, firstRows, rows),
          )
          const whole = encodeFile(bars, utcTimes, { blockRows })
          expect(text(file)).toBe(text(whole))
          expect(file.rawBytes).toBe(whole.rawBytes)
          expect(equalBars(readFileBytes(fileBytes(file), utcTimes).bars, bars)).toBe(true)
          expect(rebuildIndex(fileBytes(file), utcTimes)).toEqual(file.blocks)
        },
      ),
      { numRuns: 200 },
    )
  })

  it("returns only what follows after the prefix, and the sizes of the whole", () => {
    const kept = keep(encodeFile(plainBars(3000), utcTimes), 2)
    const file = encodeFile(plainBars(10, 1_704_067_200_000 + 2880 * 60_000), utcTimes, { kept })
    expect(file.sizeBytes).toBe(kept.length + fileBytes(file).length)
    expect(file.blocks.slice(0, 2)).toEqual(kept.blocks)
  })

  it("can end a file after its kept blocks", () => {
    const before = encodeFile(plainBars(3000), utcTimes)
    const kept = keep(before, 1)
    const file = joined(before, kept.length, encodeFile(emptyBars, utcTimes, { kept }))
    expect(equalBars(readFileBytes(fileBytes(file), utcTimes).bars, plainBars(1440))).toBe(true)
  })

  it.each([
    ["a row that is not after the kept ones", plainBars(10, 1_704_067_200_000 + 2879 * 60_000), 0],
    ["a prefix that is cut too early", plainBars(10, 1_704_067_200_000 + 2880 * 60_000), -1],
  ])("refuses %s", (_name, bars, shift) => {
    const kept = keep(encodeFile(plainBars(3000), utcTimes), 2)
    const cut = { length: kept.length + shift, blocks: kept.blocks }
    expect(() => encodeFile(bars, utcTimes, { kept: cut })).toThrow(InvalidInput)
  })
})

describe("what cannot be written", () => {
  const bars = plainBars(3)
  const changed = (change: (copy: Bars) => void): Bars => {
    const copy = structuredClone(bars)
    change(copy)
    return copy
  }
  it.each([
    ["an infinite price", changed((copy) => (copy.high[1] = Number.POSITIVE_INFINITY)), "high"],
    ["an infinite volume", changed((copy) => (copy.volume[2] = Number.NEGATIVE_INFINITY)), "volume"],
    [
      "a fraction of a second",
      changed((copy) => (copy.openTime[1] = (copy.openTime[1] as number) + 1)),
      "openTime",
    ],
    ["an unordered row", changed((copy) => (copy.openTime[2] = 0)), "bars row 2"],
    ["a row twice", changed((copy) => (copy.openTime[2] = copy.openTime[1] as number)), "bars row 2"],
    ["a year of five digits", plainBars(1, 253_402_300_800_000), "openTime"],
  ])("refuses %s and names it", (_name, unwritable, field) => {
    expect(() => encodeFile(unwritable, utcTimes)).toThrow(
      expect.objectContaining({ _tag: "InvalidInput", field }),
    )
  })

  it("refuses a date-only bar that does not start a day", () => {
    expect(() => encodeFile(plainBars(1, 1_704_067_260_000), utcDates)).toThrow(InvalidInput)
  })

  it.each([0, -1, 1.5, Number.NaN, 1e9])("refuses blocks of %d rows", (blockRows) => {
    expect(() => encodeFile(bars, utcTimes, { blockRows })).toThrow(InvalidInput)
  })
})

describe("other readers", () => {
  const file = encodeFile(plainBars(20_000), utcTimes, { blockRows: 333 })
  const bytes = fileBytes(file)
  const expected = gunzipSync(bytes)

  it("gives createGunzip the same text", async () => {
    expect(await buffer(Readable.from([Buffer.from(bytes)]).pipe(createGunzip()))).toEqual(expected)
  })

  it("gives the web's DecompressionStream the same text", async () => {
    const stream = new Blob([Uint8Array.from(bytes)]).stream().pipeThrough(new DecompressionStream("gzip"))
    expect(Buffer.from(await new Response(stream).arrayBuffer())).toEqual(expected)
  })

  it.skipIf(!hasZcat)("gives zcat the same text (skipped where there is no zcat)", () => {
    const { stdout, status } = spawnSync("zcat", { input: bytes, maxBuffer: 1e8 })
    expect(status).toBe(0)
    expect(stdout).toEqual(expected)
  })
})
