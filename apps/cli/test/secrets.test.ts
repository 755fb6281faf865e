import { readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"
import { type FaultRule, startVendorSimulator } from "@barkeep/vendor-simulator"
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest"
import { temporaryFolder } from "./barkeep.ts"
import { runApp } from "./run-app.ts"

// Many commands run in the test's own process, beside much else.
vi.setConfig({ testTimeout: 120_000 })
afterEach(() => vi.unstubAllEnvs())

const day = 86_400_000
const dateBefore = (days: number): string => new Date(Date.now() - days * day).toISOString().slice(0, 10)

/** Keys whose letters change in URLs, forms and base 64. */
const keys = { alphaVantage: "premium+K3Y/of=me", coingecko: "CG-an%alyst/K3Y=" }

const spellingsOf = (key: string): ReadonlyArray<string> => [
  key,
  encodeURIComponent(key),
  new URLSearchParams({ key }).toString().slice("key=".length),
  Buffer.from(key).toString("base64"),
  Buffer.from(key).toString("hex"),
  JSON.stringify(key).slice(1, -1),
]

const filesIn = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())

const textsOf = (path: string): ReadonlyArray<string> => {
  const bytes = readFileSync(path)
  return [bytes.toString("latin1"), ...(path.endsWith(".gz") ? [gunzipSync(bytes).toString()] : [])]
}

/** What makes vendors talk about the key, and clients about what they asked. */
const troubles: ReadonlyArray<FaultRule> = [
  { match: { vendor: "alpha-vantage" }, fault: { type: "key-echo" } },
  { match: { vendor: "alpha-vantage" }, fault: { type: "firewall" } },
  { match: { vendor: "alpha-vantage" }, fault: { type: "truncated-json" } },
  { match: { vendor: "alpha-vantage" }, fault: { type: "unknown-symbol" } },
]

describe("the keys of a user", () => {
  it("stand in nothing that a whole run prints, logs and stores, whatever goes wrong", async () => {
    const simulator = await startVendorSimulator({
      seed: 4,
      alphaVantage: { keys: { [keys.alphaVantage]: "premium" } },
      coingecko: { keys: { [keys.coingecko]: "analyst" } },
    })
    onTestFinished(() => simulator.close())
    const folder = temporaryFolder()
    for (const [name, url] of Object.entries(simulator.urls)) vi.stubEnv(name, url)
    vi.stubEnv("BARKEEP_STATE_DIR", join(folder, "state"))
    vi.stubEnv("BARKEEP_CACHE_DIR", join(folder, "cache"))
    vi.stubEnv("BARKEEP_LOG_LEVEL", "debug")
    vi.stubEnv("ALPHA_VANTAGE_KEY", keys.alphaVantage)
    vi.stubEnv("ALPHA_VANTAGE_TIER", "premium")
    vi.stubEnv("COINGECKO_API_KEY", keys.coingecko)
    vi.stubEnv("COINGECKO_TIER", "analyst")
    const printed: Array<string> = []
    const run = async (...args: ReadonlyArray<string>): Promise<number> => {
      const plain = await runApp(args)
      const json = await runApp([...args, "--json"])
      printed.push(plain.stdout, plain.stderr, json.stdout, json.stderr)
      return plain.code
    }
    const shares = [
      ...["populate", "--symbols", "MSFT", "--provider", "alpha-vantage", "--intervals", "1w"],
      ...["--start-date", dateBefore(200), "--end-date", dateBefore(30)],
    ]
    await run(...shares, "--plan")
    for (const trouble of troubles) {
      simulator.setFaults([trouble])
      expect([trouble.fault.type, (await run(...shares)) > 2]).toEqual([trouble.fault.type, true])
      // What the vendor said of the day's limit is believed until the ledger is another one.
      if (trouble.fault.type === "key-echo") vi.stubEnv("BARKEEP_STATE_DIR", join(folder, "second state"))
    }
    simulator.setFaults([])
    expect(await run(...shares)).toBe(0)
    const days = (from: number, to: number): Promise<number> =>
      run(
        ...["populate", "--symbols", "ETHUSDT", "--intervals", "1d"],
        ...["--start-date", dateBefore(from), "--end-date", dateBefore(to)],
      )
    await days(90, 60)
    await days(57, 20)
    await run("validate")
    simulator.setFaults([{ match: { vendor: "coingecko" }, fault: { type: "truncated-json" } }])
    await run("fill-gaps", "--revalidate", "--provider", "coingecko", "--max-gap-hours", "72")
    simulator.setFaults([])
    await run("fill-gaps", "--revalidate", "--provider", "coingecko", "--max-gap-hours", "72")
    await run("explain", "ETHUSDT", "1d", `${dateBefore(58)}T00:00:00Z`)
    for (const command of ["fills", "doctor", "config", "limits", "list", "stats", "verify", "cleanup"])
      await run(command)

    // Both were used.
    const [{ sent } = { sent: { total: 0 } }] = Object.values(simulator.alphaVantageCalls())
    expect(sent.total).toBeGreaterThan(5)
    const statuses = simulator.log.filter(({ vendor }) => vendor === "coingecko").map(({ status }) => status)
    expect(statuses).toContain(200)
    const files = filesIn(folder)
    for (const name of ["audit.ndjson", "barkeep.log", "limits.sqlite", "metadata.json", ".csv.gz"])
      expect(files.filter((path) => path.endsWith(name)).length).toBeGreaterThan(0)
    const spellings = Object.values(keys).flatMap(spellingsOf)
    const leaks = [
      ...printed.map((text) => ["printed", text] as const),
      ...files.flatMap((path) => textsOf(path).map((text) => [path, text] as const)),
    ].filter(([, text]) => spellings.some((spelling) => text.includes(spelling)))
    expect(leaks.map(([where]) => where)).toEqual([])
    // The search would find them: the vendor's own log has the query.
    expect(simulator.log.some(({ query }) => spellings.some((spelling) => query.includes(spelling)))).toBe(
      true,
    )
  })
})
