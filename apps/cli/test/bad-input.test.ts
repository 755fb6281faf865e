import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { startVendorSimulator } from "@barkeep/vendor-simulator"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { barkeep, temporaryFolder } from "./barkeep.ts"
import { runApp } from "./run-app.ts"

// Processes are started here, perhaps on a machine with much else to do.
vi.setConfig({ testTimeout: 300_000 })

type Simulator = Awaited<ReturnType<typeof startVendorSimulator>>
let simulator: Simulator
beforeAll(async () => {
  simulator = await startVendorSimulator({ seed: 1 })
})
afterAll(() => simulator.close())

const base = {
  symbols: "BTCUSDT",
  intervals: "1d",
  "start-date": "2023-01-01",
  "end-date": "2023-01-31",
}
const populate = (cacheDir: string, over: Partial<typeof base> = {}) =>
  barkeep(
    [
      "populate",
      "--cache-dir",
      cacheDir,
      ...Object.entries({ ...base, ...over }).flatMap(([k, v]) => [`--${k}`, v]),
    ],
    { ...simulator.urls },
  )

describe("bad input is one clear line on stderr, and nothing is written", () => {
  it.each([
    ["an unknown symbol", { symbols: "NOSUCHUSDT" }, 4, /NOSUCHUSDT/],
    ["an unknown timeframe", { intervals: "7m" }, 2, /7m/],
    ["a date that is none", { "start-date": "2023-02-30" }, 2, /2023-02-30/],
    ["a date in another form", { "end-date": "31.12.2023" }, 2, /31\.12\.2023/],
    ["an end before the start", { "end-date": "2022-12-31" }, 2, /2022-12-31/],
    ["a symbol that climbs out of the cache", { symbols: "../../x" }, 2, /\.\.\/\.\.\/x/],
    ["a symbol that is an absolute path", { symbols: "/etc/passwd" }, 2, /etc\/passwd/],
    ["no symbol at all", { symbols: "," }, 2, /symbols/],
  ])("%s", async (_name, over, code, message) => {
    const folder = temporaryFolder()
    const result = await populate(join(folder, "cache"), over)
    expect(result.code).toBe(code)
    const errors = result.stderr.trim().split("\n")
    expect(errors.length).toBe(1)
    expect(errors[0]).toMatch(message)
    expect(readdirSync(folder, { recursive: true }).filter((name) => String(name).includes(".csv"))).toEqual(
      [],
    )
    expect(existsSync(join(folder, "x"))).toBe(false)
  })

  it("a cache folder that is a file", async () => {
    const file = join(temporaryFolder(), "cache")
    writeFileSync(file, "not a folder")
    const result = await populate(file)
    expect(result.code).toBe(4)
    expect(result.stderr.trim().split("\n").length).toBe(1)
    expect(result.stderr).toContain(file)
  })

  it("a cache folder that cannot be made", async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, "file"), "")
    const result = await populate(join(folder, "file", "cache"))
    expect(result.code).toBe(4)
    expect(result.stderr.trim().split("\n").length).toBe(1)
  })

  it("a folder where a data file should be", async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, "BTCUSDT/1d/2023.csv.gz"), { recursive: true })
    const result = await populate(folder)
    expect(result.code).toBe(4)
    expect(result.stderr).toMatch(/2023\.csv\.gz/)
  })

  it.each([
    ["an unknown flag", ["populate", "--symbol", "BTCUSDT"], /--symbols/],
    ["an unknown command", ["popluate"], /populate/],
    ["a missing argument", ["get"], /^barkeep: the argument symbol is missing$/m],
    [
      "help for a command that is none",
      ["help", "popluate"],
      /there is no command popluate\. Did you mean populate\?/,
    ],
    ["--help of a command that is none", ["popluate", "--help"], /Did you mean populate\?/],
    ["a flag without its value", ["list", "--cache-dir"], /^barkeep: --cache-dir needs a value: FOLDER$/m],
    ["a flag given twice", ["list", "--quiet", "--quiet"], /^barkeep: --quiet is given 2 times$/m],
    [
      "a choice that is none",
      ["get", "A", "1h", "--format", "xml"],
      /"xml" is not one of csv, json, ndjson$/m,
    ],
    [
      "a number that is none",
      ["validate", "--fail-under", "x"],
      /^barkeep: --fail-under: "x" is not a number$/m,
    ],
    ["too many arguments", ["list", "A", "B"], /^barkeep: there is no place for "B"$/m],
  ])("%s is a usage error", async (_name, args, message) => {
    const result = await runApp(args)
    expect(result.code).toBe(2)
    expect(result.stdout).toBe("")
    expect(result.stderr).toMatch(message)
  })

  it.each([
    ["a flag that is none", ["get", "--bad", "--json"], "there is no flag --bad"],
    [
      "a command that is none",
      ["popluate", "--json"],
      "there is no command popluate. Did you mean populate?",
    ],
    ["an argument that is missing", ["get", "--json"], "the argument symbol is missing"],
    ["--json twice", ["list", "--json", "--json"], "--json is given 2 times"],
  ])("with --json a usage error is a document, too: %s", async (_name, args, message) => {
    const { code, stdout, stderr } = await runApp(args)
    expect(code).toBe(2)
    expect(JSON.parse(stdout)).toEqual({ error: { code: 2, kind: "UsageError", message } })
    expect(stderr).toContain(message)
  })

  it("a word after -- asks for no document", async () => {
    expect((await runApp(["list", "A", "B", "--", "--json"])).stdout).toBe("")
  })
})
