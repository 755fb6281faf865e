import {
  type Bar,
  barRows,
  type Bars,
  barsFromRows,
  type ProvenanceSpan,
  type Timeframe,
} from "@barkeep/market-data"
import { tradingCalendar } from "@barkeep/trading-calendar"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type BarsReport, scoreWeights, type Tally, toScore, validateBars } from "../src/index.ts"
import { type Defect, defects, spoil } from "./defects.ts"
import { apple, bitcoin, keepRows, thinWalk, walk } from "./make-bars.ts"

const hours = tradingCalendar("24/7").expectedOpenTimes("1h", { start: "2024-01-01", end: "2024-03-31" })
const minutes = tradingCalendar("24/7").expectedOpenTimes("1m", { start: "2024-02-28", end: "2024-03-01" })
const stockDays = tradingCalendar("XNYS").expectedOpenTimes("1d", { start: "2020-01-01", end: "2023-12-31" })

const judge = (
  bars: Bars,
  expected: Float64Array,
  timeframe: Timeframe,
  over: Partial<Parameters<typeof validateBars>[0]> = {},
): BarsReport =>
  validateBars({
    instrument: timeframe === "1d" ? apple : bitcoin,
    timeframe,
    bars,
    expected,
    range: { from: expected[0] as number, to: (expected.at(-1) as number) + 1 },
    ...over,
  })

const series = [
  ["1h", hours],
  ["1m", minutes],
  ["1d", stockDays],
] as const

describe("each defect", () => {
  it.each(defects.map((defect) => [defect.name, defect] as const))(
    "is found and lowers the score: %s",
    (_, defect) => {
      for (const [timeframe, expected] of series) {
        const clean = walk(expected, 5)
        expect(judge(clean, expected, timeframe).score.value).toBe(1)
        const report = judge(spoil(clean, defect, 333), expected, timeframe)
        const found =
          defect.finds === "gap"
            ? report.gaps.length > 0
            : report.findings.some((item) => item.kind === defect.finds)
        expect(found, `${defect.finds} at ${timeframe}`).toBe(true)
        expect(report.score.value).toBeLessThan(1)
      }
    },
  )

  it("of rows from the newest to the oldest is one finding", () => {
    const reversed = barsFromRows([...barRows(walk(hours))].toReversed())
    const report = judge(reversed, hours, "1h")
    expect(report.findings.map((item) => item.kind)).toEqual(["order"])
    expect(report.gaps).toEqual([])
    expect(report.score.value).toBeLessThan(1)
  })
})

