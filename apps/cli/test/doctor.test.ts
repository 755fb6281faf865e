import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { startVendorSimulator, type VendorSimulatorOptions } from "@barkeep/vendor-simulator"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { barkeep, temporaryFolder } from "./barkeep.ts"

// Processes are started here, perhaps on a machine with much else to do.
vi.setConfig({ testTimeout: 300_000 })

const diagnose = async (
  options: VendorSimulatorOptions,
  environment: Readonly<Record<string, string>> = {},
  cache = join(temporaryFolder(), "cache"),
) => {
  const simulator = await startVendorSimulator({ seed: 4, ...options })
  onTestFinished(() => simulator.close())
  const { code, stdout } = await barkeep(["doctor", "--json", "--cache-dir", cache], {
    ...simulator.urls,
    ...environment,
  })
  const { checks } = JSON.parse(stdout) as {
    readonly checks: ReadonlyArray<{
      readonly check: string
      readonly status: string
      readonly detail: string
    }>
  }
  return { code, checks: Object.fromEntries(checks.map(({ check, ...rest }) => [check, rest])) }
}

describe("barkeep doctor", () => {
  it("says that everything works, what is set and what a key is entitled to", async () => {
    const { code, checks } = await diagnose({}, { ALPHA_VANTAGE_KEY: "freeK3Y" })
    expect([code, checks]).toEqual([
      0,
      {
        Node: { status: "ok", detail: expect.stringMatching(/^v\d+/) },
        configuration: { status: "ok", detail: expect.stringContaining("alphaVantageKey") },
        "cache folder": { status: "ok", detail: expect.stringMatching(/cache$/) },
        "limit ledger": { status: "ok", detail: expect.stringMatching(/limits\.sqlite$/) },
        "Binance, clock": {
          status: "ok",
          detail: expect.stringMatching(/^reachable; clocks differ by -?\d+ ms$/),
        },
        "Binance's archive": {
          status: "ok",
          detail: expect.stringMatching(/^reachable; checksum of .* is right$/),
        },
        "Yahoo Finance": { status: "ok", detail: expect.stringMatching(/^reachable; last day of SPY/) },
        "Alpha Vantage": { status: "ok", detail: expect.stringMatching(/^reachable; the key is free/) },
        CoinGecko: { status: "ok", detail: "reachable" },
      },
    ])
  })

  it("names the cause: a place that is not served, a clock that is wrong, a key that is less, a name that nobody knows", async () => {
    const notServed = await diagnose(
      {
        faults: [{ match: { vendor: "binance" }, fault: { type: "geo-blocked" } }],
        alphaVantage: { keys: { K3Y: "free" } },
      },
      {
        ALPHA_VANTAGE_KEY: "K3Y",
        ALPHA_VANTAGE_TIER: "premium",
        BARKEEP_YAHOO_URL: "http://no-such-host.invalid",
      },
    )
    expect(notServed.code).toBe(1)
    expect(notServed.checks).toMatchObject({
      "Binance, clock": { status: "problem", detail: expect.stringMatching(/does not serve this location/) },
      "Yahoo Finance": {
        status: "problem",
        detail: expect.stringMatching(/(ENOTFOUND|EAI_AGAIN) no-such-host\.invalid/),
      },
      "Alpha Vantage": {
        status: "problem",
        detail: expect.stringMatching(/the key is free, configured is premium/),
      },
      CoinGecko: { status: "ok" },
    })
    const folder = temporaryFolder()
    const file = join(folder, "file")
    writeFileSync(file, "")
    writeFileSync(join(folder, "overrides.json"), "{")
    const wrong = await diagnose(
      { now: Date.now() - 3_600_000 },
      { BARKEEP_STATE_DIR: join(file, "state"), BARKEEP_OVERRIDES_FILE: join(folder, "overrides.json") },
      file,
    )
    expect(wrong.code).toBe(1)
    expect(wrong.checks).toMatchObject({
      configuration: { status: "problem", detail: expect.stringMatching(/overrides\.json is no JSON/) },
      "cache folder": { status: "problem", detail: expect.stringContaining(file) },
      "limit ledger": { status: "problem", detail: expect.stringMatching(/ENOTDIR.*no vendor is asked/) },
    })
    const late = await diagnose({ now: Date.now() - 3_600_000 })
    expect(late.checks).toMatchObject({
      "Binance, clock": {
        status: "problem",
        detail: expect.stringMatching(/clocks differ by -36\d\d s: set this/),
      },
      "Alpha Vantage": { status: "not set up", detail: expect.stringContaining("ALPHA_VANTAGE_KEY") },
    })
  })
})
