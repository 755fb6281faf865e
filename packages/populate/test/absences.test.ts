import {
  type BarPage,
  barsFromRows,
  type Coverage,
  type Instrument,
  type Timeframe,
  type TimeRange,
} from "@barkeep/market-data"
import type { BarProvider, Clock } from "@barkeep/provider-kit"
import { tradingCalendar } from "@barkeep/trading-calendar"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { planPopulate, populate, type PopulateTask } from "../src/index.ts"
import { markAbsences } from "../src/mark-absences.ts"
import { settleAbsences } from "../src/settle-absences.ts"
import { gridProvider, hour } from "./grid-provider.ts"
import { memoryStore } from "./memory-store.ts"

const day = 24 * hour
const start = Date.UTC(2024, 0, 1)
const bitcoin: Instrument = { symbol: "BTCUSDT", assetClass: "crypto", market: "24/7", timeZone: "UTC" }
const apple: Instrument = {
  symbol: "AAPL",
  assetClass: "stock",
  market: "XNAS",
  timeZone: "America/New_York",
}
const clockAt = (time: number): Clock => ({ now: () => time, sleep: () => Promise.resolve() })

/** A provider that leaves judging to the calendar, and loses the bars of a range. */
const losing = (lost: () => TimeRange | undefined) => {
  const provider = gridProvider()
  const honest = { ...provider }
  return Object.assign(provider, {
    capabilities: { ...provider.capabilities, provesAbsence: false },
    bars: async function* (...asked: Parameters<BarProvider["bars"]>) {
      for await (const page of honest.bars(...asked)) {
        const range = lost()
        const isLost = (time: number): boolean => range !== undefined && time >= range.from && time < range.to
        yield { ...page, bars: without(page, isLost) }
      }
    },
  })
}

const without = ({ bars }: BarPage, isLost: (time: number) => boolean) =>
  barsFromRows(
    Array.from(bars.openTime, (openTime, row) => ({
      openTime,
      open: bars.open[row] as number,
      high: bars.high[row] as number,
      low: bars.low[row] as number,
      close: bars.close[row] as number,
      volume: bars.volume[row] as number,
    })).filter(({ openTime }) => !isLost(openTime)),
  )

const pageOf = (range: TimeRange, times: Iterable<number>): BarPage => ({
  range,
  bars: barsFromRows(
    Array.from(times, (openTime) => ({ openTime, open: 1, high: 1, low: 1, close: 1, volume: 1 })),
  ),
  provenance: {
    provider: "grid",
    endpoint: "grid",
    method: "direct",
    adjustment: "none",
    fetchedAt: 0,
    settled: true,
  },
})

const series = (instrument: Instrument, timeframe: Timeframe) => ({
  instrument,
  timeframe,
  provider: losing(() => undefined),
})

