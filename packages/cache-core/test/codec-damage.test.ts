import { crc32, deflateRawSync, gzipSync } from "node:zlib"
import { type Bars, barCount, equalBars } from "@barkeep/market-data"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  type Block,
  DamagedBytes,
  decodeBlocks,
  encodeFile,
  readFileBytes,
  rebuildIndex,
  type TextStyle,
} from "../src/codec/index.ts"
import { crc32Combine } from "../src/codec/crc32-combine.ts"
import { blockBytes, fileBytes, plainBars, utcTimes } from "./codec-arbitraries.ts"

const newYork: TextStyle = { dateOnly: false, timeZone: "America/New_York" }

/** Reads; anything but bars or DamagedBytes fails the test. */
const readOrDamaged = (read: () => Bars): Bars | DamagedBytes => {
  try {
    return read()
  } catch (error) {
    if (error instanceof DamagedBytes) return error
    throw error
  }
}

const mutated = (bytes: Uint8Array, at: number, bits: number): Uint8Array => {
  const copy = Uint8Array.from(bytes)
  copy[at % copy.length] = (copy[at % copy.length] as number) ^ bits
  return copy
}

describe("a damaged file of ours", () => {
  const bars = plainBars(600)
  const file = encodeFile(bars, utcTimes, { blockRows: 100 })
  const bytes = fileBytes(file)
  const blocksOnly = blockBytes(file)

  it("gives the same rows or DamagedBytes for any byte that changes", () => {
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, bits) => {
        const broken = mutated(bytes, at, bits)
        const whole = readOrDamaged(() => readFileBytes(broken, utcTimes).bars)
        if (!(whole instanceof DamagedBytes)) expect(equalBars(whole, bars)).toBe(true)
        const byIndex = readOrDamaged(() =>
          decodeBlocks(mutated(blocksOnly, at, bits), file.blocks, utcTimes),
        )
        if (!(byIndex instanceof DamagedBytes)) expect(equalBars(byIndex, bars)).toBe(true)
      }),
      { numRuns: 3000 },
    )
  })

  it("gives no index, or the true one, for any byte that changes", () => {
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, bits) => {
        const index = rebuildIndex(mutated(bytes, at, bits), utcTimes)
        if (index !== undefined) expect(index).toEqual(file.blocks)
      }),
      { numRuns: 1000 },
    )
  })

  it("is refused wherever it is cut", () => {
    const small = fileBytes(encodeFile(plainBars(60), utcTimes, { blockRows: 20 }))
    for (let length = 0; length < small.length; length += 1)
      expect(readOrDamaged(() => readFileBytes(small.subarray(0, length), utcTimes).bars)).toBeInstanceOf(
        DamagedBytes,
      )
  })

  it("is refused with anything appended", () => {
    for (const tail of ["\0", "garbage", "timestamp,open"])
      expect(() => readFileBytes(Buffer.concat([bytes, Buffer.from(tail)]), utcTimes)).toThrow(
        expect.objectContaining({ kind: "gzip", byteOffset: bytes.length }),
      )
  })

  it("still gives the blocks that are not damaged, and names the one that is", () => {
    const bad = file.blocks[2] as Block
    const broken = mutated(blocksOnly, bad.offset - 10 + 40, 0x10)
    const read = (block: Block): Bars => {
      const start = block.offset - 10
      return decodeBlocks(broken.subarray(start, start + block.length), [block], utcTimes)
    }
    for (const block of file.blocks) if (block !== bad) expect(barCount(read(block))).toBe(100)
    expect(() => read(bad)).toThrow(expect.objectContaining({ byteOffset: bad.offset }))
    expect(() => decodeBlocks(broken, file.blocks, utcTimes)).toThrow(
      expect.objectContaining({ byteOffset: bad.offset }),
    )
  })
})

