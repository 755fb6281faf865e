import {
  barCount,
  type BarPage,
  concatBars,
  equalBars,
  nominalMillis,
  openTimeOf,
  type Timeframe,
  type TimeRange,
} from "@barkeep/market-data"
import { type CallRecord, ProviderError, type ProviderFailure } from "@barkeep/provider-kit"
import { createVirtualClock } from "@barkeep/provider-kit/testing"
import { type FaultRule, startVendorSimulator, type VendorSimulatorOptions } from "@barkeep/vendor-simulator"
import { assert, describe, expect, it } from "vitest"
import { type BinanceClient, type BinanceOptions, createBinance } from "../src/index.ts"
import { day, hour, minute, pair } from "./fixture.ts"

// A Monday, the first of June: May is not there by the month yet.
const now = Date.UTC(2024, 5, 3, 12, 34, 56, 789)
const instrument = pair("BTCUSDT")

const start = async (simulated: VendorSimulatorOptions = {}, options: BinanceOptions = {}) => {
  const clock = createVirtualClock(now)
  const limits = { weightPerMinute: 1_000_000 }
  const simulator = await startVendorSimulator({ clock, limits, ...simulated })
  const { BARKEEP_BINANCE_URL: baseUrl, BARKEEP_BINANCE_ARCHIVE_URL: archiveUrl } = simulator.urls
  const shared = { baseUrl, clock, backoffMillis: 1, retries: 2 }
  return {
    clock,
    simulator,
    binance: createBinance({ ...shared, archiveUrl, archive: "always", ...options }),
    /** The same market without the archive. */
    rest: createBinance({ ...shared, archive: "never" }),
    [Symbol.asyncDispose]: () => simulator.close(),
  }
}

type Asked = TimeRange & { readonly timeframe?: Timeframe; readonly symbol?: string }

const collect = (binance: BinanceClient, { timeframe = "1h", symbol = "BTCUSDT", ...range }: Asked) =>
  Array.fromAsync(binance.bars({ instrument: pair(symbol), timeframe, range }))

/** The pages before the failure, and the failure. */
const collectUntilFailure = async (binance: BinanceClient, { timeframe = "1h", from, to }: Asked) => {
  const pages: Array<BarPage> = []
  try {
    for await (const page of binance.bars({ instrument, timeframe, range: { from, to } })) pages.push(page)
  } catch (error) {
    assert.instanceOf(error, ProviderError)
    return { pages, error }
  }
  return assert.fail("no failure")
}

const barsOf = (pages: ReadonlyArray<BarPage>) => concatBars(pages.map((page) => page.bars))

const assertTiles = (pages: ReadonlyArray<BarPage>, { from, to }: TimeRange): void => {
  expect(pages.map(({ range }) => range.from)).toEqual([
    from,
    ...pages.slice(0, -1).map(({ range }) => range.to),
  ])
  expect(pages.at(-1)?.range.to).toBe(to)
}

/** Where the bars come from, page by page: the file, or the endpoint. */
const sources = (pages: ReadonlyArray<BarPage>): ReadonlyArray<unknown> =>
  pages.map(({ provenance }) => provenance.evidence?.["file"] ?? provenance.endpoint)

const archiveRule = (fault: FaultRule["fault"], more: Partial<FaultRule> = {}): FaultRule => ({
  match: { vendor: "binance-archive" },
  ...more,
  fault,
})
const monthly = (fault: FaultRule["fault"], more: Partial<FaultRule> = {}): FaultRule =>
  archiveRule(fault, { match: { vendor: "binance-archive", endpoint: "archive monthly" }, ...more })
const daily = (fault: FaultRule["fault"], more: Partial<FaultRule> = {}): FaultRule =>
  archiveRule(fault, { match: { vendor: "binance-archive", endpoint: "archive daily" }, ...more })
const geoBlocked: FaultRule = { match: { vendor: "binance" }, fault: { type: "geo-blocked" } }

const march = { from: Date.UTC(2024, 2), to: Date.UTC(2024, 3) }
/** The day that the simulator damages. */
const middle = { from: Date.UTC(2024, 2, 16), to: Date.UTC(2024, 2, 17) }