describe("an answer", () => {
  const range = { from: Date.UTC(2024, 2, 4, 5), to: Date.UTC(2024, 2, 16, 4) }
  const { expectedOpenTimes } = tradingCalendar("XNAS")

  it.each(["5m", "1h", "1d"] as const)("with all bars of %s is one page as it was", (timeframe) => {
    const page = pageOf(range, expectedOpenTimes(timeframe, range))
    expect(markAbsences(page, series(apple, timeframe))).toEqual([page])
  })

  it("without a whole session is believed about the rest, and not about that, up to the next bars", () => {
    const times = expectedOpenTimes("1h", range)
    // Wednesday, and the last two hours of Tuesday.
    const [from, to] = [Date.UTC(2024, 2, 5, 19, 30), Date.UTC(2024, 2, 7, 14, 30)]
    const page = pageOf(
      range,
      times.filter((time) => time < from || time >= to),
    )
    const pages = markAbsences(page, series(apple, "1h"))
    expect(pages.map(({ range: part, absence, provenance }) => [part, absence, provenance.settled])).toEqual([
      [{ from: range.from, to: from }, undefined, true],
      [{ from, to }, "doubtful", false],
      [{ from: to, to: range.to }, undefined, true],
    ])
  })

  it("without a bar in the middle of a session is believed: nobody may have traded", () => {
    const times = expectedOpenTimes("5m", range)
    const page = pageOf(
      range,
      times.filter((_time, row) => row % 3 > 0),
    )
    expect(markAbsences(page, series(apple, "5m"))).toEqual([page])
  })

  it("is not doubted where the market was closed, has no calendar, or the provider makes sure itself", () => {
    const weekend = pageOf({ from: Date.UTC(2024, 2, 9, 5), to: Date.UTC(2024, 2, 11, 4) }, [])
    expect(markAbsences(weekend, series(apple, "1d"))).toEqual([weekend])
    const week = pageOf(range, [])
    expect(markAbsences(week, series({ ...apple, market: "XXXX" }, "1d"))).toEqual([week])
    expect(markAbsences(week, { ...series(apple, "1d"), provider: gridProvider() })).toEqual([week])
    expect(markAbsences({ ...week, absence: "known" }, series(apple, "1d"))).toHaveLength(1)
    expect(markAbsences(week, series(apple, "1d"))).toMatchObject([{ absence: "doubtful", range }])
  })

  it("is not doubted about a session's end when the bar that covers it opened before the question", () => {
    const part = { from: Date.UTC(2024, 2, 5, 15), to: Date.UTC(2024, 2, 5, 18, 30) }
    const page = pageOf(part, [])
    expect(markAbsences(page, series(apple, "4h"))).toEqual([page])
    expect(markAbsences(page, series(apple, "1h"))).toMatchObject([{ absence: "doubtful" }])
  })

  it("counts rows without usable values as answered", () => {
    const page = { ...pageOf(range, []), unusable: [...expectedOpenTimes("1d", range)] }
    expect(markAbsences(page, series(apple, "1d"))).toEqual([page])
  })

  it("keeps every bar, and pages that tile its range, whatever is absent", () => {
    const times = [...expectedOpenTimes("1h", range)]
    fc.assert(
      fc.property(fc.subarray(times), fc.constantFrom(apple, bitcoin), (kept, instrument) => {
        const pages = markAbsences(pageOf(range, kept), series(instrument, "1h"))
        expect(pages.flatMap(({ bars }) => [...bars.openTime])).toEqual(kept)
        expect(pages.map(({ range: part }) => part.from)).toEqual([
          range.from,
          ...pages.slice(0, -1).map(({ range: part }) => part.to),
        ])
        expect(pages.at(-1)?.range.to).toBe(range.to)
      }),
      { numRuns: 200 },
    )
  })
})

describe("a doubtful absence", () => {
  const range = { from: start, to: start + day }
  const doubtful: BarPage = {
    ...pageOf(range, []),
    provenance: { ...pageOf(range, []).provenance, settled: false },
    absence: "doubtful",
  }
  const answered = (hoursAgo: number, over: Partial<Coverage[number]> = {}): Coverage => [
    {
      ...range,
      provider: "grid",
      askedAt: 100 * day - hoursAgo * hour,
      empty: true,
      settled: false,
      ...over,
    },
  ]
  const judge = (earlier: Coverage) => settleAbsences([doubtful], earlier, 100 * day)

  it("is stored as unsettled at first, not stored again within a day, and settled when it was the same a day ago", () => {
    expect(judge([])).toEqual({ pages: [doubtful], doubtful: [range] })
    expect(judge(answered(23))).toEqual({ pages: [], doubtful: [range] })
    expect(judge(answered(24))).toMatchObject({
      pages: [{ range, absence: "known", provenance: { settled: true } }],
      doubtful: [],
    })
  })

  it("is not settled by what another provider said, by rows, or by an answer about a part", () => {
    for (const over of [{ provider: "other" }, { empty: false }, { to: range.to - hour }])
      expect(judge(answered(48, over))).toEqual({ pages: [doubtful], doubtful: [range] })
  })

  it("says nothing against what is settled", () => {
    expect(judge(answered(1, { empty: false, settled: true }))).toEqual({ pages: [], doubtful: [] })
    const rest = { from: start + 5 * hour, to: range.to }
    const { doubtful: left } = judge(answered(1, { empty: false, settled: true, to: rest.from }))
    expect(left).toEqual([rest])
  })
})

