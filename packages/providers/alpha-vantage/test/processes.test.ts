import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { startVendorSimulator } from "@barkeep/vendor-simulator"
import { describe, expect, it, onTestFinished } from "vitest"
import { alphaVantageCapabilities } from "../src/index.ts"

const apiKey = "sharedK3Y7"

interface Worker {
  readonly symbol: string
  readonly child: ChildProcess
  /** Why the vendor may not be asked any more; fails with what the process complained of. */
  readonly refusal: () => Promise<string>
}

describe("processes that share a free key", () => {
  it("keep to one call a second and 25 a day together, however late they send, whoever is killed, whatever the clock is set to", async () => {
    const folder = mkdtempSync(join(tmpdir(), "barkeep-key-"))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const simulator = await startVendorSimulator({
      alphaVantage: { keys: { [apiKey]: "free" }, callsPerSecond: 1000 },
      faults: [{ nth: 9, fault: { type: "hang" } }],
    })
    onTestFinished(() => simulator.close())
    // The seconds of this test are short: nothing but their length differs.
    const secondMillis = 100
    const budgets = alphaVantageCapabilities("free").budgets.map((budget) =>
      budget.id === "calls-1s" ? { ...budget, perMillis: secondMillis } : budget,
    )
    const startWorker = (symbol: string): Worker => {
      const work = {
        ...{ folder, apikey: apiKey, budgets, symbol },
        baseUrl: simulator.urls.BARKEEP_ALPHA_VANTAGE_URL,
        latestMillis: 2 * secondMillis,
        setMillis: 7_200_000,
      }
      const child = spawn(
        process.execPath,
        [
          "--conditions=@barkeep/source",
          join(import.meta.dirname, "process-worker.ts"),
          JSON.stringify(work),
        ],
        { stdio: ["ignore", "pipe", "pipe"] },
      )
      onTestFinished(() => void child.kill("SIGKILL"))
      let said = ""
      let complaints = ""
      child.stdout.on("data", (text) => (said += String(text)))
      child.stderr.on("data", (text) => (complaints += String(text)))
      const closed = once(child, "close")
      return {
        symbol,
        child,
        refusal: async () => {
          await closed
          if (child.exitCode !== 0) throw new Error(complaints)
          return said
        },
      }
    }
    const workers = ["AAPL", "MSFT", "GOOGL", "TSLA", "SPY", "NVDA", "AMZN", "IBM"].map(startWorker)
    while (simulator.log.length < 9) await sleep(5)
    // Its call is on the way, and nobody hears of it any more.
    const asked = new URLSearchParams(simulator.log[8]?.query).get("symbol")
    const victim = workers.find(({ symbol }) => symbol === asked)
    victim?.child.kill("SIGKILL")
    const survivors = workers.filter((worker) => worker !== victim)
    expect(survivors.length).toBe(7)
    const refusals = await Promise.all(survivors.map((worker) => worker.refusal()))
    expect(new Set(refusals)).toEqual(new Set(["QuotaExhausted"]))
    const again = ["AAPL", "MSFT"].map(startWorker)
    expect(await Promise.all(again.map((worker) => worker.refusal()))).toEqual([
      "QuotaExhausted",
      "QuotaExhausted",
    ])
    expect(simulator.maxRequestsInAnyWindow("alpha-vantage", secondMillis)).toBe(1)
    expect(simulator.alphaVantageCalls()[apiKey]).toMatchObject({
      sent: { total: 25, mostInAnyDay: 25 },
      refused: {},
    })
  }, 120_000)
})
