import { constants, deflateRawSync } from "node:zlib"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { anyText, damagedData, deflated, inflateDifference } from "../bench/compare-inflates.ts"
import { seededRandom } from "../bench/workload.ts"
import { decodeFast } from "../src/codec/decode-fast.ts"
import { decodeByZlib, decodeRun } from "../src/codec/decode-run.ts"
import { type Block, encodeFile } from "../src/codec/index.ts"
import { codecKernel, type Kernel } from "../src/codec/kernel.ts"
import { anyBars, blockBytes, plainBars, utcTimes } from "./codec-arbitraries.ts"

const kernel = codecKernel() as Kernel

describe("the kernel's inflate", () => {
  const belowOf = (seed: number): ((limit: number) => number) => {
    const random = seededRandom(seed)
    return (limit) => Math.floor(random() * limit)
  }

  it("gives the text that zlib was given, whatever its settings", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const below = belowOf(seed)
        const text = anyText(below)
        const data = deflated(text, below)
        expect(inflateDifference(data, text.length, kernel, true)).toBeUndefined()
      }),
      { numRuns: 200 },
    )
  })

  it("takes no damaged data that zlib does not take, and gives no other text", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const below = belowOf(seed)
        const text = anyText(below)
        const data = deflated(text, below)
        for (let change = 0; change < 10; change += 1) {
          const length = below(4) === 0 ? below(text.length + 300) : text.length
          expect(inflateDifference(damagedData(data, below), length, kernel, false)).toBeUndefined()
        }
        // Nothing of that stays behind.
        expect(inflateDifference(data, text.length, kernel, true)).toBeUndefined()
      }),
      { numRuns: 200 },
    )
  })

  it("leaves the end of a stream and what has no flush point to zlib", () => {
    const text = new TextEncoder().encode("2024-01-01 00:00:00,1,2,1,1.5,7\n".repeat(100))
    expect(kernel.inflate(deflateRawSync(text), text.length)).toBe(false)
    const sync = deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH })
    expect(kernel.inflate(sync, text.length)).toBe(true)
    expect(kernel.inflate(sync, text.length - 1)).toBe(false)
    expect(kernel.inflate(sync, text.length + 1)).toBe(false)
    expect(kernel.inflate(sync.subarray(0, -1), text.length)).toBe(false)
    expect(kernel.inflate(Buffer.concat([sync, Buffer.of(0)]), text.length)).toBe(false)
    expect(kernel.inflate(new Uint8Array(kernel.dataLength + 1), 1)).toBe(false)
    expect(kernel.inflate(sync, kernel.textLength + 1)).toBe(false)
  })
})

describe("decoding a run of blocks", () => {
  const decoded = (bytes: Uint8Array, blocks: ReadonlyArray<Block>, decode: typeof decodeByZlib) => {
    const rows = blocks.reduce((sum, block) => sum + block.rows, 0)
    const numbers = new Float64Array(6 * rows)
    const run = { from: 0, to: blocks.length, row: 0 }
    const failure = decode(bytes, blocks, run, { numbers, stride: rows }, false, undefined)
    return failure ?? numbers
  }

  it("says the same of whole and of damaged blocks with the kernel as without it", () => {
    const damages = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 2 })
    fc.assert(
      fc.property(anyBars({ maxRows: 300 }), damages, fc.nat(3), (bars, changes, wrong) => {
        const file = encodeFile(bars, utcTimes, { blockRows: 40 })
        const bytes = Uint8Array.from(blockBytes(file))
        for (const [at, value] of changes) bytes[at % bytes.length] = value
        const blocks = file.blocks.map((block, index) =>
          index !== 1 || wrong !== 3 ? block : { ...block, rows: block.rows - 1 },
        )
        expect(decoded(bytes, blocks, decodeRun)).toEqual(decoded(bytes, blocks, decodeByZlib))
      }),
      { numRuns: 200 },
    )
  })

  it("reads usual blocks by the kernel alone", () => {
    const file = encodeFile(plainBars(5000), utcTimes)
    const arena = { numbers: new Float64Array(6 * 5000), stride: 5000 }
    const run = { from: 0, to: file.blocks.length, row: 0 }
    expect(decodeFast(kernel, blockBytes(file), file.blocks, run, arena, false)).toBe(true)
    expect(arena.numbers).toEqual(decoded(blockBytes(file), file.blocks, decodeByZlib))
  })
})