/** The archive gives what the REST API gives, whatever is wrong. */
const expectSameAsRest = async (
  setup: Awaited<ReturnType<typeof start>>,
  asked: Asked,
): Promise<ReadonlyArray<BarPage>> => {
  const pages = await collect(setup.binance, asked)
  const honest = barsOf(await collect(setup.rest, asked))
  expect([...barsOf(pages).openTime]).toEqual([...honest.openTime])
  expect(equalBars(barsOf(pages), honest)).toBe(true)
  assertTiles(pages, { from: asked.from, to: Math.min(asked.to, openTimeOf(asked.timeframe ?? "1h", now)) })
  return pages
}

describe("bars from the archive", () => {
  it("are those of the REST API, from months, days and pages, and say where they come from", async () => {
    await using setup = await start()
    const asked = { from: Date.UTC(2024, 3, 20, 7, 30), to: now + day }
    const pages = await expectSameAsRest(setup, asked)
    expect(sources(pages)).toEqual([
      "BTCUSDT-1h-2024-04.zip",
      ...Array.from(
        { length: 31 },
        (_, index) => `BTCUSDT-1h-2024-05-${String(index + 1).padStart(2, "0")}.zip`,
      ),
      "BTCUSDT-1h-2024-06-01.zip",
      "BTCUSDT-1h-2024-06-02.zip",
      "/api/v3/klines",
    ])
    expect(pages[0]?.provenance).toMatchObject({
      provider: "binance",
      endpoint: "archive",
      method: "archive",
      adjustment: "none",
      fetchedAt: now,
      settled: true,
      evidence: {
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        etag: expect.stringMatching(/^[0-9a-f]{32}$/),
      },
    })
  })

  it("take exactly the planned calls, in order, of which only pages have a weight", async () => {
    await using setup = await start({}, { concurrency: 1, archive: "auto" })
    const range = { from: Date.UTC(2024, 2, 31, 20), to: now - hour }
    const request = { instrument, timeframe: "1m", range } as const
    const plan = setup.binance.plan(request)
    expect(setup.simulator.log).toHaveLength(0)
    const pages = await Array.fromAsync(setup.binance.bars(request))
    const asked = setup.simulator.log.map(({ vendor, endpoint, path }) =>
      vendor === "binance" ? path : endpoint,
    )
    expect(asked).toEqual(plan.map(({ endpoint }) => endpoint))
    expect(new Set(asked)).toEqual(new Set(["/api/v3/klines", "archive monthly", "archive daily"]))
    const weight = plan.reduce((sum, { cost }) => sum + (cost["weight-1m"] ?? 0), 0)
    expect(setup.simulator.counters().weight).toBe(weight)
    expect(equalBars(barsOf(pages), barsOf(await collect(setup.rest, { ...range, timeframe: "1m" })))).toBe(
      true,
    )
  })

  it.each<[Timeframe, number, number]>([
    ["1w", Date.UTC(2023, 5, 1), Date.UTC(2024, 2)],
    ["1mo", Date.UTC(2023, 4), Date.UTC(2024, 5, 20)],
    ["1d", Date.UTC(2023, 4, 6), Date.UTC(2024, 0)],
    ["12h", Date.UTC(2024, 0, 1), Date.UTC(2024, 5, 3)],
    ["1m", Date.UTC(2024, 3, 30, 23, 59), Date.UTC(2024, 4, 2, 0, 1)],
  ])("are those of the REST API at %s", async (timeframe, from, to) => {
    await using setup = await start()
    // Listed in May 2023: its coarse bars are made of few minutes.
    const pages = await expectSameAsRest(setup, { timeframe, symbol: "PEPEUSDT", from, to })
    expect(pages.some(({ provenance }) => provenance.method === "archive")).toBe(true)
  })

  it("come from files of the timeframe itself, never from finer ones", async () => {
    await using setup = await start()
    await collect(setup.binance, march)
    expect(setup.simulator.log.every(({ path }) => path.includes("/BTCUSDT/1h/BTCUSDT-1h-"))).toBe(true)
  })

  it("of pairs whose names are not ASCII come too", async () => {
    const symbol = "这是测试币456"
    const listing = { symbol, baseAsset: "这是测试币", quoteAsset: "456", listedAt: march.from, price: 1 }
    await using setup = await start({
      listings: [{ ...listing, priceDecimals: 4, dailyVolume: 1000, volumeDecimals: 2 }],
    })
    const pages = await expectSameAsRest(setup, { ...march, symbol })
    expect(sources(pages)).toEqual([`${symbol}-1h-2024-03.zip`])
  })

  it("wait for the reader: only a few files are asked for ahead", async () => {
    await using setup = await start({}, { concurrency: 2 })
    const request = { instrument, timeframe: "1h", range: { from: Date.UTC(2020, 0), to: march.to } } as const
    for await (const page of setup.binance.bars(request)) {
      expect(page.range.from).toBe(request.range.from)
      await new Promise((resolve) => setTimeout(resolve, 300))
      expect(setup.simulator.log.length).toBeLessThanOrEqual(20)
      break
    }
  })

  it("are reported call by call", async () => {
    const records: Array<CallRecord> = []
    await using setup = await start({}, { onCall: (record) => records.push(record) })
    await collect(setup.binance, march)
    expect(
      records.map(({ endpoint, weight, outcome }) => [endpoint.split("/").at(-1), weight, outcome]),
    ).toEqual(
      expect.arrayContaining([
        ["BTCUSDT-1h-2024-03.zip", 0, "ok"],
        ["BTCUSDT-1h-2024-03.zip.CHECKSUM", 0, "ok"],
      ]),
    )
    expect(records[0]).toMatchObject({ vendor: "binance", symbol: "BTCUSDT", timeframe: "1h", status: 200 })
  })
})

