import { barCount, type Instrument, takeRows, type TimeRange, type Timeframe } from "@barkeep/market-data"
import type { Clock } from "@barkeep/provider-kit"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { planPopulate, populate, type PopulateEvent, type PopulateTask } from "../src/index.ts"
import { failure, type GridProvider, gridProvider, hour } from "./grid-provider.ts"
import { memoryStore } from "./memory-store.ts"

const bitcoin: Instrument = { symbol: "BTCUSDT", assetClass: "crypto", market: "24/7", timeZone: "UTC" }
const start = Date.UTC(2024, 0, 1)
const clockAt = (time: number): Clock => ({ now: () => time, sleep: () => Promise.resolve() })
const later = clockAt(start + 10_000 * hour)

const task = (
  provider: GridProvider,
  hours: number,
  over: { readonly symbol?: string; readonly timeframe?: Timeframe; readonly range?: TimeRange } = {},
): PopulateTask => ({
  instrument: { ...bitcoin, symbol: over.symbol ?? "BTCUSDT" },
  timeframe: over.timeframe ?? "1h",
  range: over.range ?? { from: start, to: start + hours * hour },
  provider,
})

describe("populate", () => {
  it("fetches what is missing, and a second run asks for nothing", async () => {
    const store = memoryStore()
    const provider = gridProvider()
    const run = () => populate({ store, tasks: [task(provider, 1000)], clock: later })
    expect((await run()).rowsAdded).toBe(1000)
    expect(provider.calls.length).toBe(10)
    const second = await run()
    expect(second.outcomes[0]?.status).toBe("UpToDate")
    expect(provider.calls.length).toBe(10)
    expect(provider.lookups).toBe(1)
  })

  it("asks for the rest only when the range grows at both ends", async () => {
    const store = memoryStore()
    const provider = gridProvider()
    const middle = { from: start + 300 * hour, to: start + 600 * hour }
    await populate({ store, tasks: [task(provider, 0, { range: middle })], clock: later })
    provider.calls.length = 0
    await populate({ store, tasks: [task(provider, 1000)], clock: later })
    expect(provider.calls.reduce((sum, range) => sum + range.to - range.from, 0) / hour).toBe(700)
    expect(barCount(await store.read("BTCUSDT", "1h"))).toBe(1000)
  })

  it("never asks for the bar that is still running", async () => {
    const store = memoryStore()
    const provider = gridProvider()
    await populate({ store, tasks: [task(provider, 1000)], clock: clockAt(start + 10.5 * hour) })
    expect(barCount(await store.read("BTCUSDT", "1h"))).toBe(10)
  })

  it("does not ask before the first bar, and looks its time up only once", async () => {
    const store = memoryStore()
    const provider = gridProvider({ listedAt: start + 500 * hour })
    const run = () => populate({ store, tasks: [task(provider, 1000)], clock: later })
    const first = await run()
    expect(first.outcomes[0]?.missing).toEqual([])
    expect(provider.calls[0]?.from).toBe(start + 500 * hour)
    await run()
    expect([provider.lookups, provider.calls.length]).toEqual([1, 5])
  })

  it("names the bars that were answered without usable values, but for those that it has", async () => {
    const store = memoryStore()
    const grid = gridProvider()
    const lost = [start + 3 * hour, start + 4 * hour, start + 7 * hour]
    const lossy: GridProvider = {
      ...grid,
      bars: async function* (request, options) {
        for await (const page of grid.bars(request, options)) {
          const rows = Array.from(page.bars.openTime.keys()).filter(
            (row) => !lost.includes(page.bars.openTime[row] as number),
          )
          yield { ...page, bars: takeRows(page.bars, rows), unusable: lost }
        }
      },
    }
    const seven = { range: { from: start + 7 * hour, to: start + 8 * hour } }
    await populate({ store, tasks: [task(grid, 0, seven)], clock: later })
    const report = await populate({ store, tasks: [task(lossy, 10)], clock: later })
    expect(report.outcomes[0]).toMatchObject({
      status: "Completed",
      missing: [],
      unusable: [{ from: start + 3 * hour, to: start + 5 * hour }],
    })
    const again = await populate({ store, tasks: [task(lossy, 10)], clock: later })
    expect(again.outcomes[0]).toMatchObject({ status: "UpToDate", unusable: [] })
  })

  it("asks provisional bars again until they are settled", async () => {
    const store = memoryStore()
    const early = gridProvider({ now: start + 100 * hour, settleMillis: 5 * hour })
    await populate({ store, tasks: [task(early, 100)], clock: clockAt(start + 100 * hour) })
    expect((await store.read("BTCUSDT", "1h")).volume.filter((volume) => volume === 2).length).toBe(5)
    const settled = gridProvider()
    await populate({ store, tasks: [task(settled, 100)], clock: later })
    expect(settled.calls).toEqual([{ from: start + 95 * hour, to: start + 100 * hour }])
    expect((await store.read("BTCUSDT", "1h")).volume.every((volume) => volume === 1)).toBe(true)
  })

  it("commits in batches bounded by rows", async () => {
    const store = memoryStore()
    await populate({ store, tasks: [task(gridProvider(), 1000)], clock: later, batch: { rows: 200 } })
    expect(Math.max(...store.putRows)).toBeLessThanOrEqual(200)
    expect(store.putRows.reduce((sum, rows) => sum + rows, 0)).toBe(1000)
  })

  it("keeps to the rows of a batch when pages are larger than announced", async () => {
    const store = memoryStore()
    const provider = gridProvider()
    const large = {
      ...provider,
      capabilities: { ...provider.capabilities, timeframes: { "1h": { pageBars: 1 } } },
    }
    await populate({ store, tasks: [task(large, 1000)], clock: later, batch: { rows: 250 } })
    expect(Math.max(...store.putRows)).toBeLessThanOrEqual(250)
    expect(store.putRows.reduce((sum, rows) => sum + rows, 0)).toBe(1000)
  })

  it("fetches no further ahead than two batches, whatever the size of a page", async () => {
    const store = memoryStore()
    const provider = gridProvider()
    const uncommitted: Array<number> = []
    provider.beforePage = ({ from }) => {
      const committed = store.putRows.reduce((sum, rows) => sum + rows, 0)
      uncommitted.push((from - start) / hour - committed)
    }
    const batch = { rows: 250, millis: 1_000_000 }
    await populate({ store, tasks: [task(provider, 2000)], clock: later, batch })
    expect(Math.max(...uncommitted)).toBeLessThanOrEqual(2 * batch.rows)
    expect(Math.max(...store.putRows)).toBeLessThanOrEqual(batch.rows)
  })

  it("commits what it has when the provider takes longer than the batch's time", async () => {
    const store = memoryStore()
    const provider = gridProvider()
    const released = Promise.withResolvers<void>()
    provider.beforePage = (range) => (range.from === start + 200 * hour ? released.promise : undefined)
    const committed = Promise.withResolvers<void>()
    const onEvent = (event: PopulateEvent): void => {
      if (event._tag === "BatchCommitted") committed.resolve()
    }
    const running = populate({
      store,
      tasks: [task(provider, 300)],
      clock: later,
      batch: { millis: 50 },
      onEvent,
    })
    await committed.promise
    expect(barCount(await store.read("BTCUSDT", "1h"))).toBe(200)
    released.resolve()
    expect((await running).rowsAdded).toBe(300)
  })

  it("keeps every page that came before a failure, reports it, and continues there", async () => {
    const store = memoryStore()
    const provider = gridProvider()
    provider.beforePage = (range) => {
      if (range.from === start + 300 * hour) throw failure("grid", { _tag: "VendorOutage", status: 503 })
    }
    const other = task(provider, 100, { symbol: "ETHUSDT" })
    const report = await populate({ store, tasks: [task(provider, 1000), other], clock: later })
    expect(report.outcomes.map(({ status }) => status)).toEqual(["Failed", "Completed"])
    expect(report.outcomes[0]).toMatchObject({
      rowsAdded: 300,
      missing: [{ from: start + 300 * hour, to: start + 1000 * hour }],
    })
    expect(report.outcomes[0]?.error?.message).toMatch(/503/)
    provider.beforePage = () => {}
    provider.calls.length = 0
    await populate({ store, tasks: [task(provider, 1000)], clock: later })
    expect(provider.calls[0]?.from).toBe(start + 300 * hour)
    expect(barCount(await store.read("BTCUSDT", "1h"))).toBe(1000)
  })

  it("asks a vendor nothing more after a ban, and leaves what needs no asking alone", async () => {
    const store = memoryStore()
    const provider = gridProvider()
    await populate({ store, tasks: [task(provider, 100, { symbol: "DONE" })], clock: later })
    provider.beforePage = () => {
      throw failure("grid", { _tag: "Banned", until: start })
    }
    provider.lookups = 0
    const names = ["BTCUSDT", "ETHUSDT", "DONE"]
    const report = await populate({
      store,
      tasks: names.map((symbol) => task(provider, 100, { symbol })),
      clock: later,
      concurrency: 1,
    })
    expect(report.outcomes.map(({ status }) => status)).toEqual(["Failed", "Failed", "UpToDate"])
    expect(provider.lookups).toBe(1)
  })

  it("an abort commits what was fetched and rejects with its reason", async () => {
    const store = memoryStore()
    const provider = gridProvider()
    const controller = new AbortController()
    const reason = new Error("enough")
    provider.beforePage = (range) => {
      if (range.from === start + 300 * hour) controller.abort(reason)
    }
    const running = populate({
      store,
      tasks: [task(provider, 1000)],
      clock: later,
      signal: controller.signal,
    })
    await expect(running).rejects.toBe(reason)
    expect(barCount(await store.read("BTCUSDT", "1h"))).toBe(300)
  })

  it("a store that cannot write is an outcome with the store's own error", async () => {
    const store = memoryStore()
    store.failPuts = new Error("disk full")
    const report = await populate({ store, tasks: [task(gridProvider(), 10)], clock: later })
    expect(report.outcomes[0]).toMatchObject({ status: "Failed", error: store.failPuts, rowsAdded: 0 })
  })

  it("refuses a timeframe the provider does not have before asking anything", async () => {
    const provider = gridProvider()
    const report = await populate({
      store: memoryStore(),
      tasks: [task(provider, 10, { timeframe: "5m" })],
      clock: later,
    })
    expect(report.outcomes[0]?.error?.message).toMatch(/offered are 1h 1d/)
    expect([provider.calls.length, provider.lookups]).toEqual([0, 0])
  })
})

