import {
  type Bars,
  barCount,
  type EntryDescription,
  equalRow,
  firstRowAtOrAfter,
  type Instrument,
  resampleBars,
  openTimeOf,
  takeRows,
} from "@barkeep/market-data"
import type { Gap } from "@barkeep/validation"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  type Donor,
  fillGaps,
  type FillGapsOptions,
  type GapResult,
  planFillGaps,
  StaleReport,
} from "../src/index.ts"
import { barsProvider, type BarsProvider, type BarsProviderOptions, failure } from "./bars-provider.ts"
import { type Market, markets, walk } from "./corruptions.ts"
import { memoryJournal, memoryStore, type MemoryStore } from "./memory-store.ts"
import { makeRandom } from "./random.ts"
import { reportOf } from "./report-of.ts"

const hour = 3_600_000
const day = 24 * hour
const hourly = markets[2] as Market

const bitcoin: Instrument = {
  symbol: "BTCUSDT",
  assetClass: "crypto",
  market: "24/7",
  timeZone: "UTC",
  base: "BTC",
  currency: "USDT",
}
const entry: EntryDescription = { instrument: bitcoin, timeframe: "1h", adjustment: "none" }

const truth = walk(hourly, 2000, makeRandom(8))
const now = (truth.openTime.at(-1) as number) + 30 * day

const without = (bars: Bars, isHole: (row: number) => boolean): Bars =>
  takeRows(
    bars,
    Array.from({ length: barCount(bars) }, (_, row) => row).filter((row) => !isHole(row)),
  )

const scale = (bars: Bars, factor: number): Bars => ({
  ...bars,
  open: bars.open.map((price) => price * factor),
  high: bars.high.map((price) => price * factor),
  low: bars.low.map((price) => price * factor),
  close: bars.close.map((price) => price * factor),
})

/** Five gaps of three bars, two hundred apart. */
const fiveGaps = (row: number): boolean => row >= 300 && row < 1300 && row % 200 < 3

interface Scene {
  readonly store: MemoryStore
  readonly options: (
    donors: ReadonlyArray<Donor>,
    more?: Partial<FillGapsOptions>,
  ) => Promise<FillGapsOptions>
}

const scene = (isHole: (row: number) => boolean = fiveGaps, description = entry, bars = truth): Scene => {
  const store = memoryStore()
  store.add(description, without(bars, isHole))
  const journal = memoryJournal()
  return {
    store,
    options: async (donors, more = {}) => ({
      store,
      journal,
      donors,
      ...(await reportOf(store, [description], now)),
      clock: { now: () => now, sleep: async () => {} },
      ...more,
    }),
  }
}

const donorOf = (
  bars: Bars = truth,
  options: BarsProviderOptions = {},
): Donor & { readonly provider: BarsProvider } => {
  const provider = barsProvider(bars, { now, ...options })
  return { id: provider.id, provider }
}

const outcomes = (results: ReadonlyArray<GapResult>): ReadonlyArray<string> =>
  results.map(({ outcome }) => (outcome._tag === "NotFillable" ? outcome.reason : outcome._tag))