describe("1. real holes", () => {
  it.each([
    ["a short one", Date.UTC(2024, 2, 10, 2, 10), 47 * minute],
    ["one of 33.5 hours", Date.UTC(2024, 2, 10, 0, 28), 33.5 * hour],
    ["one over midnight", Date.UTC(2024, 2, 10, 23, 30), hour],
  ])("stay holes, confirmed by one question: %s", async (_name, from, length) => {
    const halt = { symbol: "*", range: { from, to: from + length } }
    await using setup = await start({ halts: [halt] })
    const asked = { timeframe: "1m", from: Date.UTC(2024, 2, 9), to: Date.UTC(2024, 2, 14) } as const
    const pages = await collect(setup.binance, asked)
    expect(setup.simulator.counters().byEndpoint).toEqual({ "archive monthly": 2, klines: 1 })
    expect(sources(pages)).toEqual(["BTCUSDT-1m-2024-03.zip"])
    assertTiles(pages, asked)
    const { openTime } = barsOf(pages)
    expect(openTime.filter((time) => time >= halt.range.from && time < halt.range.to)).toHaveLength(0)
    expect(openTime).toHaveLength((5 * day - length) / minute)
  })

  it("of many halts near each other take one question together", async () => {
    const halts = Array.from({ length: 8 }, (_, index) => {
      const from = Date.UTC(2024, 2, 10, 1) + index * hour
      return { symbol: "*", range: { from, to: from + (index + 1) * minute } }
    })
    await using setup = await start({ halts })
    await expectSameAsRest(setup, { timeframe: "1m", from: Date.UTC(2024, 2, 10), to: Date.UTC(2024, 2, 11) })
    expect(setup.simulator.counters().byEndpoint).toEqual({ "archive monthly": 2, klines: 1 + 2 })
  })

  it("hide in coarser bars, which are taken as they are", async () => {
    const range = { from: Date.UTC(2024, 2, 10, 2, 10), to: Date.UTC(2024, 2, 10, 2, 50) }
    await using setup = await start({ halts: [{ symbol: "*", range }] })
    const pages = await expectSameAsRest(setup, march)
    expect(sources(pages)).toEqual(["BTCUSDT-1h-2024-03.zip"])
  })

  it("at the listing are before the history, and cost one question", async () => {
    await using setup = await start()
    const asked = { timeframe: "1m", from: Date.UTC(2017, 7), to: Date.UTC(2017, 7, 18) } as const
    const pages = await collect(setup.binance, asked)
    assertTiles(pages, asked)
    expect(barsOf(pages).openTime[0]).toBe(Date.UTC(2017, 7, 17, 4))
    expect(setup.simulator.counters().byEndpoint).toEqual({ "archive monthly": 2, klines: 1 })
  })
})