describe("the score", () => {
  interface Step {
    readonly defect: Defect
    readonly at: number
  }

  /** Steps that undo nothing: no row is spoilt twice, and no run lies over another run of its column or a spoilt row. */
  const apply = (bars: Bars, steps: ReadonlyArray<Step>): ReadonlyArray<Bars> => {
    const stages: Array<Bars> = [bars]
    const spoilt = new Set<number>()
    const runs = new Set<string>()
    for (const { defect, at } of steps) {
      const current = stages.at(-1) as Bars
      const times = current.openTime
      const row = Math.floor(at * (times.length - 200)) + 1
      const touched = [...times.subarray(row, row + defect.span)]
      if (
        touched.some(
          (time) => spoilt.has(time) || (defect.column !== undefined && runs.has(`${time} ${defect.column}`)),
        )
      )
        continue
      for (const time of touched) {
        if (defect.column === undefined)
          spoilt
            .add(time)
            .add(time + 14_789)
            .add(time + 3000 * 86_400_000)
        else runs.add(`${time} ${defect.column}`)
      }
      stages.push(spoil(current, defect, row))
    }
    return stages
  }

  it("never rises with one defect more, whatever they are and wherever they fall together", () => {
    const step = fc.record({
      defect: fc.constantFrom(...defects),
      at: fc.double({ min: 0, max: 0.999, noNaN: true }),
    })
    fc.assert(
      fc.property(
        fc.constantFrom(...series),
        fc.array(step, { minLength: 2, maxLength: 12 }),
        ([timeframe, expected], steps) => {
          let before = 1
          for (const stage of apply(walk(expected, 5), steps)) {
            const { value } = judge(stage, expected, timeframe).score
            expect(value).toBeLessThanOrEqual(before)
            before = value
          }
        },
      ),
      { numRuns: 60 },
    )
  })

  it("never rises with one defect more inside of bars that stand still", () => {
    const still = defects.filter((defect) => defect.column !== undefined)
    const points = defects.filter((defect) => defect.column === undefined)
    fc.assert(
      fc.property(
        fc.constantFrom(...series),
        fc.constantFrom(...still),
        fc.array(fc.tuple(fc.constantFrom(...points), fc.integer({ min: 0, max: 140 })), {
          minLength: 1,
          maxLength: 5,
        }),
        ([timeframe, expected], run, inside) => {
          const from = 301 / (expected.length - 200)
          const steps = [
            { defect: run, at: 300.5 / (expected.length - 200) },
            ...inside.map(([defect, offset]) => ({ defect, at: from + offset / (expected.length - 200) })),
          ]
          let before = 1
          for (const stage of apply(walk(expected, 5), steps)) {
            const { value } = judge(stage, expected, timeframe).score
            expect(value).toBeLessThanOrEqual(before)
            before = value
          }
        },
      ),
      { numRuns: 60 },
    )
  })

  it("never rises when any count of its tally rises", () => {
    const count = fc.integer({ min: 0, max: 500 })
    const names = Object.keys(judge(walk(hours), hours, "1h").tally) as ReadonlyArray<keyof Tally>
    const tallies = fc.record(
      Object.fromEntries(names.map((name) => [name, count])) as { [name in keyof Tally]: typeof count },
    )
    fc.assert(
      fc.property(
        tallies,
        fc.constantFrom(...names.filter((name) => name !== "expected")),
        count,
        (tally, name, more) => {
          const worse = { ...tally, [name]: tally[name] + more }
          expect(toScore(worse).value).toBeLessThanOrEqual(toScore(tally).value)
        },
      ),
    )
  })

  it("is the weighted loss of its components", () => {
    const report = judge(
      keepRows(walk(hours), (row) => row % 10 !== 0),
      hours,
      "1h",
    )
    expect(report.score.components.completeness).toBeCloseTo(report.present / report.expected, 12)
    const loss = Object.entries(report.score.components).reduce(
      (sum, [name, value]) => sum + scoreWeights[name as keyof typeof scoreWeights] * (1 - value),
      0,
    )
    expect(report.score.value).toBeCloseTo(1 - loss, 12)
  })

  it("does not count bars that a fact from outside excuses, and counts those that only look explained", () => {
    const from = hours[100] as number
    const to = hours[110] as number
    const holed = keepRows(walk(hours), (_, time) => time < from || time >= to)
    expect(
      judge(holed, hours, "1h", { outages: [{ from, to, reason: "Upgrade", source: "" }] }).score.value,
    ).toBe(1)
    expect(judge(holed, hours, "1h", { listedAt: to }).score.value).toBeLessThan(1)
    const thin = judge(thinWalk(minutes, 2), minutes, "1m")
    expect([thin.gaps, thin.findings]).toEqual([[], []])
    expect(thin.score.value).toBeCloseTo(1 - Math.exp(-2), 2)
  })

  /** The first 1000 rows are the vendor's own, the others as told. */
  const judgeSpans = (others: Partial<ProvenanceSpan>): BarsReport => {
    const span = (from: number, to: number, over: Partial<ProvenanceSpan>): ProvenanceSpan => ({
      from: hours[from] as number,
      to: (hours[to - 1] as number) + 1,
      rows: to - from,
      provider: "binance",
      endpoint: "/api/v3/klines",
      method: "direct",
      adjustment: "none",
      fetchedAt: 0,
      settled: true,
      ...over,
    })
    return judge(walk(hours), hours, "1h", {
      adjustment: "none",
      provenance: [span(0, 1000, {}), span(1000, hours.length, others)],
    })
  }

  it("falls with rows of another price basis", () => {
    const mixed = judgeSpans({ adjustment: "splits" })
    expect(mixed.findings.map((item) => [item.kind, item.rows])).toEqual([
      ["mixed-adjustment", hours.length - 1000],
    ])
    expect(mixed.score.value).toBeLessThan(1)
  })

  it.each<[string, Partial<ProvenanceSpan>, string | undefined]>([
    ["asked of the vendor", { method: "direct" }, undefined],
    ["of the vendor's archive", { method: "archive" }, undefined],
    ["of a donor", { method: "donor", provider: "kraken" }, "filled in by a donor, from kraken"],
    ["made of finer bars", { method: "resampled" }, "made of finer bars, from binance"],
    ["of an older cache", { method: "migrated" }, "taken over from an older cache, from binance"],
    ["that nobody knows", { method: "unknown" }, "of unknown origin, from binance"],
    ["graded as sampled", { evidence: { grade: "sampled" } }, "made of sampled prices, from binance"],
    ["with a step of sampling", { evidence: { sampled: "5m" } }, "made of sampled prices, from binance"],
    [
      "of price points, though filled in by a donor",
      { method: "donor", provider: "coingecko", endpoint: "/coins/bitcoin/market_chart/range" },
      "made of sampled prices, from coingecko /coins/bitcoin/market_chart/range",
    ],
    ["with another grade", { evidence: { grade: "first-hand" } }, undefined],
  ])("does not fall with rows %s, which are noted where they are less than first-hand", (_, over, grade) => {
    const report = judgeSpans({ endpoint: "", ...over })
    expect(report.score.value).toBe(1)
    expect(
      report.findings.map(({ kind, severity, rows, places }) => [kind, severity, rows, places[0]?.evidence]),
    ).toEqual(grade === undefined ? [] : [["lower-grade", "note", hours.length - 1000, grade]])
  })
})

describe("bars that come back unchanged", () => {
  it("are not written to", () => {
    const bars = walk(hours)
    const before = [...barRows(bars)].map((row: Bar) => ({ ...row }))
    judge(bars, hours, "1h")
    expect([...barRows(bars)]).toEqual(before)
  })
})