describe("history that a vendor no longer keeps", () => {
  const forgetful = (earliest: number): GridProvider => {
    const provider = gridProvider()
    const { plan } = provider
    return Object.assign(provider, {
      firstBar: undefined,
      plan: (request: Parameters<typeof plan>[0]) => {
        if (request.range.to <= earliest && request.range.from < request.range.to)
          throw failure("grid", { _tag: "OutsideHistory", earliest })
        return plan(request)
      },
    })
  }

  it("stays missing while the rest is fetched", async () => {
    const store = memoryStore()
    const provider = forgetful(start + 100 * hour)
    const middle = { from: start + 100 * hour, to: start + 200 * hour }
    await populate({ store, tasks: [task(provider, 0, { range: middle })], clock: later })
    const report = await populate({ store, tasks: [task(provider, 300)], clock: later })
    expect(report.outcomes[0]).toMatchObject({
      status: "Completed",
      missing: [{ from: start, to: start + 100 * hour }],
    })
    expect(barCount(await store.read("BTCUSDT", "1h"))).toBe(200)
  })

  it("is told apart from what is dropped soon, in the plan and after the run", async () => {
    const timeframes = { "1h": { pageBars: 100, lookBackMillis: 300 * hour } }
    const provider = forgetful(0)
    Object.assign(provider, { capabilities: { ...provider.capabilities, timeframes } })
    const clock = clockAt(start + 1000 * hour)
    const options = { store: memoryStore(), tasks: [task(provider, 1000)], clock }
    const [plan] = (await planPopulate(options)).tasks
    expect(plan).toMatchObject({
      gone: [{ from: start, to: start + 700 * hour }],
      expiring: [
        {
          range: { from: start + 700 * hour, to: start + 868 * hour },
          offeredUntil: start + 1000 * hour,
        },
      ],
    })
    const late = {
      ...options,
      tasks: [task(provider, 0, { range: { from: start + 860 * hour, to: start + 900 * hour } })],
    }
    expect((await planPopulate(late)).tasks[0]).toMatchObject({
      gone: [],
      expiring: [
        { range: { from: start + 860 * hour, to: start + 868 * hour }, offeredUntil: start + 1160 * hour },
      ],
    })
    const { outcomes } = await populate({ ...options, tasks: [task(forgetful(start + 700 * hour), 700)] })
    expect(outcomes[0]?.gone).toEqual([{ from: start, to: start + 700 * hour }])
  })

  it("is a failure when nothing else is wanted", async () => {
    const report = await populate({
      store: memoryStore(),
      tasks: [task(forgetful(start + 100 * hour), 50)],
      clock: later,
    })
    expect(report.outcomes[0]?.error).toMatchObject({ reason: { _tag: "OutsideHistory" } })
  })
})