describe("2. bars off the grid", () => {
  it("are replaced by those of the day's own file", async () => {
    await using setup = await start({ faults: [monthly({ type: "off-grid-rows" })] })
    const pages = await expectSameAsRest(setup, march)
    expect(sources(pages)).toEqual([
      "BTCUSDT-1h-2024-03.zip",
      "BTCUSDT-1h-2024-03-16.zip",
      "BTCUSDT-1h-2024-03.zip",
    ])
    expect(pages.map(({ range }) => range.from)).toEqual([march.from, middle.from, middle.to])
  })

  it("are taken from the REST API when the day's file has them too", async () => {
    await using setup = await start({ faults: [archiveRule({ type: "off-grid-rows" })] })
    const pages = await expectSameAsRest(setup, march)
    expect(sources(pages)).toEqual(["BTCUSDT-1h-2024-03.zip", "/api/v3/klines", "BTCUSDT-1h-2024-03.zip"])
    expect(pages[1]?.provenance).toMatchObject({
      method: "direct",
      evidence: { because: "BTCUSDT-1h-2024-03-16.zip has rows off the grid" },
    })
  })

  it("and in microseconds, and of days as a whole, are no different", async () => {
    await using setup = await start({ faults: [monthly({ type: "off-grid-rows" })] })
    // The middle of this March is a Monday.
    setup.clock.set(Date.UTC(2026, 4, 20))
    const asked = { from: Date.UTC(2026, 2), to: Date.UTC(2026, 3) }
    for (const timeframe of ["15m", "1d", "1w"] as const) {
      const pages = await collect(setup.binance, { ...asked, timeframe })
      expect(equalBars(barsOf(pages), barsOf(await collect(setup.rest, { ...asked, timeframe })))).toBe(true)
      expect(new Set(sources(pages)).size).toBe(2)
    }
  })

  it("outside of what is asked do not matter", async () => {
    await using setup = await start({ faults: [monthly({ type: "off-grid-rows" })] })
    const pages = await expectSameAsRest(setup, { from: march.from, to: middle.from })
    expect(sources(pages)).toEqual(["BTCUSDT-1h-2024-03.zip"])
    expect(setup.simulator.counters().byEndpoint).toMatchObject({ "archive monthly": 2 })
  })

  it("fail the page with the reason when nobody has clean ones", async () => {
    await using setup = await start({ faults: [archiveRule({ type: "off-grid-rows" }), geoBlocked] })
    const { pages, error } = await collectUntilFailure(setup.binance, march)
    assert(error.reason._tag === "MalformedResponse")
    expect(error.reason.issue).toMatch(
      /^BTCUSDT-1h-2024-03-16\.zip: has rows off the grid, and the REST API cannot be asked instead: the vendor does not serve this location/,
    )
    expect(error).toMatchObject({ operation: "archive", symbol: "BTCUSDT", timeframe: "1h" })
    expect(pages).toEqual([])
  })
})

describe("4. the switch to microseconds on 2025-01-01", () => {
  it("shifts nothing", async () => {
    await using setup = await start()
    setup.clock.set(Date.UTC(2025, 2, 20))
    const asked = { from: Date.UTC(2024, 11, 30), to: Date.UTC(2025, 0, 3) }
    for (const timeframe of ["1m", "4h", "1w"] as const) {
      const pages = await collect(setup.binance, { ...asked, timeframe })
      const expected = barsOf(await collect(setup.rest, { ...asked, timeframe }))
      expect(equalBars(barsOf(pages), expected)).toBe(true)
      expect(pages.every(({ provenance }) => provenance.method === "archive")).toBe(true)
    }
  })
})