describe("filling gaps", () => {
  it("fills five gaps of one entry with one call, and leaves every other row as it was", async () => {
    const { store, options } = scene()
    const before = store.bars("BTCUSDT", "1h")
    const donor = donorOf()
    const report = await fillGaps(await options([donor]))
    expect([report.filled, report.notFillable, report.rowsAdded]).toEqual([5, 0, 15])
    expect(donor.provider.asked).toHaveLength(1)
    const after = store.bars("BTCUSDT", "1h")
    expect(barCount(after)).toBe(2000)
    for (const [row, time] of before.openTime.entries())
      expect(equalRow(before, row, after, firstRowAtOrAfter(after.openTime, time))).toBe(true)
    const spans = (await store.provenance("BTCUSDT", "1h")).filter(({ fillId }) => fillId !== undefined)
    expect(spans.map(({ rows, method, fillId }) => [rows, method, fillId === report.fillIds[0]])).toEqual(
      Array.from({ length: 5 }, () => [3, "donor", true]),
    )
    expect(spans[0]?.evidence).toMatchObject({
      donor: "donor",
      scale: 1,
      before: 40,
      after: 40,
      volume: "kept",
    })
  })

  it("asks for nothing a second time, neither what was filled nor what nobody had", async () => {
    const hole = donorOf(without(truth, fiveGaps))
    const { options } = scene()
    const first = await fillGaps(await options([hole]))
    expect(outcomes(first.results)).toEqual(Array.from({ length: 5 }, () => "same-hole"))
    const calls = hole.provider.asked.length
    const second = await fillGaps(await options([hole]))
    expect(outcomes(second.results)).toEqual(outcomes(first.results))
    expect(hole.provider.asked).toHaveLength(calls)
    const later = now + 8 * day
    await fillGaps(await options([hole], { clock: { now: () => later, sleep: async () => {} } }))
    expect(hole.provider.asked.length).toBeGreaterThan(calls)
  })

  it("takes what one donor lacks from the next, and says what is left", async () => {
    const { options, store } = scene((row) => row >= 500 && row < 506)
    const half = donorOf(
      without(truth, (row) => row === 501 || row === 502 || row === 503),
      { id: "half" },
    )
    const rest = donorOf(
      without(truth, (row) => row === 503),
      { id: "rest" },
    )
    const report = await fillGaps(await options([half, rest]))
    expect(report.results[0]?.outcome).toEqual({
      _tag: "PartlyFilled",
      rows: 5,
      missing: 1,
      reason: "same-hole",
    })
    expect(report.results[0]?.attempts.map(({ donor, rows }) => [donor, rows])).toEqual([
      ["half", 3],
      ["half", 0],
      ["rest", 2],
      ["rest", 0],
    ])
    expect(barCount(store.bars("BTCUSDT", "1h"))).toBe(1999)
  })

  it.each<[string, BarsProviderOptions, string]>([
    ["another asset class", { assetClasses: ["stock"] }, "no-donor"],
    ["another timeframe", { timeframe: "1d" }, "granularity"],
    ["a look-back that ends after the gap", { lookBackMillis: 31 * day }, "look-back"],
  ])("does not ask a donor with %s", async (_name, donorOptions, reason) => {
    const { options } = scene()
    const donor = donorOf(truth, donorOptions)
    const report = await fillGaps(await options([donor]))
    expect(new Set(outcomes(report.results))).toEqual(new Set([reason]))
    expect(donor.provider.asked).toEqual([])
    expect(report.mayFillLater).toBe(0)
  })

  it("does not ask the provider whose answer the gap is until some days have passed", async () => {
    const store = memoryStore()
    const range = { from: truth.openTime[0] as number, to: (truth.openTime.at(-1) as number) + hour }
    store.add(entry, without(truth, fiveGaps), { provider: "donor" }, [
      { ...range, provider: "donor", askedAt: now - day, empty: false, settled: true },
    ])
    const donor = donorOf()
    const journal = memoryJournal()
    const common = { store, journal, donors: [donor], ...(await reportOf(store, [entry], now)) }
    const clockAt = (time: number) => ({ clock: { now: () => time, sleep: async () => {} } })
    const refused = await fillGaps({ ...common, ...clockAt(now) })
    expect(new Set(outcomes(refused.results))).toEqual(new Set(["own-answer"]))
    expect(refused.results[0]?.attempts[0]).toMatchObject({ retryAt: now + 6 * day })
    expect(donor.provider.asked).toEqual([])
    const later = await fillGaps({ ...common, ...clockAt(now + 6 * day) })
    expect(later.filled).toBe(5)
  })

  it("asks a vendor's archive about what its API left out", async () => {
    const store = memoryStore()
    const range = { from: truth.openTime[0] as number, to: (truth.openTime.at(-1) as number) + hour }
    store.add(entry, without(truth, fiveGaps), { provider: "donor" }, [
      { ...range, provider: "donor", askedAt: now, empty: false, settled: true },
    ])
    const archive: Donor = { ...donorOf(), id: "donor-archive", source: "archive" }
    const report = await fillGaps({
      store,
      journal: memoryJournal(),
      donors: [donorOf(), archive],
      ...(await reportOf(store, [entry], now)),
      clock: { now: () => now, sleep: async () => {} },
    })
    expect(report.filled).toBe(5)
    expect(report.results[0]?.attempts.map(({ donor, reason }) => [donor, reason])).toEqual([
      ["donor", "own-answer"],
      ["donor-archive", undefined],
    ])
  })

  it("refuses a donor that speaks of something else, with the figures, and adds nothing", async () => {
    const { store, options } = scene()
    const report = await fillGaps(await options([donorOf(scale(truth, 4))]))
    expect(new Set(outcomes(report.results))).toEqual(new Set(["calibration"]))
    expect(report.results[0]?.attempts[0]?.text).toMatch(/4 times.*split/)
    expect(report.results[0]?.attempts[0]?.figures?.scale).toBeCloseTo(4)
    expect(store.fills).toEqual([])
  })

  it("compares a donor with the entry's own rows only, never with rows that came with a fill", async () => {
    // All rows near the gap came from the donor already, at four times the price.
    const high = scale(truth, 4)
    const { store, options } = scene((row) => row >= 400 && row < 800)
    const { fill } = store
    await fill({
      fillId: "earlier",
      symbol: "BTCUSDT",
      timeframe: "1h",
      rows: [
        {
          bars: without(high, (row) => row < 400 || row >= 800 || (row >= 590 && row < 610)),
          provenance: { provider: "donor", endpoint: "bars", method: "donor", fetchedAt: 0, settled: true },
        },
      ],
    })
    const report = await fillGaps(await options([donorOf(high)], { maxGapHours: 100 }))
    expect(report.results.map(({ gap }) => gap.missingBars)).toEqual([20])
    expect(outcomes(report.results)).toEqual(["calibration"])
  })

  it("takes price points only when they are allowed, marked as such and without volume", async () => {
    const points = { ...truth, open: truth.close, high: truth.close, low: truth.close }
    const { store, options } = scene()
    const donor: Donor = { ...donorOf(points), grade: "sampled", needsConsent: true }
    const refused = await fillGaps(await options([donor]))
    expect(new Set(outcomes(refused.results))).toEqual(new Set(["sampled-only"]))
    const report = await fillGaps(await options([{ ...donor, needsConsent: false }]))
    expect(report.filled).toBe(5)
    const span = (await store.provenance("BTCUSDT", "1h")).find(({ fillId }) => fillId !== undefined)
    expect(span?.evidence).toMatchObject({ grade: "sampled" })
    const bars = store.bars("BTCUSDT", "1h")
    expect(bars.volume[400]).toBeNaN()
    expect(bars.volume[404]).not.toBeNaN()
  })

  it("leaves gaps that are explained or too long, and says so", async () => {
    const { options } = scene((row) => fiveGaps(row) || (row >= 1500 && row < 1540))
    const given = await options([donorOf()])
    const entries = given.report.entries.map((each) => ({
      ...each,
      gaps: each.gaps.map((gap, index): Gap =>
        index === 0 ? { ...gap, reason: "outage", evidence: "the venue was down" } : gap,
      ),
    }))
    const report = await fillGaps({ ...given, report: { ...given.report, entries } })
    expect(outcomes(report.results)).toEqual(["outage", "Filled", "Filled", "Filled", "Filled", "too-long"])
    expect(report.results[0]?.attempts[0]?.text).toBe("the venue was down")
    const named = await fillGaps({ ...given, report: { ...given.report, entries }, reasons: ["outage"] })
    expect(outcomes(named.results)).toEqual(["Filled"])
  })

  it("refuses a report of other files by name", async () => {
    const { options } = scene()
    const given = await options([donorOf()])
    const entries = given.entries.map((each) => ({
      ...each,
      years: each.years.map((year) => ({ ...year, fingerprint: "other" })),
    }))
    await expect(fillGaps({ ...given, entries })).rejects.toBeInstanceOf(StaleReport)
    await expect(fillGaps({ ...given, entries })).rejects.toThrow(/BTCUSDT 1h 2020 .*validate again/)
    await expect(planFillGaps({ ...given, entries })).rejects.toBeInstanceOf(StaleReport)
    await expect(fillGaps({ ...given, entries, symbols: ["ETHUSDT"] })).resolves.toMatchObject({
      results: [],
    })
  })
})

