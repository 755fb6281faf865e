import { type Bar, barsFromRows, type TimeRange } from "@barkeep/market-data"
import * as Result from "effect/Result"
import { assert, describe, expect, it } from "vitest"
import { clipStretch, joinAnswers, joinStretches, type Stretch } from "../src/stretch.ts"
import { minute } from "./fixture.ts"

const from = Date.UTC(2024, 0)

const bars = (change: (bar: Bar, index: number) => Bar | undefined = (bar) => bar): ReadonlyArray<Bar> =>
  Array.from({ length: 10 }, (_, index) => index).flatMap((index) => {
    const openTime = from + index * minute
    return change({ openTime, open: 2, high: 3, low: 1, close: 2, volume: 100 }, index) ?? []
  })

const stretch = (
  source: Stretch["source"],
  rows: ReadonlyArray<Bar> = bars(),
  seen: TimeRange = { from, to: from + 10 * minute },
): Stretch => ({
  source,
  name: source === "rest" ? "/api/v3/klines" : "BTCUSDT-1m-2024-01.zip",
  bars: barsFromRows(rows),
  seen,
  pages: [
    {
      range: seen,
      bars: barsFromRows(rows),
      provenance: {
        provider: "binance",
        endpoint: "x",
        method: "direct",
        adjustment: "none",
        fetchedAt: 1,
        settled: true,
      },
    },
  ],
})

const issueOf = (left: Stretch, right: Stretch): string | undefined => {
  const joined = joinStretches(left, right)
  return Result.isFailure(joined) ? joined.failure : undefined
}

describe("where the archive and the REST API meet", () => {
  it("they must say the same of the bars that both have", () => {
    expect(issueOf(stretch("archive"), stretch("rest"))).toBeUndefined()
    expect(issueOf(stretch("rest"), stretch("archive"))).toBeUndefined()
  })

  it.each<[string, (bar: Bar, index: number) => Bar | undefined, string]>([
    [
      "another price",
      (bar, index) => (index === 4 ? { ...bar, close: 2.5 } : bar),
      "the close of 2024-01-01T00:04:00Z is 2 in BTCUSDT-1m-2024-01.zip and 2.5 in /api/v3/klines",
    ],
    [
      "another price beside another volume",
      (bar, index) => (index === 2 ? { ...bar, volume: 101 } : index === 6 ? { ...bar, low: 0.5 } : bar),
      "the low of 2024-01-01T00:06:00Z is 1 in BTCUSDT-1m-2024-01.zip and 0.5 in /api/v3/klines",
    ],
    [
      "a bar less",
      (bar, index) => (index === 5 ? undefined : bar),
      "BTCUSDT-1m-2024-01.zip has a bar at 2024-01-01T00:05:00Z, /api/v3/klines has none",
    ],
    [
      "the volume of another column",
      (bar) => ({ ...bar, volume: bar.volume * 93_000 }),
      "the volume of 2024-01-01T00:00:00Z is 100 in BTCUSDT-1m-2024-01.zip and 9300000 in /api/v3/klines",
    ],
    [
      "all bars a minute late",
      (bar) => ({ ...bar, openTime: bar.openTime + minute }),
      "BTCUSDT-1m-2024-01.zip has a bar at 2024-01-01T00:00:00Z, /api/v3/klines has none",
    ],
  ])("contradict each other with %s", (_name, change, issue) => {
    expect(issueOf(stretch("archive"), stretch("rest", bars(change)))).toBe(issue)
    expect(issueOf(stretch("rest", bars(change)), stretch("archive"))).toBeDefined()
  })

  it("may differ a little in volume, which the REST pages then tell", () => {
    const corrected = stretch(
      "rest",
      bars((bar, index) => (index === 3 ? { ...bar, volume: 101 } : bar)),
    )
    for (const [left, right] of [
      [stretch("archive"), corrected],
      [corrected, stretch("archive")],
    ] as const) {
      const joined = joinStretches(left, right)
      assert(Result.isSuccess(joined))
      const [a, b] = joined.success
      const seams = [a, b].map(({ source, pages }) => [source, pages[0]?.provenance.evidence?.["seam"]])
      expect(new Map(seams as Array<[string, unknown]>).get("archive")).toBeUndefined()
      expect(new Map(seams as Array<[string, unknown]>).get("rest")).toMatch(
        /^of 10 bars 1 differ in volume, by 0\.1.* % in sum: the volume of 2024-01-01T00:03:00Z is 10[01] in/,
      )
    }
  })

  it("are compared only in what both have seen, and only when they are two", () => {
    const late = stretch("rest", bars((bar) => ({ ...bar, close: 1.5 })).slice(8), {
      from: from + 8 * minute,
      to: from + 10 * minute,
    })
    const early = stretch("archive", bars().slice(0, 8), { from, to: from + 8 * minute })
    expect(issueOf(early, late)).toBeUndefined()
    expect(issueOf({ ...early, source: "rest" }, late)).toBeUndefined()
    expect(issueOf(stretch("archive"), late)).toBeDefined()
  })
})

describe("answers", () => {
  it("end with the one that reaches the present", () => {
    const answer = (reachesPresent: boolean) => ({ stretches: [stretch("rest")], reachesPresent })
    expect(joinAnswers([answer(false), answer(true), answer(false)])).toMatchObject({ reachesPresent: true })
    expect(joinAnswers([answer(false), answer(true), answer(false)]).stretches).toHaveLength(2)
    expect(joinAnswers([])).toEqual({ stretches: [], reachesPresent: false })
  })

  it("can be cut to a range, unless nothing is in it", () => {
    const cut = clipStretch(stretch("rest"), { from: from + 2 * minute, to: from + 4 * minute })
    expect(cut?.pages.map(({ range, bars: rows }) => [range, rows.openTime.length])).toEqual([
      [{ from: from + 2 * minute, to: from + 4 * minute }, 2],
    ])
    expect(clipStretch(stretch("rest", []), { from, to: from + minute })).toBeUndefined()
    expect(
      clipStretch(stretch("rest"), { from: from + 99 * minute, to: from + 100 * minute }),
    ).toBeUndefined()
  })
})