describe("the plan", () => {
  const covered = fc.array(fc.tuple(fc.nat(900), fc.integer({ min: 1, max: 200 })), { maxLength: 6 })

  it("names exactly the calls that the run makes, whatever is already there", async () => {
    await fc.assert(
      fc.asyncProperty(covered, fc.nat(800), async (parts, listed) => {
        const store = memoryStore()
        const provider = gridProvider({ pageBars: 37, listedAt: start + listed * hour })
        for (const [from, length] of parts) {
          const range = { from: start + from * hour, to: start + Math.min(1000, from + length) * hour }
          await populate({ store, tasks: [task(provider, 0, { range })], clock: later })
        }
        const tasks = [task(provider, 1000)]
        const plan = await planPopulate({ store, tasks, clock: later })
        provider.calls.length = 0
        provider.lookups = 0
        await populate({ store, tasks, clock: later })
        expect(plan.tasks[0]?.calls.map(({ range }) => range)).toEqual(provider.calls)
        expect(plan.tasks[0]?.lookups.length).toBe(provider.lookups)
        expect(plan.totals[0]?.calls).toBe(provider.calls.length + provider.lookups)
      }),
      { numRuns: 60 },
    )
  })

  it("names what would be refused beside what would be done, and whom the run would fall back to", async () => {
    const other = gridProvider({ id: "other" })
    const daily: GridProvider = {
      ...other,
      plan: () => {
        throw failure("other", { _tag: "OutsideHistory", earliest: start })
      },
    }
    const tasks = [
      task(gridProvider(), 10, { timeframe: "5m" }),
      task(gridProvider(), 10),
      { ...task(daily, 10, { symbol: "ETHUSDT" }), fallbacks: [gridProvider()] },
    ]
    const store = memoryStore()
    const plan = await planPopulate({ store, tasks, clock: later })
    expect(plan.refused.map(({ task: { timeframe }, error }) => [timeframe, error.reason._tag])).toEqual([
      ["5m", "UnsupportedTimeframe"],
    ])
    expect(plan.tasks.map(({ task: { instrument, provider } }) => [instrument.symbol, provider.id])).toEqual([
      ["BTCUSDT", "grid"],
      ["ETHUSDT", "grid"],
    ])
    const { outcomes } = await populate({ store, tasks, clock: later })
    expect(outcomes.map(({ status, provider }) => [status, provider])).toEqual([
      ["Failed", "grid"],
      ["Completed", "grid"],
      ["Completed", "grid"],
    ])
  })

  it("tells the least time the budget allows", async () => {
    const plan = await planPopulate({
      store: memoryStore(),
      tasks: [task(gridProvider(), 2400)],
      clock: later,
    })
    expect(plan.totals).toEqual([
      { provider: "grid", calls: 25, budget: "calls-1m", cost: 25, minimumMillis: 120_000 },
    ])
  })
})
