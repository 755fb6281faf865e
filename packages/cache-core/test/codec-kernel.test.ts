import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { constants, deflateRawSync } from "node:zlib"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { anyText, damagedData, deflated, inflateDifference } from "../bench/compare-inflates.ts"
import { scannerDifference } from "../bench/compare-scanners.ts"
import { hostileRows } from "../bench/hostile-rows.ts"
import { seededRandom } from "../bench/workload.ts"
import { compileKernel, kernelModule } from "../kernel/build-kernel.ts"
import { decodeFast } from "../src/codec/decode-fast.ts"
import { decodeByZlib, decodeRun } from "../src/codec/decode-run.ts"
import { type Block, encodeFile } from "../src/codec/index.ts"
import { codecKernel, type Kernel } from "../src/codec/kernel.ts"
import { type RowScan, scanRows } from "../src/codec/scan-rows.ts"
import { scanText } from "../src/codec/scan-text.ts"
import { anyBars, blockBytes, plainBars, utcTimes } from "./codec-arbitraries.ts"

const kernel = codecKernel() as Kernel
const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

const rowsOf = (field: string, rows: number): Uint8Array =>
  encode(
    Array.from(
      { length: rows },
      (_, row) =>
        `2024-01-${String(1 + Math.floor(row / 1440)).padStart(2, "0")} ${String(Math.floor(row / 60) % 24).padStart(2, "0")}:${String(row % 60).padStart(2, "0")}:00,${field},2,1,1.5,${field}\n`,
    ).join(""),
  )

/** How many rows the kernel takes by itself. */
const taken = (text: Uint8Array, dateOnly = false): number => {
  kernel.load(text)
  return kernel.scan(0, text.length, 1_000_000, Number.NEGATIVE_INFINITY, dateOnly).rows
}

describe("the kernel", () => {
  it("is what its sources compile to", async () => {
    const file = join(import.meta.dirname, "../src/codec/kernel-bytes.ts")
    expect(readFileSync(file, "utf8")).toBe(kernelModule(await compileKernel()))
  }, 60_000)

  it.each(["1.5", "", "-1.5", "2.82e-05", "1E5", "9007199254740993", "0.30000000000000004", "-0"])(
    "takes rows with %s",
    (field) => {
      expect(taken(rowsOf(field, 3))).toBe(3)
    },
  )

  it.each([
    "12345678901234567890",
    "1e-30",
    "1e300",
    "0.12345678901234567890",
    "inf",
    "1.",
    ".5",
    "1.2.3",
    "-",
  ])("leaves %s to the scanner without it", (field) => {
    expect(taken(rowsOf(field, 3))).toBe(0)
  })

  it.each([0, 255])(
    "takes a time whose first bytes are all %i for none, as the scanner without it does",
    (byte) => {
      const text = rowsOf("1", 1)
      for (const length of [14, 11, 10]) {
        text.fill(byte, 0, length)
        text[10] = length === 10 ? 32 : byte
        expect(taken(text)).toBe(0)
        const scan: RowScan = { text, position: 0, end: text.length, row: 0, extraFields: 0, lastTime: -1 }
        expect(scanRows(scan, { numbers: new Float64Array(6), stride: 1 }, false, 1)).toBe(false)
      }
      const hours = rowsOf("1", 1)
      hours.fill(byte, 11, 15)
      expect(taken(hours)).toBe(0)
      const scan: RowScan = {
        text: hours,
        position: 0,
        end: hours.length,
        row: 0,
        extraFields: 0,
        lastTime: -1,
      }
      expect(scanRows(scan, { numbers: new Float64Array(6), stride: 1 }, false, 1)).toBe(false)
    },
  )

  it("reads the texts of hostile writers as the scanner without it does, bit for bit", () => {
    fc.assert(
      fc.property(fc.integer(), fc.boolean(), fc.constantFrom(7, 1000), (seed, dateOnly, rowLimit) => {
        const { text } = hostileRows(seededRandom(seed))
        expect(scannerDifference(text(dateOnly), dateOnly, rowLimit, kernel)).toBeUndefined()
      }),
      { numRuns: 400 },
    )
  })

  it("reads numbers of up to 19 digits as Number does", () => {
    const { field } = hostileRows(seededRandom(19))
    const fields = Array.from({ length: 20_000 }, field).filter((each) => taken(rowsOf(each, 1)) === 1)
    expect(fields.length).toBeGreaterThan(10_000)
    for (const each of fields) {
      kernel.load(rowsOf(each, 1))
      kernel.scan(0, rowsOf(each, 1).length, 1, Number.NEGATIVE_INFINITY, false)
      expect(kernel.column(1, 1)[0]).toBe(each === "" ? Number.NaN : Number(each))
      expect(kernel.column(5, 1)[0]).toBe(kernel.column(1, 1)[0])
    }
  })
})

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
    const text = rowsOf("1.5", 100)
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

