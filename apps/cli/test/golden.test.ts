import { readdirSync } from "node:fs"
import { join } from "node:path"
import { findSchemaIssue } from "@barkeep/validation"
import { startVendorSimulator } from "@barkeep/vendor-simulator"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { app } from "../src/app.ts"
import { settingNames, settings } from "../src/settings.ts"
import { derivedSchemas } from "../scripts/derived-schemas.ts"
import { cacheFolder, keepFolder } from "./kept-folder.ts"
import { runApp, runWell } from "./run-app.ts"
import { schemaOf } from "./schema-of.ts"

const folder = keepFolder()
const cache = cacheFolder(folder)
let simulator: Awaited<ReturnType<typeof startVendorSimulator>>

/** One cache for all goldens, filled by the command itself. */
beforeAll(async () => {
  simulator = await startVendorSimulator({ seed: 11 })
  for (const [name, url] of Object.entries(simulator.urls)) vi.stubEnv(name, url)
  vi.stubEnv("BARKEEP_STATE_DIR", join(folder, "state"))
  vi.stubEnv("ALPHA_VANTAGE_KEY", "SECRETSECRETSECR")
  const days = ["--start-date", "2023-01-02", "--end-date", "2023-03-31", "--cache-dir", cache]
  for (const [symbols, intervals] of [
    ["BTCUSDT", "1h,1d"],
    ["AAPL", "1d"],
  ] as const) {
    await runWell(["populate", "--quiet", "--symbols", symbols, "--intervals", intervals, ...days])
  }
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await simulator.close()
})

/** What differs from run to run and from machine to machine: folders, durations, sizes on disk. */
const settled = (text: string): string =>
  text
    .replaceAll(folder, "<FOLDER>")
    .replaceAll(/\d+(\.\d)? (KiB|MiB|B)\b/g, (size) => "#".repeat(size.length))
    .replaceAll(/ \d\d %/g, " ## %")
    .replaceAll(/ in \d+ s\n/g, " in # s\n")

const days = ["--start-date", "2023-01-03", "--end-date", "2023-01-04"]

