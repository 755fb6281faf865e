// Those of Binance's ten nastiest behaviours that are not about the archive; that one's are in archive.test.ts.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { barCount, type BarPage, concatBars, type Timeframe, type TimeRange } from "@barkeep/market-data"
import { ProviderError } from "@barkeep/provider-kit"
import { openLimitLedger } from "@barkeep/provider-kit/ledger"
import { createVirtualClock } from "@barkeep/provider-kit/testing"
import { startVendorSimulator } from "@barkeep/vendor-simulator"
import { assert, describe, expect, it, onTestFinished } from "vitest"
import { type BinanceOptions, binanceCapabilities, createBinance } from "../src/index.ts"
import { day, hour, minute, pair } from "./fixture.ts"
import { kline, startRawServer } from "./raw-server.ts"

const now = Date.UTC(2024, 5, 3, 12, 34, 56, 789)
const instrument = pair("BTCUSDT")

const ask = (options: BinanceOptions, timeframe: Timeframe, range: TimeRange) =>
  Array.fromAsync(
    createBinance({ backoffMillis: 1, archive: "never", ...options }).bars({ instrument, timeframe, range }),
  )

const barsOf = (pages: ReadonlyArray<BarPage>) => concatBars(pages.map((page) => page.bars))

const reasonOf = async (asked: Promise<unknown>): Promise<ProviderError["reason"]> => {
  const error: unknown = await asked.then(
    () => assert.fail("answered"),
    (reason: unknown) => reason,
  )
  assert.instanceOf(error, ProviderError)
  return error.reason
}

describe("3. a close time that is too early", () => {
  it("before a halt leaves the bar what it is: one that opens on the grid, and complete", async () => {
    // The last minute before the halt of February 2018 as it stands in the archive: closed after 28 seconds.
    const before = 1_518_048_000_000
    await using server = await startRawServer((url, response) => {
      const rows = [before - minute, before].map((openTime) =>
        openTime === before ? kline(openTime).with(6, 1_518_049_694_788) : kline(openTime),
      )
      response.setHeader("date", new Date(now).toUTCString())
      response.end(url.pathname === "/api/v3/klines" ? JSON.stringify(rows) : "{}")
    })
    const range = { from: before - minute, to: before + 5 * minute }
    const pages = await ask({ baseUrl: server.baseUrl, clock: createVirtualClock(now) }, "1m", range)
    expect([...barsOf(pages).openTime]).toEqual([before - minute, before])
    expect(pages.at(-1)?.range.to).toBe(range.to)
    expect(pages.every(({ provenance }) => provenance.settled)).toBe(true)
  })
})

describe("5. intervals that disagree with each other", () => {
  it("are never derived from one another: hours come from hours, and minutes beside them change nothing", async () => {
    await using server = await startRawServer((url, response) => {
      const from = Number(url.searchParams.get("startTime"))
      const isHour = url.searchParams.get("interval") === "1h"
      const times = isHour ? [from] : Array.from({ length: 60 }, (_, index) => from + index * minute)
      // The sixty minutes have ten times the volume of the hour.
      const rows = times.map((time) => kline(time).with(5, isHour ? "30.0" : "5.0"))
      response.setHeader("date", new Date(now).toUTCString())
      response.end(JSON.stringify(rows))
    })
    const options = { baseUrl: server.baseUrl, clock: createVirtualClock(now) }
    const range = { from: Date.UTC(2024, 2, 1), to: Date.UTC(2024, 2, 1, 1) }
    expect([...barsOf(await ask(options, "1h", range)).volume]).toEqual([30])
    expect(barsOf(await ask(options, "1m", range)).volume.reduce((sum, volume) => sum + volume, 0)).toBe(300)
    expect(server.asked.map((url) => new URLSearchParams(url.split("?")[1]).get("interval"))).toEqual([
      "1h",
      "1m",
    ])
  })
})