describe("scanning a text", () => {
  const scanOf = (text: Uint8Array): RowScan => ({
    text,
    position: 0,
    end: text.length,
    row: 0,
    extraFields: 0,
    lastTime: Number.NEGATIVE_INFINITY,
  })

  it("goes on after rows that the kernel does not take, and over more text than it holds at once", () => {
    const text = encode(
      Array.from({ length: 14 }, (_, day) => {
        const field = day % 3 === 1 ? "12345678901234567890" : "1.25"
        return new TextDecoder().decode(rowsOf(field, 1440)).replaceAll("2024-01-01", `2024-02-${10 + day}`)
      }).join(""),
    )
    expect(text.length).toBeGreaterThan(2 * kernel.textLength)
    expect(scannerDifference(text, false, 100_000, kernel)).toBeUndefined()
    const scan = scanOf(text)
    expect(
      scanText(scan, { numbers: new Float64Array(6 * 20_160), stride: 20_160 }, false, 20_160, kernel),
    ).toBe(true)
    expect(scan.row).toBe(20_160)
  })

  it("reads a row that is longer than the kernel's memory", () => {
    const text = encode(`2024-01-01 00:00:00,1,2,1,1.5,1,${"x".repeat(2 * kernel.textLength)}\n`)
    const scan = { ...scanOf(text), extraFields: 1 }
    expect(scanText(scan, { numbers: new Float64Array(6), stride: 1 }, false, 1, kernel)).toBe(true)
    const without = scanOf(text)
    expect(scanText(without, { numbers: new Float64Array(6), stride: 1 }, false, 1, kernel)).toBe(false)
    expect(without).toEqual(scanOf(text))
  })

  it.each([
    ["WebAssembly", "delete globalThis.WebAssembly"],
    ["vector instructions", "WebAssembly.validate = () => false"],
    ["addresses left", "WebAssembly.Instance = class { constructor() { throw new RangeError() } }"],
  ])("does without the kernel where there are no %s", (_what, removal) => {
    const source = (name: string): string =>
      JSON.stringify(new URL(`../src/codec/${name}.ts`, import.meta.url).href)
    const script = `
      import { codecKernel } from ${source("kernel")}
      import { scanText } from ${source("scan-text")}
      ${removal}
      const text = new TextEncoder().encode("2024-01-01 00:00:00,1.25,2,1,1.5,7\\n")
      const numbers = new Float64Array(6)
      const scan = { text, position: 0, end: text.length, row: 0, extraFields: 0, lastTime: -Infinity }
      const complete = scanText(scan, { numbers, stride: 1 }, false, 1, codecKernel())
      console.log(JSON.stringify([typeof codecKernel(), complete, ...numbers]))`
    const output = execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" })
    expect(JSON.parse(output)).toEqual(["undefined", true, Date.UTC(2024, 0, 1), 1.25, 2, 1, 1.5, 7])
  })
})
