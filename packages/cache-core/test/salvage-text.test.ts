import { gzipSync } from "node:zlib"
import { barCount } from "@barkeep/market-data"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { encodeFile, readFileBytes, salvageText } from "../src/codec/index.ts"
import { fileBytes } from "./codec-arbitraries.ts"
import { barsAt, times } from "./support.ts"

const style = { dateOnly: false, timeZone: "UTC" }
const header = "timestamp,open,high,low,close,volume"
const line = (hour: number): string =>
  `2024-01-01 ${String(hour).padStart(2, "0")}:00:00,${hour + 1},${hour + 3},${hour + 0.5},${hour + 2},10`
const text = (...lines: ReadonlyArray<string>): string => `${[header, ...lines].join("\n")}\n`
const rowsOf = (bytes: Uint8Array): ReadonlyArray<number> | undefined =>
  salvageText(bytes, style)?.bars.openTime && [...(salvageText(bytes, style)?.bars.open ?? [])]

describe("the lines of a damaged text that read with certainty", () => {
  it.each<readonly [string, string | Uint8Array, ReadonlyArray<number> | undefined, ReadonlyArray<number>]>([
    ["a number that is none", gzipSync(text(line(0), "2024-01-01 01:00:00,x,1,1,1,1", line(2))), [1, 3], [3]],
    ["a time that is none", gzipSync(text(line(0), "soon,1,1,1,1,1", line(2))), [1, 3], [3]],
    ["too few fields", gzipSync(text(line(0), "2024-01-01 01:00:00,1", line(2))), [1, 3], [3]],
    ["an infinite value", gzipSync(text(line(0), "2024-01-01 01:00:00,1,inf,1,1,1", line(2))), [1, 3], [3]],
    ["a last line that is cut", gzipSync(text(line(0), line(1)) + "2024-01-01 02"), [1, 2], [4]],
    [
      "two lines that contradict each other: neither is taken",
      gzipSync(text(line(0), line(1), line(1).replace(",10", ",11"), line(2))),
      [1, 3],
      [3, 4],
    ],
    [
      "bytes that are no UTF-8",
      gzipSync(Buffer.from(text(line(0), "\u00ff,1,1,1,1,1", line(2)), "latin1")),
      [1, 3],
      [3],
    ],
    ["no header", gzipSync(`${line(0)}\n${line(1)}\n`), undefined, []],
    ["nothing at all", new Uint8Array(0), undefined, []],
    ["no text", Uint8Array.of(1, 2, 0, 3), undefined, []],
    ["bytes after the end", Buffer.concat([gzipSync(text(line(0), line(1))), Buffer.from("xx")]), [1, 2], []],
  ])("%s", (_name, content, expected, skipped) => {
    const bytes = typeof content === "string" ? Buffer.from(content) : content
    expect(rowsOf(bytes)).toEqual(expected)
    if (expected !== undefined) {
      const salvaged = salvageText(bytes, style)
      expect(salvaged?.skipped.map(({ line: at }) => at)).toEqual(skipped)
      expect(salvaged?.proven).toBe(true)
    }
  })

  it("are none where the checksum fails: which of them are wrong cannot be told", () => {
    const bytes = gzipSync(text(line(0), line(1)))
    bytes[bytes.length - 8] = (bytes[bytes.length - 8] as number) ^ 1
    expect(salvageText(bytes, style)).toBeUndefined()
  })

  it("are none where every line is damaged, and none where too many are", () => {
    expect(salvageText(gzipSync(text("a,b,c,d,e,f")), style)).toBeUndefined()
    const bad = Array.from({ length: 60 }, () => "a,b,c,d,e,f")
    expect(salvageText(gzipSync(text(line(0), ...bad)), style)).toBeUndefined()
  })

  it("leave the caller's bytes as they are", () => {
    const bytes = Buffer.from(`\ufeff${text(line(0), "x,1,1,1,1,1", line(2))}`)
    const before = Buffer.from(bytes)
    expect(salvageText(bytes, style)?.skipped).toHaveLength(1)
    expect(bytes.equals(before)).toBe(true)
  })

  it("before the cut of a file are the file's own, wherever it is cut", () => {
    const bars = barsAt(times(Date.UTC(2024, 0, 1), 3000, 60_000))
    const whole = fileBytes(encodeFile(bars, style))
    fc.assert(
      fc.property(fc.nat(whole.length - 1), (length) => {
        const salvaged = salvageText(whole.subarray(0, length), style)
        if (salvaged === undefined) return
        expect(salvaged.proven).toBe(false)
        const count = barCount(salvaged.bars)
        for (const name of ["openTime", "open", "volume"] as const)
          expect(salvaged.bars[name]).toEqual(bars[name].subarray(0, count))
      }),
      { numRuns: 60 },
    )
    // A cut in the trailer costs no row.
    expect(barCount(salvageText(whole.subarray(0, whole.length - 3), style)?.bars ?? barsAt([]))).toBe(3000)
    expect(barCount(readFileBytes(whole, style).bars)).toBe(3000)
  })
})