describe("8. a 418 that survives the process", () => {
  it("is known to the next run, which asks nothing until the ban has ended", async () => {
    const folder = mkdtempSync(join(tmpdir(), "barkeep-ban-"))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const clock = createVirtualClock(now)
    await using simulator = await startVendorSimulator({
      clock,
      faults: [{ nth: 1, fault: { type: "banned", seconds: 600 } }],
    })
    const range = { from: now - day, to: now - hour }
    const run = async (): Promise<ReadonlyArray<BarPage>> => {
      const ledger = await openLimitLedger(folder, { clock })
      const limiter = ledger.limiterFor("binance", binanceCapabilities.budgets)
      const options = { baseUrl: simulator.urls.BARKEEP_BINANCE_URL, clock, limiter, concurrency: 1 }
      return ask(options, "1h", range).finally(ledger.close)
    }
    const first = await reasonOf(run())
    assert(first._tag === "Banned")
    clock.advance(60_000)
    expect(await reasonOf(run())).toEqual(first)
    expect(simulator.log).toHaveLength(1)
    clock.set(first.until)
    expect(barCount(barsOf(await run()))).toBeGreaterThan(20)
    expect(simulator.counters().insideBan).toBe(0)
  })
})

describe("9. refusals that are no errors of the API", () => {
  it.each([
    [
      451,
      JSON.stringify(
        {
          code: 0,
          msg: "Service unavailable from a restricted location according to 'b. Eligibility' in https://www.binance.com/en/terms.",
        },
        null,
        2,
      ),
      "GeoBlocked",
    ],
    [403, "<html><head><title>403 Forbidden</title></head></html>", "BlockedByFirewall"],
  ])("%i is told apart, and not asked again", async (status, body, tag) => {
    await using server = await startRawServer((_url, response) => response.writeHead(status).end(body))
    const range = { from: now - day, to: now - hour }
    const asked = ask({ baseUrl: server.baseUrl, clock: createVirtualClock(now) }, "1h", range)
    expect((await reasonOf(asked))._tag).toBe(tag)
    expect(server.asked).toHaveLength(1)
  })
})

describe("10. a pair that was delisted and came back", () => {
  const away = { from: Date.UTC(2022, 8, 29, 8), to: Date.UTC(2023, 2, 11, 16) }

  it.each([
    ["1h", "never"],
    ["1h", "always"],
    ["1d", "always"],
  ] as const)(
    "leaves half a year of silence that is answered, not doubted: %s, archive %s",
    async (timeframe, archive) => {
      const clock = createVirtualClock(now)
      await using simulator = await startVendorSimulator({ clock, halts: [{ symbol: "*", range: away }] })
      const { BARKEEP_BINANCE_URL: baseUrl, BARKEEP_BINANCE_ARCHIVE_URL: archiveUrl } = simulator.urls
      const range = { from: Date.UTC(2022, 7, 1), to: Date.UTC(2023, 4, 1) }
      const pages = await ask({ baseUrl, archiveUrl, clock, archive }, timeframe, range)
      const { openTime } = barsOf(pages)
      // The bars that a halt begins and ends in are there; all others of it are not.
      const length = timeframe === "1h" ? hour : day
      expect(openTime.filter((time) => time + length > away.from && time < away.to).length).toBeLessThan(3)
      expect(openTime[0]).toBe(range.from)
      expect(openTime.at(-1)).toBe(range.to - length)
      const silent = Math.floor((away.to - away.from) / length)
      expect((range.to - range.from) / length - openTime.length).toBeGreaterThanOrEqual(silent - 2)
      // The pages tile the whole range, and nothing of it is to be asked again.
      expect(pages.map((page) => page.range.from)).toEqual([
        range.from,
        ...pages.slice(0, -1).map((page) => page.range.to),
      ])
      expect(pages.at(-1)?.range.to).toBe(range.to)
      expect(pages.every(({ provenance }) => provenance.settled)).toBe(true)
    },
  )
})
