import { describe, expect, it } from "vitest"
import { parseHttpDate, retryAfter, serverTime, toHostTime } from "../src/index.ts"

const instant = Date.UTC(1994, 10, 6, 8, 49, 37)

describe("HTTP dates", () => {
  it.each([
    ["Sun, 06 Nov 1994 08:49:37 GMT", instant],
    ["Sunday, 06-Nov-94 08:49:37 GMT", instant],
    ["Sun Nov  6 08:49:37 1994", instant],
    ["Wednesday, 06-Nov-24 08:49:37 GMT", Date.UTC(2024, 10, 6, 8, 49, 37)],
    ["Sun, 06 Nov 1994 08:49:37 +0100", undefined],
    ["Sun, 31 Feb 2024 08:49:37 GMT", undefined],
    ["1994-11-06T08:49:37Z", undefined],
    ["", undefined],
  ])("%j is %s", (text, expected) => {
    expect(parseHttpDate(text)).toBe(expected)
    expect(serverTime(new Headers({ date: text }))).toBe(expected)
  })

  it("are absent without the header", () => {
    expect(serverTime(new Headers())).toBeUndefined()
  })
})

describe("Retry-After", () => {
  const now = Date.UTC(2026, 0, 1)
  const at = (time: number): string => new Date(time).toUTCString()

  it.each<[string, Record<string, string>, number | undefined]>([
    ["seconds", { "retry-after": "120" }, now + 120_000],
    ["zero", { "retry-after": "0" }, now],
    ["a date", { "retry-after": at(now + 30_000) }, now + 30_000],
    ["a date in the past", { "retry-after": at(now - 30_000) }, now],
    [
      "a date of a server an hour ahead",
      { "retry-after": at(now + 3_630_000), date: at(now + 3_600_000) },
      now + 30_000,
    ],
    [
      "a date of a server an hour behind",
      { "retry-after": at(now - 3_570_000), date: at(now - 3_600_000) },
      now + 30_000,
    ],
    ["nothing", {}, undefined],
    ["nonsense", { "retry-after": "soon" }, undefined],
    ["a negative number", { "retry-after": "-5" }, undefined],
    ["a fraction", { "retry-after": "1.5" }, undefined],
  ])("as %s", (_name, headers, expected) => {
    expect(retryAfter(new Headers(headers), now)).toBe(expected)
  })

  it("takes clocks that differ by the rounding of the header as equal", () => {
    expect(toHostTime(17, new Headers({ date: at(now - 900) }), now)).toBe(17)
    expect(toHostTime(17, new Headers({ date: at(now - 60_000) }), now)).toBe(60_017)
  })
})