describe("6. files that are republished or wrong", () => {
  it.each<[string, FaultRule["fault"]]>([
    ["a truncated zip", { type: "truncated-zip" }],
    ["a wrong checksum", { type: "wrong-checksum" }],
    ["half a body", { type: "half-body" }],
    ["a reset connection", { type: "reset" }],
    ["an outage", { type: "overloaded" }],
    ["an answer that is no gzip", { type: "gzip-garbage" }],
    ["a file that is republished between its checksum and itself", { type: "republished-file" }],
  ])("change nothing when asking again helps: %s", async (_name, fault) => {
    await using setup = await start({ faults: [archiveRule(fault, { nth: [1, 2] })] })
    const pages = await collect(setup.binance, march)
    expect(sources(pages)).toEqual(["BTCUSDT-1h-2024-03.zip"])
    expect(barCount(barsOf(pages))).toBe(31 * 24)
    expect(setup.simulator.faults()[0]?.fired).toBeGreaterThan(0)
  })

  it.each<[string, FaultRule["fault"]]>([
    ["a truncated zip", { type: "truncated-zip" }],
    ["a wrong checksum", { type: "wrong-checksum" }],
  ])("are never used when it does not: %s", async (_name, fault) => {
    await using setup = await start({ faults: [daily(fault)] })
    const asked = { from: march.from, to: Date.UTC(2024, 4, 2) }
    const { pages, error } = await collectUntilFailure(setup.binance, asked)
    assert(error.reason._tag === "MalformedResponse")
    expect(error.reason.issue).toMatch(
      /^BTCUSDT-1h-2024-05-01\.zip: has the SHA-256 [0-9a-f]{64}, its CHECKSUM says [0-9a-f]{64}, twice/,
    )
    // Everything before it has been given.
    expect(sources(pages)).toEqual(["BTCUSDT-1h-2024-03.zip", "BTCUSDT-1h-2024-04.zip"])
    expect(setup.simulator.counters().byEndpoint["archive daily"]).toBe(4)
  })

  it("can be told from what was there before, by their evidence", async () => {
    await using setup = await start()
    const evidence = async () => (await collect(setup.binance, march))[0]?.provenance.evidence
    const before = await evidence()
    expect(await evidence()).toEqual(before)
    setup.simulator.setFaults([monthly({ type: "republished-file" })])
    const after = await evidence()
    expect(after?.["file"]).toBe(before?.["file"])
    expect(after?.["sha256"]).not.toBe(before?.["sha256"])
    expect(after?.["etag"]).not.toBe(before?.["etag"])
  })

  it("lose no bar when a month lacks a day: it comes from the REST API", async () => {
    await using setup = await start({ faults: [monthly({ type: "missing-rows" })] })
    const pages = await expectSameAsRest(setup, march)
    expect(sources(pages)).toEqual(["BTCUSDT-1h-2024-03.zip", "/api/v3/klines", "BTCUSDT-1h-2024-03.zip"])
    expect(pages[1]?.range).toEqual(middle)
    expect(pages[1]?.provenance).toMatchObject({
      method: "direct",
      evidence: { because: "BTCUSDT-1h-2024-03.zip lacks these rows" },
    })
  })

  it("lose no bar when the day that is missing has more bars than a page", async () => {
    await using setup = await start({ faults: [monthly({ type: "missing-rows" })] })
    await expectSameAsRest(setup, { timeframe: "1m", from: middle.from - hour, to: middle.to + hour })
  })

  it("lose no bar when a day ends at 18:50", async () => {
    await using setup = await start({ faults: [daily({ type: "missing-rows" })] })
    const from = Date.UTC(2024, 4, 20)
    const pages = await expectSameAsRest(setup, { timeframe: "5m", from, to: from + 2 * day })
    expect(sources(pages)).toEqual([
      "BTCUSDT-5m-2024-05-20.zip",
      "/api/v3/klines",
      "BTCUSDT-5m-2024-05-21.zip",
      "/api/v3/klines",
    ])
    expect(pages[1]?.range).toEqual({ from: from + 18 * hour + 50 * minute, to: from + day })
  })

  it("lose no bar when weeks have no Monday at the end of the month", async () => {
    await using setup = await start({ faults: [monthly({ type: "missing-mondays" })] })
    const pages = await expectSameAsRest(setup, {
      timeframe: "1w",
      from: Date.UTC(2023, 4),
      to: Date.UTC(2023, 7),
    })
    expect(
      pages.filter(({ provenance }) => provenance.method === "direct").map(({ range }) => range.from),
    ).toEqual([Date.UTC(2023, 4, 29), Date.UTC(2023, 5, 26), Date.UTC(2023, 6, 31)])
  })
})

