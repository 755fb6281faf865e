import { barsFromRows, type Bar, barRows, isoTime } from "@barkeep/market-data"
import * as fc from "fast-check"
import * as Result from "effect/Result"
import { describe, expect, it } from "vitest"
import { type OhlcQuestion, ohlcToBars } from "../src/ohlc-to-bars.ts"
import { day, hour, minute, readFixture } from "./fixture.ts"

const now = Date.UTC(2026, 4, 19, 14, 7, 23, 456)
const midnight = Date.UTC(2026, 4, 19)
const question = (parts: Partial<OhlcQuestion> = {}): OhlcQuestion => ({
  timeframe: "1h",
  range: { from: now - 30 * day, to: now },
  closes: { from: now - 40 * day, to: now + day },
  now,
  isSizeImplied: false,
  ...parts,
})
const candle = (close: number, price = 100): ReadonlyArray<number> => [
  close,
  price,
  price + 2,
  price - 2,
  price + 1,
]
const issueOf = (payload: unknown, parts?: Partial<OhlcQuestion>): string | undefined => {
  const result = ohlcToBars(payload, question(parts))
  return Result.isFailure(result) ? result.failure : undefined
}
const rowsOf = (payload: unknown, parts?: Partial<OhlcQuestion>): ReadonlyArray<Bar> => [
  ...barRows(Result.getOrThrow(ohlcToBars(payload, question(parts))).bars),
]

