import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { gunzipSync } from "node:zlib"
import { binanceCapabilities } from "@barkeep/provider-binance"
import type { Capabilities } from "@barkeep/provider-kit"
import { openLimitLedger, systemLedgerClock } from "@barkeep/provider-kit/ledger"
import { yahooFinanceCapabilities } from "@barkeep/provider-yahoo-finance"
import { startVendorSimulator } from "@barkeep/vendor-simulator"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { barkeep, startBarkeep, temporaryFolder } from "./barkeep.ts"

// Processes are started here, perhaps on a machine with much else to do.
vi.setConfig({ testTimeout: 300_000 })

/** So long ago most of both vendors' minutes was used up: for the rest of these minutes little is left. */
const agoMillis = 48_000

/** Books calls as a process would have that ran that long ago; returns when they stop counting. */
const bookEarlier = async (
  stateDir: string,
  used: ReadonlyArray<readonly [account: string, capabilities: Capabilities, amount: number]>,
): Promise<ReadonlyArray<number>> => {
  const { now, sleep: wait, elapsed } = systemLedgerClock
  const ledger = await openLimitLedger(stateDir, {
    clock: {
      now: () => now() - agoMillis,
      sleep: wait,
      elapsed: () => {
        const { scope, millis } = elapsed?.() ?? { scope: "none", millis: 0 }
        return { scope, millis: millis - agoMillis }
      },
    },
  })
  const ends: Array<number> = []
  for (const [account, { budgets }, amount] of used) {
    const [budget] = budgets
    if (budget === undefined) throw new Error(`${account} has no budget`)
    // Before it is booked: no moment of the minute is missing.
    ends.push(now() - agoMillis + budget.perMillis)
    await ledger.limiterFor(account, budgets).acquire({ [budget.id]: amount })
  }
  ledger.close()
  return ends
}

const dataOf = (cache: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(cache, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".csv.gz") && !name.startsWith("_"))
      .toSorted()
      .map((name) => [name, gunzipSync(readFileSync(join(cache, name))).toString()]),
  )

describe("eight processes that populate one cache at once", () => {
  it("stay within what is left of both vendors' minutes together, and one that is killed stops nobody", async () => {
    const simulator = await startVendorSimulator({ seed: 4 })
    onTestFinished(() => simulator.close())
    const folder = temporaryFolder()
    const dateBefore = (days: number): string =>
      new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)
    const args = (symbols: string, cache: string): ReadonlyArray<string> => [
      ...["populate", "--symbols", symbols, "--intervals", "1h,1d", "--cache-dir", join(folder, cache)],
      ...["--start-date", dateBefore(300), "--end-date", dateBefore(20)],
    ]
    const stateDir = join(folder, "state")
    const environment = { ...simulator.urls, BARKEEP_STATE_DIR: stateDir }
    const accounts = {
      binance: `binance at ${simulator.urls.BARKEEP_BINANCE_URL}`,
      yahoo: `yahoo-finance at ${simulator.urls.BARKEEP_YAHOO_URL}`,
    }
    const [weightLeft, callsLeft] = [70, 6]
    const [minuteOfBinance = 0, minuteOfYahoo = 0] = await bookEarlier(stateDir, [
      [accounts.binance, binanceCapabilities, 6000 - weightLeft],
      [accounts.yahoo, yahooFinanceCapabilities, 60 - callsLeft],
    ])
    const pairs = ["BTCUSDT,MSFT", "ETHUSDT,IBM", "SOLUSDT,SPY", "LTCUSDT,QQQ"]
    const runs = [...pairs, ...pairs].map((symbols) => startBarkeep(args(symbols, "cache"), environment))
    while (simulator.log.length < 5) await sleep(2)
    runs[0]?.child.kill("SIGKILL")
    const finished = await Promise.all(runs.map((run) => run.finished))
    expect(finished.slice(1).map(({ code, stderr }) => [code, stderr.match(/failed.*/g)])).toEqual(
      Array.from({ length: 7 }, () => [0, null]),
    )
    const ledger = await openLimitLedger(stateDir)
    const { vendors } = await ledger.snapshot()
    ledger.close()
    // Nobody counted on another account than those that were booked on.
    expect(vendors.map(({ vendor }) => vendor).toSorted()).toEqual(Object.values(accounts).toSorted())
    const sentBefore = (vendor: string, end: number) =>
      simulator.log.filter((request) => request.vendor === vendor && request.time < end)
    const weight = sentBefore("binance", minuteOfBinance).reduce((sum, request) => sum + request.weight, 0)
    expect(weight).toBeLessThanOrEqual(weightLeft)
    expect(sentBefore("yahoo-finance", minuteOfYahoo).length).toBeLessThanOrEqual(callsLeft)
    // There was more to ask than that.
    expect(simulator.counters().weight).toBeGreaterThan(weightLeft)
    expect(sentBefore("yahoo-finance", Number.POSITIVE_INFINITY).length).toBeGreaterThan(callsLeft)
    expect(simulator.maxWeightInAnyWindow(60_000)).toBeLessThanOrEqual(6000)
    expect(simulator.maxRequestsInAnyWindow("yahoo-finance", 60_000)).toBeLessThanOrEqual(60)

    const alone = { ...simulator.urls, BARKEEP_STATE_DIR: join(folder, "another state") }
    expect((await barkeep(args(pairs.join(","), "alone"), alone)).code).toBe(0)
    expect(dataOf(join(folder, "cache"))).toEqual(dataOf(join(folder, "alone")))
  })
})
