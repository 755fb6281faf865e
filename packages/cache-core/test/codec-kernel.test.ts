import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import * as fc from "fast-check"
import { Temporal } from "temporal-polyfill"
import { describe, expect, it } from "vitest"
import { scannerDifference } from "../bench/compare-scanners.ts"
import { hostileRows } from "../bench/hostile-rows.ts"
import { seededRandom } from "../bench/workload.ts"
import { compileKernel, kernelModule } from "../kernel/build-kernel.ts"
import { codecKernel, type Kernel } from "../src/codec/kernel.ts"
import { type RowScan, scanRows } from "../src/codec/scan-rows.ts"
import { scanText } from "../src/codec/scan-text.ts"

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
    const random = seededRandom(19)
    const digits = (length: number): string =>
      Array.from({ length }, () => String(Math.floor(random() * 10))).join("")
    for (let text = 0; text < 100; text += 1) {
      const fields = Array.from({ length: 500 }, () => {
        const length = random() < 0.5 ? 16 + Math.floor(random() * 4) : 1 + Math.floor(random() * 19)
        const whole = Math.floor(random() * length)
        return whole === 0 ? digits(length) : `${digits(whole)}.${digits(length - whole)}`
      })
      const rows = Array.from({ length: 100 }, (_, row) => {
        const [hour, minute] = [
          String(Math.floor(row / 60)).padStart(2, "0"),
          String(row % 60).padStart(2, "0"),
        ]
        return `2024-01-01 ${hour}:${minute}:00,${fields.slice(5 * row, 5 * row + 5).join(",")}\n`
      })
      expect(taken(encode(rows.join("")))).toBe(100)
      const read = Array.from({ length: 5 }, (_, column) => kernel.column(1 + column, 100))
      expect(fields.map((_, at) => read[at % 5]?.[Math.floor(at / 5)])).toEqual(fields.map(Number))
    }
  })

  it("knows every date that exists, and no other", () => {
    const two = (value: number): string => String(value).padStart(2, "0")
    const years = [0, 4, 99, 100, 1600, 1899, 1900, 1970, 1999, 2000, 2023, 2024, 2100, 2400, 9999]
    for (const year of years)
      for (let month = 0; month <= 13; month += 1)
        for (let day = 0; day <= 32; day += 1) {
          const date = `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`
          const text = encode(`${date},1,1,1,1,1\n`)
          expect([date, scannerDifference(text, true, 1, kernel)]).toEqual([date, undefined])
          const instant = Temporal.PlainDate.from({ year, month: Math.max(1, month), day: Math.max(1, day) })
          const exists = instant.toString().endsWith(`-${two(month)}-${two(day)}`)
          expect([date, taken(text, true)]).toEqual([date, exists ? 1 : 0])
        }
  })

  it.each([
    ["23:59:59", 1],
    ["24:00:00", 0],
    ["29:00:00", 0],
    ["00:60:00", 0],
    ["00:00:60", 0],
    ["00:0a:00", 0],
    ["0:000:00", 0],
    ["00.00:00", 0],
    ["00:00.00", 0],
    ["00:00:0/", 0],
    ["00:00::0", 0],
  ])("of the time %s takes %i", (time, rows) => {
    const text = encode(`2024-02-29 ${time},1,1,1,1,1\n`)
    expect(taken(text)).toBe(rows)
    expect(scannerDifference(text, false, 1, kernel)).toBeUndefined()
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