describe("candles", () => {
  it.each([
    ["a hundred times", 100],
    ["a hundredth of", 0.01],
  ])("of %s both neighbours, or of the only one, are refused", (_name, factor) => {
    const closes = [3, 2, 1].map((hoursAgo) => midnight - hoursAgo * hour)
    const rows = (slip: number) =>
      closes.map((close, row) => candle(close, row === slip ? 1000 * factor : 1000))
    for (const slip of [1, 2])
      expect(issueOf(rows(slip))).toMatch(/a hundred times its neighbours, or a hundredth/)
    expect(issueOf(rows(9))).toBeUndefined()
    // A level that stays is a price.
    expect(
      issueOf(closes.map((close, row) => candle(close, row === 0 ? 10000 : 1000 * factor)).slice(1)),
    ).toBeUndefined()
  })

  it("open one timeframe before CoinGecko's stamp, have no volume, and keep their gaps", () => {
    const { bars, dropped } = Result.getOrThrow(
      ohlcToBars(readFixture("ohlc-30m.json"), question({ timeframe: "30m", isSizeImplied: true })),
    )
    expect(
      [...barRows(bars)].map(({ openTime, close, volume }) => [isoTime(openTime), close, volume]),
    ).toEqual([
      ["2026-05-19T11:30:00Z", 76588, Number.NaN],
      ["2026-05-19T12:00:00Z", 76702, Number.NaN],
      ["2026-05-19T12:30:00Z", 76655, Number.NaN],
      ["2026-05-19T13:30:00Z", 76818, Number.NaN],
    ])
    expect(dropped).toEqual([{ time: 1_779_199_643_456, reason: "now" }])
  })

  it("that run are left out and listed", () => {
    const payload = [candle(midnight + 14 * hour), candle(midnight + 15 * hour)]
    const { bars, dropped } = Result.getOrThrow(ohlcToBars(payload, question()))
    expect([...bars.openTime]).toEqual([midnight + 13 * hour])
    expect(dropped).toEqual([{ time: midnight + 15 * hour, reason: "running" }])
  })

  it("that nobody asked for are left out", () => {
    const payload = [0, 1, 2, 3].map((index) => candle(midnight + index * hour))
    const range = { from: midnight, to: midnight + 2 * hour }
    expect(rowsOf(payload, { range }).map(({ openTime }) => openTime)).toEqual([midnight, midnight + hour])
  })

  const good = candle(midnight)
  it.each<[string, unknown, string | RegExp, Partial<OhlcQuestion>?]>([
    ["no list", { prices: [] }, "the answer is not a list of candles"],
    ["null", null, "the answer is not a list of candles"],
    ["a row that is no list", [good, {}], "row 1 is no candle of five numbers"],
    ["a short row", [[midnight, 1, 1, 1]], "row 0 is no candle of five numbers"],
    ["a row with a volume", [[midnight, 1, 1, 1, 1, 1]], "row 0 is no candle of five numbers"],
    ["a price as text", [[midnight, 1, "1", 1, 1]], "row 0 is no candle of five numbers"],
    ["a missing price", [[midnight, 1, null, 1, 1]], "row 0 is no candle of five numbers"],
    ["a price of zero", [[midnight, 1, 1, 0, 1]], "row 0: a price is not positive"],
    ["a negative price", [[midnight, 1, 1, -1, 1]], "row 0: a price is not positive"],
    ["seconds instead of milliseconds", [[midnight / 1000, 1, 1, 1, 1]], /is not what was asked/],
    ["microseconds", [[midnight * 1000, 1, 1, 1, 1]], /is not what was asked/],
    ["nanoseconds", [[midnight * 1e6, 1, 1, 1, 1]], /is no time in milliseconds/],
    ["half a millisecond", [[midnight + 0.5, 1, 1, 1, 1]], /is no time in milliseconds/],
    ["a repeated row", [good, good], /row 1: 2026-05-19T00:00:00Z does not come after/],
    ["descending rows", [good, candle(midnight - hour)], /row 1: 2026-05-18T23:00:00Z does not come after/],
    ["another year", [candle(Date.UTC(2021, 6, 10))], /row 0: 2021-07-10T00:00:00Z is not what was asked/],
    [
      "a jittered stamp before the last row",
      [candle(midnight - hour), candle(midnight + 41), candle(midnight + hour)],
      "row 1: 2026-05-19T00:00:00.041Z is no close of a 1h candle",
    ],
    [
      "a jittered stamp in the last row of an old answer",
      [candle(midnight), candle(midnight + hour + 41)],
      "row 1: 2026-05-19T01:00:00.041Z is no close of a 1h candle",
    ],
    [
      "candles of four hours for hours",
      [0, 4, 8].map((index) => candle(midnight + index * hour)),
      "candles are 4 h apart instead of 1h",
    ],
    [
      "candles of a day for four hours",
      [-2, -1, 0].map((index) => candle(midnight + index * day)),
      "candles are 1 d apart instead of 4h",
      { timeframe: "4h" },
    ],
    [
      "candles of four days for days",
      [-8, -4, 0].map((index) => candle(midnight + index * day)),
      "candles are 4 d apart instead of 1d",
      { timeframe: "1d" },
    ],
    [
      "candles of half hours for hours",
      [0, 1, 2].map((index) => candle(midnight + index * 30 * minute)),
      "row 1: 2026-05-19T00:30:00Z is no close of a 1h candle",
    ],
    [
      "a single candle of unknown size",
      [good],
      "a single candle, whose size cannot be told",
      { isSizeImplied: true },
    ],
  ])("fail as a whole with %s", (_name, payload, issue, parts) => {
    expect(issueOf(payload, parts)).toEqual(typeof issue === "string" ? issue : expect.stringMatching(issue))
  })

  it("with a hole between two of them are not taken for coarser ones", () => {
    expect(rowsOf([candle(midnight), candle(midnight + 2 * hour)])).toHaveLength(2)
    expect(rowsOf([candle(midnight)])).toHaveLength(1)
    expect(rowsOf([])).toHaveLength(0)
    expect(rowsOf([], { isSizeImplied: true })).toHaveLength(0)
  })

  it("are neither lost, shifted nor invented, whatever they are", () => {
    const price = fc.double({ min: 1e-9, max: 1e6, noNaN: true })
    const index = fc.uniqueArray(fc.nat(700), { minLength: 3 }).map((all) => all.toSorted((a, b) => a - b))
    fc.assert(
      fc.property(index, fc.array(price, { minLength: 4, maxLength: 4 }), (indices, prices) => {
        const first = midnight - 720 * hour
        const [low, open, close, high] = prices.toSorted((a, b) => a - b) as [number, number, number, number]
        // Next to each other, so that their size shows.
        const hours = [...new Set([...indices, (indices[0] as number) + 1])].toSorted((a, b) => a - b)
        const bars = hours.map((each) => ({
          openTime: first + each * hour,
          open,
          high,
          low,
          close,
          volume: Number.NaN,
        }))
        const payload = bars.map((bar) => [bar.openTime + hour, open, high, low, close])
        expect(
          Result.getOrThrow(ohlcToBars(payload, question({ range: { from: first, to: now } }))).bars,
        ).toEqual(barsFromRows(bars))
      }),
    )
  })
})