describe("filling from finer bars of the store", () => {
  const minutes = markets[1] as Market
  const quarters = walk(minutes, 2000, makeRandom(4))
  const hours = resampleBars(quarters, (time) => openTimeOf("1h", time), 4)
  const rows = barCount(hours)

  const sceneOfTwo = async (isQuarterHole: (row: number) => boolean) => {
    const store = memoryStore()
    store.add(
      entry,
      without(hours, (row) => row >= 200 && row < 206),
    )
    store.add({ ...entry, timeframe: "15m" }, without(quarters, isQuarterHole))
    const end = (hours.openTime.at(-1) as number) + hour
    return {
      store,
      given: {
        store,
        journal: memoryJournal(),
        ...(await reportOf(store, [entry], end)),
        clock: { now: () => end + 30 * day, sleep: async () => {} },
      },
    }
  }

  it("makes the very bars, marked as resampled, and asks nobody", async () => {
    const { store, given } = await sceneOfTwo(() => false)
    const donor = donorOf(hours)
    const report = await fillGaps({ ...given, donors: [donor] })
    expect(report.filled).toBe(1)
    expect(donor.provider.asked).toEqual([])
    const found = store.bars("BTCUSDT", "1h")
    expect(barCount(found)).toBe(rows)
    for (let row = 0; row < rows; row += 1) expect(equalRow(found, row, hours, row)).toBe(true)
    const spans = (await store.provenance("BTCUSDT", "1h")).filter(({ method }) => method === "resampled")
    expect(spans.reduce((sum, span) => sum + span.rows, 0)).toBe(6)
    expect(spans[0]?.evidence).toMatchObject({ resampledFrom: "15m" })
  })

  it("makes no bar of which a part is absent; the rest is asked of a donor", async () => {
    const { store, given } = await sceneOfTwo((row) => row === 4 * 203 + 2)
    const donor = donorOf(hours)
    const report = await fillGaps({ ...given, donors: [donor] })
    expect(report.filled).toBe(1)
    expect(report.results[0]?.attempts.map(({ donor: name, rows: count }) => [name, count])).toEqual([
      ["derived from 15m", 5],
      ["donor", 1],
    ])
    expect(barCount(store.bars("BTCUSDT", "1h"))).toBe(rows)
  })
})

