import { type Bars, barsFromRows } from "@barkeep/market-data"
import * as fc from "fast-check"
import type { EncodedFile, TextStyle } from "../src/codec/index.ts"

/** Date-times in UTC, as most files have them. */
export const utcTimes: TextStyle = { dateOnly: false, timeZone: "UTC" }
export const utcDates: TextStyle = { dateOnly: true, timeZone: "UTC" }

/** Any finite double: prices of 1e-8, subnormals, 17 digits, beyond 2^53, negative, -0, and NaN. */
export const anyValue: fc.Arbitrary<number> = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 10_000_000 }).map((cents) => cents / 100) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 2 ** 40 }).map((units) => units / 1e8) },
  { weight: 2, arbitrary: fc.float({ noDefaultInfinity: true }) },
  { weight: 4, arbitrary: fc.double({ noDefaultInfinity: true }) },
  { weight: 1, arbitrary: fc.double({ min: 0, max: 2 ** -1000 }) },
  { weight: 1, arbitrary: fc.integer({ min: -3, max: 3 }).map((step) => 2 ** 53 + step) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      0,
      -0,
      Number.NaN,
      5e-324,
      2.2250738585072014e-308,
      1e-18,
      9.999e-19,
      1e15,
      1e18,
      1e21,
      999_999_999_999_999.9,
      0.1 + 0.2,
      -1e-8,
      Number.MAX_VALUE,
      -Number.MAX_VALUE,
    ),
  },
)

const start = 1_704_067_200_000

/** Bars on whole steps after 2024-01-01 UTC, with holes between them. */
export const anyBars = (
  options: { readonly maxRows?: number; readonly stepMillis?: number } = {},
): fc.Arbitrary<Bars> =>
  fc
    .array(
      fc.record({
        step: fc.oneof(
          { weight: 8, arbitrary: fc.constant(1) },
          { weight: 1, arbitrary: fc.integer({ min: 1, max: 5000 }) },
        ),
        open: anyValue,
        high: anyValue,
        low: anyValue,
        close: anyValue,
        volume: anyValue,
      }),
      { minLength: 1, maxLength: options.maxRows ?? 60 },
    )
    .map((rows) => {
      let openTime = start
      return barsFromRows(
        rows.map(({ step, ...values }) => {
          openTime += step * (options.stepMillis ?? 60_000)
          return { openTime, ...values }
        }),
      )
    })

/** `rows` bars a minute apart with prices of two decimals, the same for the same numbers. */
export const plainBars = (rows: number, from: number = start, stepMillis = 60_000): Bars =>
  barsFromRows(
    Array.from({ length: rows }, (_, row) => {
      const price = 40_000 + ((row * 7919) % 100_003) / 100
      return {
        openTime: from + row * stepMillis,
        open: price,
        high: Math.round((price + 3.25) * 100) / 100,
        low: Math.round((price - 2.5) * 100) / 100,
        close: Math.round((price + 0.75) * 100) / 100,
        volume: ((row * 104_729) % 1_000_003) / 1e5,
      }
    }),
  )

export const fileBytes = (file: EncodedFile): Uint8Array => Uint8Array.from(Buffer.concat(file.parts))

/** The bytes of blocks `[from, to)` of a file. */
export const blockBytes = (file: EncodedFile, from = 0, to: number = file.blocks.length): Uint8Array => {
  const first = file.blocks[from]
  const last = file.blocks[to - 1]
  return first === undefined || last === undefined
    ? new Uint8Array(0)
    : fileBytes(file).subarray(first.offset, last.offset + last.length)
}
