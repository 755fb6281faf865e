import { barCount, type BarPage, concatBars, type Timeframe, type TimeRange } from "@barkeep/market-data"
import { ProviderError } from "@barkeep/provider-kit"
import { createVirtualClock } from "@barkeep/provider-kit/testing"
import { type FaultRule, startVendorSimulator, type VendorSimulatorOptions } from "@barkeep/vendor-simulator"
import { assert, describe, expect, it } from "vitest"
import { createBinance } from "../src/index.ts"
import { day, hour, minute, pair } from "./fixture.ts"

const now = Date.UTC(2024, 5, 3, 12, 34, 56, 789)

const start = async (simulated: VendorSimulatorOptions = {}) => {
  const clock = createVirtualClock(now)
  const limits = { weightPerMinute: 1_000_000 }
  const simulator = await startVendorSimulator({ seed: 4, clock, limits, ...simulated })
  const { BARKEEP_BINANCE_URL: baseUrl, BARKEEP_BINANCE_ARCHIVE_URL: archiveUrl } = simulator.urls
  const shared = { clock, baseUrl, archiveUrl, backoffMillis: 1 }
  const ask = (
    symbol: string,
    timeframe: Timeframe,
    range: TimeRange,
    archive: "never" | "always" = "never",
  ) =>
    Array.fromAsync(
      createBinance({ ...shared, archive }).bars({ instrument: pair(symbol), timeframe, range }),
    )
  return {
    clock,
    simulator,
    ask,
    binance: createBinance({ ...shared, archive: "never" }),
    [Symbol.asyncDispose]: () => simulator.close(),
  }
}

const issueOf = async (asked: Promise<unknown>): Promise<string> => {
  const error: unknown = await asked.then(
    () => assert.fail("answered"),
    (reason: unknown) => reason,
  )
  assert.instanceOf(error, ProviderError)
  assert(error.reason._tag === "MalformedResponse")
  return error.reason.issue
}

const absences = (pages: ReadonlyArray<BarPage>) =>
  pages.flatMap(({ absence, range, provenance }) =>
    absence === undefined ? [] : [[absence, range, provenance.settled]],
  )

const emptyPage = (nth: number): FaultRule => ({
  match: { endpoint: "klines" },
  nth,
  fault: { type: "empty-page" },
})

const lastDays = (days: number): TimeRange => ({ from: now - days * day, to: now - day })

describe("an answer without bars", () => {
  it("in the middle of others is refused, since Binance has a bar there", async () => {
    await using setup = await start({ faults: [emptyPage(2)] })
    const issue = await issueOf(setup.ask("BTCUSDT", "1h", lastDays(150)))
    expect(issue).toMatch(/has lost bars/)
  })

  it("at the end is doubtful and not settled", async () => {
    await using setup = await start({ faults: [emptyPage(1)] })
    const range = { from: Date.UTC(2024, 0, 1), to: Date.UTC(2024, 5, 1) }
    expect(absences(await setup.ask("SOLUSDT", "1d", range))).toEqual([["doubtful", range, false]])
    expect(absences(await setup.ask("SOLUSDT", "1d", range))).toEqual([])
  })

  it("about a time in which the venue was down is known after one more question, wherever the hole lies", async () => {
    const hole = { from: Date.UTC(2024, 2, 1, 7), to: Date.UTC(2024, 3, 20) }
    await using setup = await start({ halts: [{ symbol: "*", range: hole }] })
    const range = { from: Date.UTC(2024, 0, 10), to: Date.UTC(2024, 5, 1) }
    setup.simulator.clearLog()
    const pages = await setup.ask("BTCUSDT", "1h", range)
    expect(setup.simulator.counters().requests).toBe(
      setup.binance.plan({ instrument: pair("BTCUSDT"), timeframe: "1h", range }).length + 1,
    )
    expect(absences(pages).every(([absence, , settled]) => absence === "known" && settled === true)).toBe(
      true,
    )
    const { openTime } = concatBars(pages.map(({ bars }) => bars))
    expect(openTime.every((time) => time < hole.from || time >= hole.to)).toBe(true)
    expect(openTime).toHaveLength((range.to - range.from - (hole.to - hole.from)) / hour)
  })

  it("does not confirm what a file of the archive lacks", async () => {
    const faults: ReadonlyArray<FaultRule> = [
      { match: { vendor: "binance-archive" }, fault: { type: "missing-rows" } },
      { match: { vendor: "binance" }, fault: { type: "empty-page" } },
    ]
    await using setup = await start({ faults })
    const range = { from: Date.UTC(2024, 2, 1), to: Date.UTC(2024, 3, 1) }
    expect(await issueOf(setup.ask("ETHUSDT", "1h", range, "always"))).toMatch(/has lost bars/)
    // Only the first answer of the API: the next one tells.
    setup.simulator.setFaults([...faults.slice(0, 1), emptyPage(1)])
    expect(await issueOf(setup.ask("ETHUSDT", "1h", range, "always"))).toMatch(
      /lacks bars from 2024-03-16T00:00:00Z on, and so does an answer of the REST API/,
    )
  })
})

describe("the bar after a bar", () => {
  it("is found across any hole, is undefined after the newest, and has to come with the bar itself", async () => {
    const hole = { from: Date.UTC(2024, 2, 1), to: Date.UTC(2024, 3, 20) }
    await using setup = await start({ halts: [{ symbol: "*", range: hole }] })
    const next = (symbol: string, after: number) => setup.binance.nextBar?.find(pair(symbol), "1h", after)
    expect(await next("BTCUSDT", hole.from - hour)).toBe(hole.to)
    const first = await setup.binance.firstBar.find(pair("BTCBUSD"), "1h")
    assert.isDefined(first)
    const pages = await setup.ask("BTCBUSD", "1h", { from: Date.UTC(2023, 11, 1), to: Date.UTC(2024, 0, 1) })
    const last = pages.flatMap(({ bars }) => [...bars.openTime]).at(-1) as number
    expect(await next("BTCBUSD", last)).toBeUndefined()
    setup.simulator.setFaults([emptyPage(1)])
    expect(await issueOf(next("BTCBUSD", last) as Promise<unknown>)).toMatch(/is not in the answer/)
  })
})

describe("the last closed bar", () => {
  const unsettled: FaultRule = {
    match: { endpoint: "klines" },
    fault: { type: "open-bar", oddity: "unsettled" },
  }
  const settledUntil = (pages: ReadonlyArray<BarPage>) =>
    pages.findLast(({ provenance }) => provenance.settled)?.range.to

  it.each(["1m", "1h"] as const)(
    "of %s is final when the answer shows the running one, and provisional when its server may be behind",
    async (timeframe) => {
      await using setup = await start()
      const length = timeframe === "1m" ? minute : hour
      const running = now - (now % length)
      const range = { from: running - 20 * length, to: running }
      const honest = await setup.ask("BTCUSDT", timeframe, range)
      // A minute's bar is provisional for a minute in any case.
      expect(settledUntil(honest)).toBe(timeframe === "1m" ? running - minute : running)
      setup.simulator.setFaults([unsettled])
      const behind = await setup.ask("BTCUSDT", timeframe, range)
      expect(settledUntil(behind)).toBe(running - length)
      expect(behind.reduce((sum, { bars }) => sum + barCount(bars), 0)).toBe(20)
    },
  )
})