describe("7. the running bar", () => {
  it("never comes from a file", async () => {
    await using setup = await start()
    const pages = await collect(setup.binance, { from: now - 3 * day, to: now + day })
    expect(pages.at(-1)?.range.to).toBe(openTimeOf("1h", now))
    expect(barsOf(pages).openTime.at(-1)).toBe(openTimeOf("1h", now) - hour)
  })

  it.each([
    ["a year behind", -365 * day],
    ["a year ahead", 365 * day],
  ])("is where Binance's clock is, not the host's: %s", async (_name, difference) => {
    const clock = createVirtualClock(now + difference)
    await using setup = await start({}, { clock })
    const asked = { from: now - 20 * day, to: now + 90 * day }
    const pages = await collect(setup.binance, asked)
    expect(pages.at(-1)?.range.to).toBe(openTimeOf("1h", now))
    expect(equalBars(barsOf(pages), barsOf(await collect(setup.rest, asked)))).toBe(true)
  })
})

describe("8. and 9. a REST API that does not answer here or now", () => {
  it.each<FaultRule["fault"]>([
    { type: "geo-blocked" },
    { type: "firewall" },
    { type: "banned" },
    { type: "reset" },
  ])("prevents nothing that the archive has: $type", async (fault) => {
    await using setup = await start({ faults: [{ match: { vendor: "binance" }, fault }] })
    const pages = await collect(setup.binance, { from: march.from, to: Date.UTC(2024, 4, 5) })
    expect(pages.every(({ provenance }) => provenance.method === "archive")).toBe(true)
    expect(barCount(barsOf(pages))).toBe((31 + 30 + 4) * 24)
    expect(setup.simulator.log.every(({ vendor }) => vendor === "binance-archive")).toBe(true)
  })

  it("fails with its reason where the archive ends, after everything before", async () => {
    await using setup = await start({ faults: [geoBlocked] })
    const { pages, error } = await collectUntilFailure(setup.binance, {
      from: Date.UTC(2024, 4, 30),
      to: now,
    })
    expect(error.reason._tag).toBe("GeoBlocked")
    expect(pages.at(-1)?.range.to).toBe(Date.UTC(2024, 5, 3))
    expect(sources(pages)).toHaveLength(4)
  })

  it("is replaced by the archive as far as that reaches, with auto, however short the request is", async () => {
    await using setup = await start({ faults: [geoBlocked] }, { archive: "auto", concurrency: 1 })
    const closed = { from: Date.UTC(2024, 3, 20), to: Date.UTC(2024, 4, 3) }
    const pages = await collect(setup.binance, closed)
    assertTiles(pages, closed)
    expect(sources(pages)).toEqual([
      "BTCUSDT-1h-2024-04.zip",
      "BTCUSDT-1h-2024-05-01.zip",
      "BTCUSDT-1h-2024-05-02.zip",
    ])
    const { pages: more, error } = await collectUntilFailure(setup.binance, { from: closed.from, to: now })
    expect(error.reason._tag).toBe("GeoBlocked")
    expect(more.at(-1)?.range.to).toBe(Date.UTC(2024, 5, 3))
    const alone = await collectUntilFailure(setup.rest, closed)
    expect([alone.pages, alone.error.reason._tag]).toEqual([[], "GeoBlocked"])
    // One question for each: at the start, again where the archive ends, and alone.
    expect(setup.simulator.counters().byEndpoint["klines"]).toBe(4)
  })

  it("is stood in for by the daily files where a month has a hole", async () => {
    const halt = { from: Date.UTC(2024, 2, 8, 0, 28), to: Date.UTC(2024, 2, 9, 10) }
    await using setup = await start({
      halts: [{ symbol: "*", range: halt }],
      faults: [geoBlocked, monthly({ type: "missing-rows" })],
    })
    const asked = { from: march.from, to: march.to }
    const pages = await collect(setup.binance, asked)
    assertTiles(pages, asked)
    // The halt is in the daily files too; the day that the month lacks is not.
    expect(barCount(barsOf(pages))).toBe(31 * 24 - 33)
    expect(sources(pages)).toEqual([
      "BTCUSDT-1h-2024-03.zip",
      "BTCUSDT-1h-2024-03-16.zip",
      "BTCUSDT-1h-2024-03.zip",
    ])
  })

  it("leaves a day with a hole unconfirmed, which is no answer", async () => {
    await using setup = await start({ faults: [geoBlocked, daily({ type: "missing-rows" })] })
    const from = Date.UTC(2024, 4, 20)
    const { pages, error } = await collectUntilFailure(setup.binance, { from, to: from + day })
    expect([pages.length, error.reason._tag]).toEqual([0, "GeoBlocked"])
  })

  it("does not hide where a pair's history begins", async () => {
    await using setup = await start({ faults: [geoBlocked] })
    for (const [symbol, timeframe] of [
      ["BTCUSDT", "1m"],
      ["PEPEUSDT", "1h"],
    ] as const) {
      setup.simulator.setFaults([])
      const known = await setup.binance.firstBar.find(pair(symbol), timeframe)
      setup.simulator.setFaults([geoBlocked])
      expect(await setup.binance.firstBar.find(pair(symbol), timeframe)).toBe(known)
    }
    const refused = { reason: { _tag: "GeoBlocked" } }
    await expect(setup.binance.firstBar.find(pair("NOSUCHUSDT"), "1m")).rejects.toMatchObject(refused)
    await expect(setup.rest.firstBar.find(instrument, "1m")).rejects.toMatchObject(refused)
  })
})

