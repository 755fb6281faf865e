import { type Bar, barRows, isoTime, nominalMillis } from "@barkeep/market-data"
import * as fc from "fast-check"
import * as Result from "effect/Result"
import { describe, expect, it } from "vitest"
import { type SampledBars, type SamplesQuestion, samplesToBars } from "../src/samples-to-bars.ts"
import { sampledTimeframes } from "../src/timeframes.ts"
import { day, hour, minute, readFixture } from "./fixture.ts"

const now = Date.UTC(2026, 4, 19, 14, 7, 23, 456)
const midnight = Date.UTC(2026, 4, 19)
const question = (parts: Partial<SamplesQuestion> = {}): SamplesQuestion => ({
  timeframe: "1h",
  range: { from: midnight - 30 * day, to: now },
  asked: { from: midnight - 31 * day, to: now },
  stepMillis: hour,
  now,
  ...parts,
})
const sample = (payload: unknown, parts?: Partial<SamplesQuestion>): SampledBars =>
  Result.getOrThrow(samplesToBars(payload, question(parts)))
const issueOf = (payload: unknown, parts?: Partial<SamplesQuestion>): string | undefined => {
  const result = samplesToBars(payload, question(parts))
  return Result.isFailure(result) ? result.failure : undefined
}
const prices = (...points: ReadonlyArray<readonly [number, unknown]>): unknown => ({ prices: points })
const every = (step: number, count: number, from = midnight): ReadonlyArray<readonly [number, number]> =>
  Array.from({ length: count }, (_, index) => [from + index * step + 41_331, 100 + index] as const)

describe("price points", () => {
  it("make bars on the grid, whatever their own times, without the row of the moment and without a volume", () => {
    const { bars, dropped, stepMillis, samplesPerBar } = sample(readFixture("market-chart-hourly.json"))
    expect(
      [...barRows(bars)].map(({ openTime, open, close, volume }) => [isoTime(openTime), open, close, volume]),
    ).toEqual([
      ["2026-05-19T11:00:00Z", 76010.123456789, 76010.123456789, Number.NaN],
      ["2026-05-19T12:00:00Z", 76101.5, 76101.5, Number.NaN],
      ["2026-05-19T13:00:00Z", 76099.25, 76099.25, Number.NaN],
    ])
    expect(dropped).toEqual([{ time: 1_779_199_643_456, reason: "now" }])
    expect({ stepMillis, samplesPerBar }).toEqual({ stepMillis: hour, samplesPerBar: 1 })
  })

  it("give first, highest, lowest and last as open, high, low and close", () => {
    const points = [5, 9, 2, 7].map((price, index) => [midnight + index * hour + 41_331, price] as const)
    const after = [[midnight + 4 * hour + 41_331, 50] as const]
    const [bar] = [...barRows(sample(prices(...points, ...after), { timeframe: "4h" }).bars)] as [Bar]
    expect(bar).toEqual({ openTime: midnight, open: 5, high: 9, low: 2, close: 7, volume: Number.NaN })
  })

  it("make no bar where more than a quarter of them is missing", () => {
    const points = every(hour, 12).filter((_point, index) => index !== 5 && index !== 6 && index !== 10)
    const found = sample(prices(...points), { timeframe: "4h" })
    expect([...found.bars.openTime]).toEqual([midnight, midnight + 8 * hour])
    expect(found).toMatchObject({ incompleteBars: 1, samplesPerBar: 3 })
  })

  it("make no bar that is still running", () => {
    const found = sample(prices(...every(hour, 15)), { timeframe: "4h" })
    expect(found.bars.openTime.at(-1)).toBe(midnight + 8 * hour)
    expect(found.incompleteBars).toBe(0)
  })

  it("that are finer than needed are welcome", () => {
    const found = sample(prices(...every(5 * minute, 40, now - 5 * hour)))
    expect(found).toMatchObject({ stepMillis: 5 * minute })
    expect(found.samplesPerBar).toBeGreaterThan(8)
  })

  it.each<[string, unknown, string | RegExp, Partial<SamplesQuestion>?]>([
    ["candles instead", [[midnight, 1, 1, 1, 1]], "the answer has no list of prices"],
    ["null", null, "the answer has no list of prices"],
    ["a point without a price", prices([midnight, null]), "price 0 is no time with a positive number"],
    ["a price of zero", prices([midnight, 0]), "price 0 is no time with a positive number"],
    ["a price as text", prices([midnight, "1"]), "price 0 is no time with a positive number"],
    ["no time", prices([Number.NaN, 1]), "price 0 is no time with a positive number"],
    ["descending points", prices(...every(hour, 3).toReversed()), /price 1: .* does not come after/],
    [
      "a repeated time",
      prices(...every(hour, 2), ...every(hour, 3).slice(1)),
      /price 2: .* does not come after/,
    ],
    ["another year", prices(...every(hour, 3, Date.UTC(2021, 6, 10))), /2021-07-10.* is not what was asked/],
    ["a point a day", prices(...every(day, 9, midnight - 10 * day)), "prices are 1 d apart instead of 1 h"],
    [
      "a point a day for days",
      prices(...every(day, 9, midnight - 10 * day)),
      "prices are 1 d apart instead of 1 h",
      { timeframe: "1d" },
    ],
    [
      "a point an hour for minutes",
      prices(...every(hour, 9)),
      "prices are 1 h apart instead of 5 min",
      { timeframe: "15m", stepMillis: 5 * minute },
    ],
    ["a single point", prices(...every(hour, 1)), "a single price, whose spacing cannot be told"],
  ])("fail as a whole with %s", (_name, payload, issue, parts) => {
    expect(issueOf(payload, parts)).toEqual(typeof issue === "string" ? issue : expect.stringMatching(issue))
  })

  it("that are not there make no bar", () => {
    expect(sample(prices())).toMatchObject({ stepMillis: undefined, samplesPerBar: 0, incompleteBars: 0 })
  })

  it("the row of the moment may repeat the last point", () => {
    const points = every(hour, 3)
    expect(sample(prices(...points, points[2] as readonly [number, number])).dropped).toHaveLength(1)
  })

  it("never make a bar with a price that is not there, or off the grid", () => {
    const steps = fc.array(fc.integer({ min: 40 * minute, max: 80 * minute }), {
      minLength: 4,
      maxLength: 300,
    })
    fc.assert(
      fc.property(steps, fc.constantFrom(...sampledTimeframes.slice(3)), (spacings, timeframe) => {
        let time = midnight - 29 * day
        const points = spacings.map(
          (spacing, index) => [(time += spacing), 100 + ((index * 37) % 101)] as const,
        )
        const known = new Set(points.map(([, price]) => price))
        const { bars } = sample(prices(...points), { timeframe })
        for (const { openTime, open, high, low, close, volume } of barRows(bars)) {
          expect(openTime % nominalMillis(timeframe)).toBe(0)
          const inside = points.filter(([at]) => at >= openTime && at < openTime + nominalMillis(timeframe))
          expect([open, close]).toEqual([inside[0]?.[1], inside.at(-1)?.[1]])
          expect(high).toBe(Math.max(...inside.map(([, price]) => price)))
          expect(low).toBe(Math.min(...inside.map(([, price]) => price)))
          expect(known.has(high) && known.has(low)).toBe(true)
          expect(volume).toBeNaN()
        }
      }),
    )
  })
})