describe("what the commands print", () => {
  it.each([
    ["list", ["list"]],
    ["list-symbol", ["list", "btc-usdt"]],
    ["stats", ["stats"]],
    ["get-csv", ["get", "AAPL", "1d", ...days]],
    ["get-ndjson", ["get", "BTCUSDT", "1d", "--format", "ndjson", ...days]],
    ["get-json", ["get", "BTCUSDT", "1d", "--json", ...days]],
    ["populate-again", ["populate", "--symbols", "BTCUSDT", "--intervals", "1d", ...days]],
  ])("%s", async (name, args) => {
    const { code, stdout, stderr } = await runApp([...args, "--cache-dir", cache])
    expect([code, stderr]).toEqual([0, ""])
    await expect(settled(stdout)).toMatchFileSnapshot(`golden/${name}.txt`)
  })

  it("a pair that no provider gives has a line for each provider, and each advice once", async () => {
    const intraday = ["populate", "--symbols", "^GSPC", "--intervals", "5m", "--cache-dir", cache]
    const { code, stderr } = await runApp([...intraday, ...days])
    expect(code).not.toBe(0)
    const withoutMoment = stderr.replaceAll(/to 20\d\d-\S+Z/g, "to <MOMENT>")
    await expect(withoutMoment).toMatchFileSnapshot("golden/populate-refused.txt")
  })

  it("get of days without bars says so beside the heading", async () => {
    const { code, stdout, stderr } = await runApp([
      ...["get", "BTCUSDT", "1d", "--start-date", "2019-01-01", "--end-date", "2019-01-02"],
      ...["--cache-dir", cache],
    ])
    expect([code, stdout]).toEqual([0, "timestamp,open,high,low,close,volume\n"])
    expect(stderr).toMatch(/no bar of BTCUSDT 1d/)
  })

  it("config shows where each value comes from and hides keys", async () => {
    const { code, stdout, stderr } = await runApp(["config", "--cache-dir", cache])
    expect([code, stderr]).toEqual([0, ""])
    expect(stdout).not.toContain("SECRET")
    const line = (setting: string) => stdout.split("\n").find((text) => text.startsWith(setting))
    expect(line("cacheDir")).toMatch(/ flag /)
    expect(line("stateDir")).toMatch(/ environment variable BARKEEP_STATE_DIR /)
    expect(line("alphaVantageKey")).toMatch(/\(hidden\)/)
    expect(line("coingeckoKey")).toMatch(/ - +not set/)
    expect(line("logLevel")).toMatch(/ info +default/)
  })

  it("colours are only for a terminal, and off with NO_COLOR and --no-color", async () => {
    const args = ["stats", "--cache-dir", cache]
    const terminal = { columns: 100 }
    const hasColour = (text: string) => text.includes("\u001b[")
    expect(hasColour((await runApp(args)).stdout)).toBe(false)
    const coloured = await runApp(args, { terminal })
    expect(hasColour(coloured.stdout)).toBe(true)
    expect(hasColour((await runApp(["--help"], { terminal })).stdout)).toBe(true)
    for (const plain of [
      await runApp([...args, "--no-color"], { terminal }),
      await runApp(args, { terminal, environment: { NO_COLOR: "1" } }),
      await runApp(args, { terminal, environment: { TERM: "dumb" } }),
      await runApp(["--help", "--no-color"], { terminal }),
    ])
      expect(hasColour(plain.stdout + plain.stderr)).toBe(false)
    // oxlint-disable-next-line no-control-regex
    expect(coloured.stdout.replaceAll(/\u001b\[\d+m/g, "")).toBe((await runApp(args)).stdout)
  })
})

describe("help", () => {
  const commands = app.subcommands.flatMap((group) => group.commands.map(({ name }) => name))

  it("lists every command, every setting and the exit codes", async () => {
    const { stdout } = await runWell(["--help"])
    for (const name of commands) expect(stdout).toMatch(new RegExp(`^ {2}${name} {2,}\\S`, "m"))
    for (const name of settingNames) expect(stdout).toContain(`  ${settings[name].variable}  `)
    expect(stdout).toMatch(/EXIT CODES\n {2}0 {2}done\n/)
    expect(await runWell(["help"])).toEqual(await runWell(["--help"]))
  })

  it.each(commands)("of %s has examples whose flags exist, and fits its page", async (name) => {
    const { stdout } = await runWell([name, "--help"])
    const examples = [...stdout.matchAll(/^ {2}(?:\w+=\S+ )?barkeep (\S+)(.*)$/gm)].slice(1)
    expect(examples.length).toBeGreaterThan(0)
    for (const [, command, rest] of examples) {
      expect(command).toBe(name)
      for (const [flag] of rest?.matchAll(/--[a-z-]+/g) ?? [])
        expect(stdout).toMatch(new RegExp(`^ {2}.*${flag}\\b`, "m"))
    }
    const prose = stdout.split("\n").filter((line) => !/^ {2}(?:#|\w+=|barkeep )/.test(line))
    expect(Math.max(...prose.map((line) => line.length))).toBeLessThanOrEqual(100)
  })

  it("get's page", async () => {
    await expect((await runWell(["get", "--help"])).stdout).toMatchFileSnapshot("golden/get-help.txt")
  })
})

describe("--json documents conform to their published schemas", () => {
  it.each([
    ["list", ["list"]],
    ["stats", ["stats"]],
    ["get", ["get", "BTCUSDT", "1h"]],
    ["get", ["get", "AAPL", "1d", "--start-date", "2019-01-01", "--end-date", "2019-01-02"]],
    ["config", ["config"]],
    ["populate", ["populate", "--symbols", "BTCUSDT,EURUSD=X", "--intervals", "1d,1m", ...days]],
    ["populate-plan", ["populate", "--plan", "--symbols", "BTCUSDT,AAPL", "--intervals", "15m", ...days]],
    ["explain", ["explain", "BTCUSDT", "1d", "2023-01-03"]],
    ["verify", ["verify"]],
    ["validate", ["validate"]],
    ["error", ["get", "NOSUCH", "1d"]],
    ["error", ["get", "BTCUSDT", "7m"]],
    ["error", ["get", "--symbol", "BTCUSDT"]],
  ])("%s: %j", async (name, args) => {
    const { stdout } = await runApp([...args, "--json", "--cache-dir", cache])
    expect(findSchemaIssue(schemaOf(name), JSON.parse(stdout))).toBeUndefined()
  })

  it.each([
    ["limits", ["limits"]],
    ["calendar", ["calendar", "XTKS", "--start-date", "2024-01-04", "--end-date", "2024-01-05"]],
    ["calendar", ["calendar", "XNYS", "--start-date", "2024-11-27", "--end-date", "2024-11-30"]],
  ])("%s: %j", async (name, args) => {
    const { code, stdout } = await runApp([...args, "--json"])
    expect(code).toBe(0)
    expect(findSchemaIssue(schemaOf(name), JSON.parse(stdout))).toBeUndefined()
  })

  it("each line of get --format ndjson is a bar of the schema", async () => {
    const { stdout } = await runApp(["get", "BTCUSDT", "1h", "--format", "ndjson", "--cache-dir", cache])
    const bar = { ...schemaOf("get"), $ref: "#/$defs/bar" }
    const lines = stdout.trimEnd().split("\n")
    expect(lines.length).toBe(89 * 24)
    expect(lines.map((line) => findSchemaIssue(bar, JSON.parse(line))).find(Boolean)).toBeUndefined()
  })

  it("every command with --json has a schema", () => {
    const published = readdirSync(join(import.meta.dirname, "../schema"))
    const commands = app.subcommands.flatMap((group) => group.commands)
    expect(commands.length).toBeGreaterThan(10)
    const lacking = commands
      .filter(({ name }) => !["completions", "demo"].includes(name))
      .filter(({ name }) => !published.includes(`${name}.schema.json`))
    expect(lacking.map(({ name }) => name)).toEqual([])
  })

  it("those that follow from the code are as the code is", () => {
    // After a change: node --conditions=@barkeep/source scripts/derived-schemas.ts
    for (const [name, schema] of Object.entries(derivedSchemas())) expect(schemaOf(name)).toEqual(schema)
  })
})