describe("a run that is stopped", () => {
  it("by its budget goes on where it was, and the calls of all runs are those of one", async () => {
    const options = { pageBars: 150 }
    const whole = donorOf(truth, options)
    await fillGaps(await scene().options([whole]))
    const { store, options: optionsOf } = scene()
    const donor = donorOf(truth, options)
    const seen: Array<number> = []
    for (let run = 0; run < 10; run += 1) {
      const report = await fillGaps(await optionsOf([donor], { budget: 2 }))
      seen.push(donor.provider.asked.length)
      if (report.mayFillLater === 0) break
      expect(outcomes(report.results)).toContain("budget")
    }
    expect(seen.every((calls, run) => calls - (seen[run - 1] ?? 0) <= 2)).toBe(true)
    expect(barCount(store.bars("BTCUSDT", "1h"))).toBe(2000)
    expect(donor.provider.asked.length).toBeLessThanOrEqual(whole.provider.asked.length)
    expect(new Set(donor.provider.asked.map(({ from, to }) => `${from} ${to}`)).size).toBe(
      donor.provider.asked.length,
    )
  })

  it("by a quota says until when, asks that vendor no more, and fills from the others", async () => {
    const { store, options } = scene()
    const first = donorOf(truth, { id: "first", pageBars: 100 })
    const resetsAt = now + day
    let calls = 0
    first.provider.beforePage = () => {
      calls += 1
      if (calls > 2) throw failure("first", { _tag: "QuotaExhausted", resetsAt })
    }
    const alone = await fillGaps(await options([first]))
    expect(alone.mayFillLater).toBeGreaterThan(0)
    expect(alone.results.at(-1)?.attempts.at(-1)).toMatchObject({ reason: "quota", retryAt: resetsAt })
    expect(calls).toBe(3)
    const second = donorOf(truth, { id: "second" })
    const report = await fillGaps(await options([first, second]))
    expect(report.mayFillLater).toBe(0)
    expect(barCount(store.bars("BTCUSDT", "1h"))).toBe(2000)
  })

  it("by a symbol that the vendor does not know asks it once", async () => {
    const { options } = scene((row) => row % 400 === 200)
    const donor = donorOf(truth, { pageBars: 100 })
    let calls = 0
    donor.provider.beforePage = () => {
      calls += 1
      throw failure("donor", { _tag: "SymbolNotFound", certain: true })
    }
    const report = await fillGaps(await options([donor]))
    expect(new Set(outcomes(report.results))).toEqual(new Set(["symbol-unknown"]))
    expect([calls, report.mayFillLater]).toEqual([1, 0])
  })

  it("by the store that fails before a commit repeats no answered call and loses no row", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 6 }),
        fc.integer({ min: 0, max: 12 }),
        fc.integer({ min: 30, max: 400 }),
        async (failingFill, failingAnswer, pageBars) => {
          const { store, options } = scene()
          const donor = donorOf(truth, { pageBars })
          let fills = 0
          let answers = 0
          store.beforeFill = () => {
            if (fills++ === failingFill) throw new Error("the disk is gone")
          }
          donor.provider.beforePage = () => {
            if (answers++ === failingAnswer) throw new Error("the process is gone")
          }
          for (let run = 0; run < 4; run += 1) {
            const report = await fillGaps(await options([donor])).catch(() => undefined)
            if (report?.mayFillLater === 0) break
          }
          expect(barCount(store.bars("BTCUSDT", "1h"))).toBe(2000)
          const asked = donor.provider.asked.map(({ from, to }) => `${from} ${to}`)
          expect(new Set(asked).size).toBe(asked.length)
        },
      ),
      { numRuns: 30 },
    )
  })
})

