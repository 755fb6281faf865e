import * as fc from "fast-check"
import { type Bars, barsFromRows, type Provenance, type TimeRange } from "../src/index.ts"

const hour = 3_600_000

/** Hourly bars on the grid with random holes, any finite prices, and now and then no volume. */
export const bars = (options: { readonly maxRows?: number } = {}): fc.Arbitrary<Bars> =>
  fc
    .uniqueArray(fc.integer({ min: 0, max: 200 }), { maxLength: options.maxRows ?? 60 })
    .chain((hours) =>
      fc.tuple(
        fc.constant([...hours].toSorted((a, b) => a - b)),
        fc.array(fc.double({ min: 1e-8, max: 1e6, noNaN: true }), {
          minLength: hours.length * 2,
          maxLength: hours.length * 2,
        }),
      ),
    )
    .map(([hours, values]) =>
      barsFromRows(
        hours.map((index, row) => {
          const price = values[row * 2] as number
          const volume = values[row * 2 + 1] as number
          return {
            openTime: Date.UTC(2023, 11, 29) + index * hour,
            open: price,
            high: price * 2,
            low: price / 2,
            close: price,
            volume: volume < 1 ? Number.NaN : volume,
          }
        }),
      ),
    )

export const ranges = fc.array(
  fc
    .tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 20 }))
    .map(([from, length]): TimeRange => ({ from, to: from + length })),
  { maxLength: 12 },
)

export const provenance = (over: Partial<Provenance> = {}): Provenance => ({
  provider: "binance",
  endpoint: "/api/v3/klines",
  method: "direct",
  adjustment: "none",
  fetchedAt: Date.UTC(2024, 0, 1),
  settled: true,
  ...over,
})