describe("a damaged index", () => {
  const bars = plainBars(500)
  const file = encodeFile(bars, utcTimes, { blockRows: 100 })

  it("never gives other rows than were written", () => {
    const anyNumber = fc.oneof(
      fc.integer({ min: -10, max: 100_000 }),
      fc.double(),
      fc.constantFrom(1e15, 2 ** 31, 2 ** 32),
    )
    fc.assert(
      fc.property(
        fc.nat({ max: 4 }),
        fc.constantFrom("offset", "length", "rawLength", "crc32", "rows", "firstOpenTime", "lastOpenTime"),
        anyNumber,
        (at, field, value) => {
          fc.pre((file.blocks[at] as Block)[field] !== value)
          const blocks = file.blocks.map((block, index) =>
            index === at ? { ...block, [field]: value } : block,
          )
          expect(readOrDamaged(() => decodeBlocks(blockBytes(file), blocks, utcTimes))).toBeInstanceOf(
            DamagedBytes,
          )
        },
      ),
      { numRuns: 500 },
    )
  })

  it.each([
    ["a block is missing", file.blocks.slice(1)],
    ["blocks are swapped", [...file.blocks.slice(0, 3), ...file.blocks.slice(3).toReversed()]],
    ["a block is repeated", [...file.blocks, ...file.blocks.slice(-1)]],
  ])("is refused when %s", (_name, blocks) => {
    expect(() => decodeBlocks(blockBytes(file), blocks, utcTimes)).toThrow(DamagedBytes)
  })

  it("is refused when it belongs to another zone", () => {
    expect(() => decodeBlocks(blockBytes(file), file.blocks, newYork)).toThrow(DamagedBytes)
  })
})

describe("bounded work", () => {
  const header = "timestamp,open,high,low,close,volume\n"
  const gzipFrame = (deflated: Uint8Array, text: Uint8Array, claimed = text.length): Uint8Array => {
    const trailer = Buffer.alloc(8)
    trailer.writeUInt32LE(crc32(text), 0)
    trailer.writeUInt32LE(claimed, 4)
    return Buffer.concat([Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255), deflated, trailer])
  }

  it("refuses a text longer than the limit without inflating it whole", () => {
    const bomb = gzipSync(Buffer.alloc(64 << 20, "0"), { level: 9 })
    const before = process.memoryUsage().rss
    expect(() => readFileBytes(bomb, utcTimes, { maxRawBytes: 1 << 20 })).toThrow(
      expect.objectContaining({ kind: "size" }),
    )
    expect(process.memoryUsage().rss - before).toBeLessThan(48 << 20)
  })

  it("does not believe the stored length", () => {
    const text = Buffer.from(`${header}2024-01-01 00:00:00,1,1,1,1,1\n`)
    const deflated = deflateRawSync(text)
    for (const claimed of [0, 1, 0xffff_ffff])
      expect(() => readFileBytes(gzipFrame(deflated, text, claimed), utcTimes)).toThrow(
        expect.objectContaining({ kind: "checksum" }),
      )
    expect(barCount(readFileBytes(gzipFrame(deflated, text), utcTimes).bars)).toBe(1)
  })

  it("refuses a file of endless empty members", () => {
    const member = gzipSync("")
    const many = Buffer.concat(Array.from({ length: 10_001 }, () => member))
    expect(() => readFileBytes(many, utcTimes)).toThrow(expect.objectContaining({ kind: "size" }))
  })

  it.each([
    ["digits without end", `${header}2024-01-01 00:00:00,${"1".repeat(2_000_000)},1,1,1,1\n`],
    ["carriage returns without end", `${header}${"\r".repeat(2_000_000)}x\n`],
    ["quotes without end", `${header}2024-01-01 00:00:00,"${'a"'.repeat(1_000_000)}\n`],
    ["one open quote", `${header}"${"x,".repeat(1_000_000)}\n`],
    ["commas without end", `${",".repeat(2_000_000)}\n`],
    ["blank lines without end", "\n".repeat(5_000_000)],
    ["headers without end", header.repeat(150_000)],
    ["rows of another kind", "a\n".repeat(3_000_000)],
    ["one line without end", "a".repeat(2_000_000)],
  ])("refuses %s at once", (_name, text) => {
    expect(() => readFileBytes(gzipSync(text), utcTimes)).toThrow(DamagedBytes)
  })

  it("refuses any bytes at all, or reads rows, but never fails in another way", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (noise, wrapped) => {
        readOrDamaged(() => readFileBytes(wrapped ? gzipSync(noise) : noise, utcTimes).bars)
        readOrDamaged(
          () => readFileBytes(Buffer.concat([Buffer.from(header), noise, Buffer.from("\n")]), newYork).bars,
        )
      }),
      { numRuns: 2000 },
    )
  })
})

describe("the CRC of joined texts", () => {
  it("equals the CRC of the whole", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), fc.uint8Array({ maxLength: 2000 }), (a, b) => {
        expect(crc32Combine(crc32(a), crc32(b), b.length)).toBe(crc32(Buffer.concat([a, b])))
      }),
    )
  })
})
