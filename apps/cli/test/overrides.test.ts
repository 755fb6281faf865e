import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { startVendorSimulator } from "@barkeep/vendor-simulator"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { ConfigurationError, loadConfiguration } from "../src/configuration.ts"
import { providerIds } from "../src/providers.ts"
import { readOverrides } from "../src/read-overrides.ts"
import { barkeep, temporaryFolder } from "./barkeep.ts"

// Processes are started here, perhaps on a machine with much else to do.
vi.setConfig({ testTimeout: 300_000 })

const overridesFile = (content: unknown): string => {
  const path = join(temporaryFolder(), "overrides.json")
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content))
  return path
}

const plan = [
  ...["populate", "--plan", "--json", "--intervals", "1d"],
  ...["--start-date", "2024-01-02", "--end-date", "2024-01-31"],
]

interface Task {
  readonly symbol: string
  readonly provider: string
  readonly missing: ReadonlyArray<{ readonly from: string }>
}

describe("overrides by a file", () => {
  it("say what a symbol is and whom to ask, by flag or by environment; others stay as the rules have them", async () => {
    const simulator = await startVendorSimulator({ seed: 4 })
    onTestFinished(() => simulator.close())
    const file = overridesFile({
      msft: { market: "XLON", currency: "USD" },
      TSLA: { provider: "alpha-vantage" },
    })
    const environment = { ...simulator.urls, ALPHA_VANTAGE_KEY: "premiumK3Y", ALPHA_VANTAGE_TIER: "premium" }
    const args = [...plan, "--symbols", "AAPL,MSFT,TSLA", "--cache-dir", join(temporaryFolder(), "cache")]
    const byFlag = await barkeep([...args, "--overrides", file], environment)
    expect([byFlag.code, byFlag.stderr]).toEqual([0, ""])
    const { tasks } = JSON.parse(byFlag.stdout) as { readonly tasks: ReadonlyArray<Task> }
    expect(tasks.map(({ symbol, provider, missing }) => [symbol, provider, missing[0]?.from])).toEqual([
      ["AAPL", "yahoo-finance", "2024-01-02T05:00:00Z"],
      ["MSFT", "yahoo-finance", "2024-01-02T00:00:00Z"],
      ["TSLA", "alpha-vantage", "2024-01-02T05:00:00Z"],
    ])
    const byEnvironment = await barkeep(args, { ...environment, BARKEEP_OVERRIDES_FILE: file })
    expect(byEnvironment.stdout).toBe(byFlag.stdout)
  })

  it("that demand a provider without its key are refused with what would help", async () => {
    const file = overridesFile({ AAPL: { provider: "alpha-vantage" } })
    const cache = join(temporaryFolder(), "cache")
    const args = [...plan, "--symbols", "AAPL", "--overrides", file, "--cache-dir", cache]
    const { code, stdout } = await barkeep(args, { BARKEEP_YAHOO_URL: "http://127.0.0.1:9" })
    expect(code).toBe(4)
    const { refused } = JSON.parse(stdout) as { refused: ReadonlyArray<{ reasons: ReadonlyArray<object> }> }
    expect(refused[0]?.reasons).toContainEqual({
      provider: "alpha-vantage",
      reason: "not set up here",
      help: expect.stringContaining("ALPHA_VANTAGE_KEY"),
    })
  })

  it.each<[string, unknown, RegExp]>([
    ["no JSON", "{", /overrides\.json is no JSON/],
    ["no object", [], /overrides\.json: overrides: .* is not an object/],
    [
      "an unknown field",
      { AAPL: { vendor: "yahoo" } },
      /overrides\["AAPL"\]: "vendor" is not one of assetClass/,
    ],
    ["an unknown provider", { AAPL: { provider: "yahoo" } }, /"yahoo" is not one of binance, yahoo-finance/],
    [
      "a market without zone",
      { AAPL: { market: "XXXX" } },
      /overrides\["AAPL"\]\.market: .*give timeZone too/,
    ],
    ["a text that is no ticker", { "../x": {} }, /overrides: "\.\.\/x" is not a ticker/],
    ["the same symbol twice", { "BRK-B": {}, "BRK.B": {} }, /only override for BRK-B/],
  ])("that hold %s are refused with the file and the field", (_name, content, message) => {
    const configuration = loadConfiguration({ overridesFile: overridesFile(content) })
    const read = (): unknown => readOverrides(configuration, providerIds)
    expect(read).toThrow(ConfigurationError)
    expect(read).toThrow(message)
  })

  it("that are not there end the command with one line", async () => {
    const args = ["populate", "--symbols", "AAPL", "--intervals", "1d", "--plan"]
    const cache = join(temporaryFolder(), "cache")
    const { code, stdout, stderr } = await barkeep([
      ...args,
      ...["--cache-dir", cache, "--overrides", "/nowhere/overrides.json"],
    ])
    expect([code, stdout]).toEqual([2, ""])
    expect(stderr).toMatch(/overridesFile \(flag\): \/nowhere\/overrides\.json cannot be read: ENOENT.*\n$/)
  })
})