describe("10. months that the archive does not have", () => {
  it("after the delisting are doubtful, at one question each and one for what follows the last bar", async () => {
    await using setup = await start()
    const asked = {
      timeframe: "1m",
      symbol: "BTCBUSD",
      from: Date.UTC(2023, 11, 14),
      to: Date.UTC(2024, 3),
    } as const
    const pages = await expectSameAsRest(setup, asked)
    expect(barsOf(pages).openTime.at(-1)).toBe(Date.UTC(2023, 11, 15, 8) - minute)
    setup.simulator.clearLog()
    await collect(setup.binance, asked)
    expect(setup.simulator.counters().byEndpoint).toEqual({ "archive monthly": 8, klines: 5 })
    // Nothing follows: an answer that has lost its bars would say the same.
    const doubtful = pages.filter(({ absence }) => absence === "doubtful")
    expect(doubtful[0]?.range.from).toBe(Date.UTC(2023, 11, 15, 8))
    expect(doubtful.every(({ provenance }) => !provenance.settled)).toBe(true)
  })

  it("before the listing are empty, at one question each", async () => {
    await using setup = await start()
    const asked = {
      timeframe: "1m",
      symbol: "SOLUSDT",
      from: Date.UTC(2020, 3),
      to: Date.UTC(2020, 6),
    } as const
    const pages = await collect(setup.binance, asked)
    assertTiles(pages, asked)
    expect(barCount(barsOf(pages))).toBe(0)
    expect(setup.simulator.counters().byEndpoint).toEqual({ "archive monthly": 6, klines: 3 })
  })

  it("although they should be there are made of days, and days of pages", async () => {
    // To the vendor it is still Monday; the host's clock is a day ahead.
    await using setup = await start({}, { clock: createVirtualClock(now + 10 * day) })
    const pages = await collect(setup.binance, { from: Date.UTC(2024, 4, 28, 5), to: now + day })
    expect(sources(pages)).toEqual([
      "BTCUSDT-1h-2024-05-28.zip",
      "BTCUSDT-1h-2024-05-29.zip",
      "BTCUSDT-1h-2024-05-30.zip",
      "BTCUSDT-1h-2024-05-31.zip",
      "BTCUSDT-1h-2024-06-01.zip",
      "BTCUSDT-1h-2024-06-02.zip",
      "/api/v3/klines",
    ])
    const asked = { from: Date.UTC(2024, 4, 28, 5), to: now + day }
    expect(equalBars(barsOf(pages), barsOf(await collect(setup.rest, asked)))).toBe(true)
  })

  it("of a pair that there is not are the REST API's SymbolNotFound", async () => {
    await using setup = await start()
    await expect(collect(setup.binance, { ...march, symbol: "NOSUCHUSDT" })).rejects.toMatchObject({
      symbol: "NOSUCHUSDT",
      reason: { _tag: "SymbolNotFound", certain: true },
    })
  })
})