describe("a plan", () => {
  it("costs exactly what the run then costs, asks nobody and writes nothing", async () => {
    const { store, options } = scene()
    const donor = donorOf(truth, { pageBars: 150, budget: 2 })
    const given = await options([donor])
    const plan = await planFillGaps(given)
    expect(donor.provider.asked).toEqual([])
    expect(store.fills).toEqual([])
    const calls = plan.questions.flatMap((question) => question.calls)
    expect(plan.questions.flatMap(({ gaps }) => gaps)).toHaveLength(5)
    await fillGaps(given)
    expect(donor.provider.asked).toEqual(calls.map(({ range }) => range))
    expect(plan.totals).toMatchObject([
      { provider: "donor", calls: calls.length, budget: "calls-1d", cost: calls.length },
    ])
    expect(plan.totals[0]?.minimumMillis).toBe((Math.ceil(calls.length / 2) - 1) * day)
    expect((await planFillGaps(await options([donor]))).questions).toEqual([])
  })

  it("names the gaps that nobody would be asked about", async () => {
    const { options } = scene()
    const plan = await planFillGaps(await options([donorOf(truth, { timeframe: "1d" })]))
    expect(plan.questions).toEqual([])
    expect(outcomes(plan.notFillable)).toEqual(Array.from({ length: 5 }, () => "granularity"))
  })
})

describe("any gaps and any donor", () => {
  it("end with only the donor's rows added, every one of them accounted for, and a second run changes nothing", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 45, max: 1940 }), fc.integer({ min: 1, max: 20 })), {
          minLength: 1,
          maxLength: 8,
        }),
        fc.array(fc.integer({ min: 0, max: 1999 }), { maxLength: 30 }),
        async (holes, donorHoles) => {
          const isHole = (row: number): boolean =>
            holes.some(([first, length]) => row >= first && row < first + length)
          const lacks = new Set(donorHoles)
          const { store, options } = scene(isHole)
          const donor = donorOf(without(truth, (row) => lacks.has(row)))
          const before = barCount(store.bars("BTCUSDT", "1h"))
          const report = await fillGaps(await options([donor], { maxGapHours: 1000 }))
          const after = store.bars("BTCUSDT", "1h")
          expect(barCount(after) - before).toBe(report.rowsAdded)
          for (const [row, time] of after.openTime.entries())
            expect(equalRow(after, row, truth, firstRowAtOrAfter(truth.openTime, time))).toBe(true)
          const missing = report.results.reduce(
            (sum, { outcome, gap }) =>
              sum +
              (outcome._tag === "Filled"
                ? 0
                : outcome._tag === "PartlyFilled"
                  ? outcome.missing
                  : gap.missingBars),
            0,
          )
          expect(barCount(after)).toBe(2000 - missing)
          const fills = store.fills.length
          const again = await fillGaps(await options([donor], { maxGapHours: 1000 }))
          expect(again.rowsAdded).toBe(0)
          expect(store.fills).toHaveLength(fills)
        },
      ),
      { numRuns: 15 },
    )
  })
})
