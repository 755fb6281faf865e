import * as Result from "effect/Result"
import * as fc from "fast-check"
import { assert, describe, expect, it } from "vitest"
import { unzipSingle } from "../src/unzip-single.ts"
import { makeZip } from "./zip.ts"

const name = "BTCUSDT-1m-2024-01.csv"
const content = "1704067200000,1.0,1.0\n".repeat(200)
const zip = makeZip([{ name, content }])

const read = async (bytes: Uint8Array) => {
  const result = await unzipSingle(bytes, name)
  return Result.isSuccess(result) ? Buffer.from(result.success).toString() : Result.fail(result.failure)
}

/** A copy with some bytes changed, counted from the start of the record with this signature. */
const patched = (signature: string, offset: number, bytes: ReadonlyArray<number>): Buffer => {
  const copy = Buffer.from(zip)
  copy.set(bytes, copy.lastIndexOf(`PK${signature}`) + offset)
  return copy
}

describe("a zip with one file", () => {
  it.each([
    ["deflated", zip],
    ["stored", makeZip([{ name, content, deflate: false }])],
    ["with a comment", makeZip([{ name, content }], "from somewhere")],
  ])("gives its content: %s", async (_name, bytes) => {
    expect(await read(bytes)).toBe(content)
  })

  it("may be empty, and may lie anywhere in a larger buffer", async () => {
    expect(await read(makeZip([{ name, content: "" }]))).toBe("")
    expect(await read(Buffer.concat([Buffer.alloc(7), zip]).subarray(7))).toBe(content)
  })

  it.each<[string, Buffer, RegExp]>([
    ["nothing", Buffer.alloc(0), /no zip/],
    ["a web page", Buffer.from("<html>".repeat(20)), /no zip/],
    ["the first half", zip.subarray(0, zip.length >> 1), /cut off/],
    ["the last half", zip.subarray(zip.length >> 1), /directory|entry/],
    [
      "two files",
      makeZip([
        { name, content },
        { name: "b", content },
      ]),
      /2 entries/,
    ],
    ["no file", makeZip([]), /0 entries/],
    ["another file", makeZip([{ name: "ETHUSDT-1m-2024-01.csv", content }]), /ETHUSDT/],
    ["an encrypted file", patched("\u0001\u0002", 8, [1]), /encrypted/],
    ["an unknown method", patched("\u0001\u0002", 10, [99]), /method 99/],
    ["a wrong CRC", patched("\u0001\u0002", 16, [0, 0, 0, 0]), /CRC/],
    ["a size that is too small", patched("\u0001\u0002", 24, [10, 0, 0, 0]), /damaged/],
    ["a size that is too large", patched("\u0001\u0002", 24, [0, 0, 1, 0]), /promises 65536 bytes/],
    ["a size that no file has", patched("\u0001\u0002", 24, [255, 255, 255, 255]), /more than a file has/],
    ["packed bytes that do not fit", patched("\u0001\u0002", 20, [255, 255, 0, 0]), /reaches into/],
    ["an entry elsewhere", patched("\u0001\u0002", 42, [5]), /not where/],
    ["a directory elsewhere", patched("\u0005\u0006", 16, [3]), /directory is damaged/],
    ["damaged bytes", patched("\u0003\u0004", 70, [1, 2, 3, 4, 5]), /damaged|CRC|promises/],
  ])("is refused when it is none: %s", async (_name, bytes, reason) => {
    const result = await unzipSingle(bytes, name)
    assert(Result.isFailure(result))
    expect(result.failure).toMatch(reason)
  })

  it("gives its content or a reason, whatever bytes are changed", async () => {
    const change = fc.array(fc.tuple(fc.nat(zip.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(change, async (changes) => {
        const copy = Buffer.from(zip)
        for (const [at, value] of changes) copy[at] = value
        const result = await unzipSingle(copy, name)
        if (Result.isSuccess(result)) expect(Buffer.from(result.success).toString()).toBe(content)
      }),
      { numRuns: 300 },
    )
  })
})