describe("populate with an answer that has lost its bars", () => {
  const lost = { from: start + 10 * day, to: start + 13 * day }
  const range = { from: start, to: start + 30 * day }

  it("names what is absent, asks for it again, and has everything then", async () => {
    const store = memoryStore()
    let losingNow: TimeRange | undefined = lost
    const provider = losing(() => losingNow)
    const task: PopulateTask = { instrument: bitcoin, timeframe: "1h", range, provider }
    const run = async (time: number) =>
      (await populate({ store, tasks: [task], clock: clockAt(time) })).outcomes[0]
    expect(await run(range.to + day)).toMatchObject({
      status: "Completed",
      missing: [lost],
      doubtful: [lost],
    })
    losingNow = undefined
    provider.calls.length = 0
    expect(await run(range.to + day)).toMatchObject({ rowsAdded: 72, missing: [], doubtful: [] })
    expect(provider.calls).toEqual([lost])
  })

  it("believes it when it has been the same for a day, however often it was asked in between", async () => {
    const store = memoryStore()
    const provider = losing(() => lost)
    const task: PopulateTask = { instrument: bitcoin, timeframe: "1h", range, provider }
    const run = async (time: number) =>
      (await populate({ store, tasks: [task], clock: clockAt(time) })).outcomes[0]?.missing
    const fetchedAt = range.to + day
    const answered = { ...provider }
    Object.assign(provider, {
      bars: async function* (...asked: Parameters<BarProvider["bars"]>) {
        for await (const page of answered.bars(...asked))
          yield { ...page, provenance: { ...page.provenance, fetchedAt } }
      },
    })
    expect(await run(fetchedAt)).toEqual([lost])
    expect(await run(fetchedAt + 20 * hour)).toEqual([lost])
    expect(await run(fetchedAt + 25 * hour)).toEqual([])
  })

  it("names all of it when the provider shows no bar at all", async () => {
    const provider = gridProvider()
    Object.assign(provider, { firstBar: { ...provider.firstBar, find: async () => undefined } })
    const task: PopulateTask = { instrument: bitcoin, timeframe: "1h", range, provider }
    const { outcomes } = await populate({ store: memoryStore(), tasks: [task], clock: clockAt(range.to) })
    expect(outcomes[0]).toMatchObject({ doubtful: [range], missing: [range] })
    expect(provider.calls).toEqual([])
  })

  it("does not believe a beginning that comes after a bar which the provider has given", async () => {
    const store = memoryStore()
    const provider = gridProvider()
    const late = { from: start + 10 * day, to: start + 20 * day }
    const tasks = [{ instrument: bitcoin, timeframe: "1h" as const, range: late, provider }]
    await populate({ store, tasks, clock: clockAt(range.to) })
    Object.assign(provider, { firstBar: { ...provider.firstBar, find: async () => start + 15 * day } })
    const { outcomes } = await populate({
      store,
      tasks: [{ instrument: bitcoin, timeframe: "1h", range, provider }],
      clock: clockAt(range.to),
    })
    expect(outcomes[0]?.error?.message).toMatch(/history is said to begin with 2024-01-16/)
    expect(outcomes[0]?.missing[0]).toEqual({ from: start, to: late.from })
  })
})

describe("a pair whose bars end", () => {
  const end = start + 10 * day
  const range = { from: start, to: start + 30 * day }
  const ended = (next: number | undefined) => {
    const provider = gridProvider()
    const honest = { ...provider }
    const lookedUp: Array<number> = []
    return Object.assign(provider, {
      lookedUp,
      bars: async function* (...asked: Parameters<BarProvider["bars"]>) {
        for await (const page of honest.bars(...asked)) {
          const gone = (time: number): boolean => time >= end && time < (next ?? Number.POSITIVE_INFINITY)
          const left = { ...page, bars: without(page, gone) }
          if (left.bars.openTime.length > 0 || page.range.to <= end) yield left
          else
            yield {
              ...left,
              absence: "doubtful" as const,
              provenance: { ...page.provenance, settled: false },
            }
        }
      },
      nextBar: {
        call: { endpoint: "next", cost: { "calls-1m": 1 } },
        find: async (_instrument: Instrument, _timeframe: Timeframe, after: number) => {
          lookedUp.push(after)
          return next
        },
      },
    })
  }
  const populateTwice = async (provider: ReturnType<typeof ended>) => {
    const options = {
      store: memoryStore(),
      tasks: [{ instrument: bitcoin, timeframe: "1h" as const, range, provider }],
      clock: clockAt(range.to + day),
    }
    const [first] = (await populate(options)).outcomes
    provider.calls.length = 0
    const plan = (await planPopulate(options)).tasks[0]
    const [second] = (await populate(options)).outcomes
    return { first, plan, second, asked: provider.calls.length }
  }

  it("is looked up after its last bar when an answer had none, and asked no more", async () => {
    const provider = ended(undefined)
    const { first, plan, second, asked } = await populateTwice(provider)
    expect(first?.doubtful[0]?.to).toBe(range.to)
    expect(plan).toMatchObject({ lookups: [{ endpoint: "next" }], calls: [] })
    expect(second).toMatchObject({ missing: [], doubtful: [], status: "UpToDate" })
    expect(asked).toBe(0)
    // In the plan and in the run.
    expect(new Set(provider.lookedUp)).toEqual(new Set([end - hour]))
    expect(provider.lookedUp).toHaveLength(2)
  })

  it("is asked from its next bar on when there is one", async () => {
    const next = start + 29 * day
    const { plan, second } = await populateTwice(ended(next))
    expect(plan?.asked.every(({ from }) => from >= next) ?? false).toBe(true)
    expect(second?.missing).toEqual([])
  })
})
