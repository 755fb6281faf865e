import { equalBars } from "@barkeep/market-data"
import * as Result from "effect/Result"
import * as fc from "fast-check"
import { assert, describe, expect, it } from "vitest"
import { klinesToBars } from "../src/klines-to-bars.ts"
import { scanKlines } from "../src/scan-klines.ts"
import { readFixture } from "./fixture.ts"

const scan = (text: string) => scanKlines(Buffer.from(text))?.bars
const readLong = (text: string) => Result.getOrThrow(klinesToBars(JSON.parse(text)))

const digits = (maxLength: number) => fc.stringMatching(new RegExp(`^\\d{1,${maxLength}}$`))
const decimals = fc.oneof(
  fc.double({ min: 0, max: 1e9, noNaN: true }).map((value) => value.toFixed(8)),
  fc.tuple(digits(25), digits(25)).map(([whole, fraction]) => `${whole}.${fraction}`),
  digits(25),
  fc.constantFrom(
    "0.00000000",
    "9007199254740993",
    "9007199254740993.5",
    "0.1",
    "123456789.12345678",
    "92233720368.54775807",
  ),
)
const times = fc.oneof(fc.integer({ min: 0, max: 9e12 }), fc.integer({ min: 1e14, max: 9e15 }))
const rows = fc.array(
  fc
    .tuple(
      times,
      decimals,
      decimals,
      decimals,
      decimals,
      decimals,
      times,
      decimals,
      fc.nat(),
      decimals,
      decimals,
    )
    .map((cells) => [...cells, "0"]),
  { maxLength: 12 },
)

describe("scanning a klines answer", () => {
  it("gives the same doubles, bit for bit, as reading it as JSON", () => {
    fc.assert(
      fc.property(rows, (list) => {
        const text = JSON.stringify(list)
        const bars = scan(text)
        assert(bars !== undefined)
        expect(equalBars(bars, readLong(text))).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it("accepts nothing that is no JSON, and nothing that reading as JSON refuses", () => {
    const text = JSON.stringify(readFixture("klines.json"))
    const damage = fc.oneof(
      fc.record({
        at: fc.nat(text.length),
        remove: fc.nat(3),
        insert: fc.stringMatching(/^[[\]",.0-9a-e\- ]{0,3}$/),
      }),
      fc.record({ at: fc.nat(text.length), remove: fc.constant(text.length), insert: fc.constant("") }),
    )
    fc.assert(
      fc.property(damage, ({ at, remove, insert }) => {
        const damaged = text.slice(0, at) + insert + text.slice(at + remove)
        const bars = scan(damaged)
        if (bars !== undefined) expect(equalBars(bars, readLong(damaged))).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  it("is not for empty bodies, blanks, other rows or more than a page", () => {
    const row = JSON.stringify(JSON.parse(JSON.stringify(readFixture("klines.json")))[0])
    expect(scan("[]")?.openTime).toHaveLength(0)
    expect(scan(`[${Array.from({ length: 1000 }, () => row).join()}]`)?.openTime).toHaveLength(1000)
    expect(scan(`[${Array.from({ length: 1001 }, () => row).join()}]`)).toBeUndefined()
    for (const text of [
      "",
      "[",
      "{}",
      "[[]]",
      "[ ]",
      `[${row},]`,
      `[${row}`,
      `[${row}]]`,
      `[${row}] `,
      "null",
    ])
      expect(scan(text)).toBeUndefined()
  })
})