describe("where archive and REST API meet", () => {
  it("they are compared, and nothing of either goes out when they contradict each other", async () => {
    await using one = await start({ seed: 1 })
    await using other = await start({ seed: 2 })
    const binance = createBinance({
      baseUrl: one.simulator.urls.BARKEEP_BINANCE_URL,
      archiveUrl: other.simulator.urls.BARKEEP_BINANCE_ARCHIVE_URL,
      archive: "always",
      clock: one.clock,
    })
    const { pages, error } = await collectUntilFailure(binance, { from: Date.UTC(2024, 5, 1), to: now })
    assert(error.reason._tag === "MalformedResponse")
    expect(error.reason.issue).toMatch(
      /^the open of 2024-06-02T00:00:00Z is [\d.]+ in BTCUSDT-1h-2024-06-02\.zip and [\d.]+ in \/api\/v3\/klines; the archive can be left out/,
    )
    expect(error).toMatchObject({ operation: "archive", symbol: "BTCUSDT", timeframe: "1h" })
    expect(sources(pages)).toEqual(["BTCUSDT-1h-2024-06-01.zip"])
  })

  it("a failing page lets the file before it go out", async () => {
    await using setup = await start({
      faults: [{ match: { vendor: "binance" }, fault: { type: "server-error" } }],
    })
    const { pages, error } = await collectUntilFailure(setup.binance, { from: Date.UTC(2024, 5, 2), to: now })
    expect(error.reason._tag).toBe("VendorOutage")
    expect(sources(pages)).toEqual(["BTCUSDT-1h-2024-06-02.zip"])
  })
})

describe("an archive that cannot be reached", () => {
  const asked = { timeframe: "1m", from: Date.UTC(2024, 2), to: Date.UTC(2024, 3, 10) } as const

  it.each<[FaultRule["fault"], ProviderFailure["_tag"]]>([
    [{ type: "firewall" }, "BlockedByFirewall"],
    [{ type: "reset" }, "NetworkFailure"],
  ])("is replaced by the REST API with auto, and is a failure with always: $type", async (fault, tag) => {
    await using setup = await start({ faults: [archiveRule(fault)] }, { archive: "auto" })
    const { BARKEEP_BINANCE_URL: baseUrl, BARKEEP_BINANCE_ARCHIVE_URL: archiveUrl } = setup.simulator.urls
    const pages = await collect(setup.binance, asked)
    assertTiles(pages, asked)
    expect(barCount(barsOf(pages))).toBe(40 * 1440)
    expect(pages[0]?.provenance.evidence?.["because"]).toMatch(/^the archive could not be asked: /)
    expect(new Set(sources(pages))).toEqual(new Set(["/api/v3/klines"]))
    const always = createBinance({ baseUrl, archiveUrl, archive: "always", clock: setup.clock, retries: 0 })
    const { error } = await collectUntilFailure(always, { timeframe: "1m", ...march })
    expect(error.reason._tag).toBe(tag)
  })

  it("is not the REST API's business the other way round: its trouble pauses nothing", async () => {
    await using setup = await start(
      { faults: [archiveRule({ type: "rate-limited" }, { nth: 1 })] },
      { archive: "always" },
    )
    expect(barCount(barsOf(await collect(setup.binance, march)))).toBe(31 * 24)
    expect(setup.clock.now()).toBeLessThan(now + nominalMillis("1h"))
  })
})
