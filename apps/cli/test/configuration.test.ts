import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { ConfigurationError, type ConfigurationSources, loadConfiguration } from "../src/configuration.ts"
import { temporaryFolder } from "./barkeep.ts"

const sources = (over: Partial<ConfigurationSources> = {}): ConfigurationSources => ({
  environment: {},
  folder: temporaryFolder(),
  platform: "linux",
  home: "/home/someone",
  ...over,
})

describe("configuration", () => {
  it("takes flags before the environment before .env before the file before defaults, and says which", () => {
    const folder = temporaryFolder()
    writeFileSync(
      join(folder, "barkeep.config.json"),
      JSON.stringify({ cacheDir: "file", intervals: ["1h", "1d"] }),
    )
    const from = { folder, environment: {} }
    expect(loadConfiguration({}, sources(from))).toMatchObject({ cacheDir: "file", intervals: "1h,1d" })
    writeFileSync(join(folder, ".env"), 'export BARKEEP_CACHE_DIR="dot env"\n')
    expect(loadConfiguration({}, sources(from)).cacheDir).toBe("dot env")
    const environment = { BARKEEP_CACHE_DIR: "environment" }
    expect(loadConfiguration({}, sources({ folder, environment })).cacheDir).toBe("environment")
    const withFlag = loadConfiguration({ cacheDir: "flag" }, sources({ folder, environment }))
    expect([withFlag.cacheDir, withFlag.origins.cacheDir, withFlag.origins.intervals]).toEqual([
      "flag",
      "flag",
      "barkeep.config.json",
    ])
  })

  it.each([
    ["linux", {}, "/home/someone/.local/share/barkeep/cache"],
    ["linux", { XDG_DATA_HOME: "/data" }, "/data/barkeep/cache"],
    ["win32", { LOCALAPPDATA: "/local" }, "/local/barkeep/cache"],
  ] as const)("keeps the cache in the user's data folder on %s %j", (platform, environment, expected) => {
    expect(loadConfiguration({}, sources({ platform, environment })).cacheDir).toBe(expected)
  })

  it.each([
    ["an address that is none", { BARKEEP_BINANCE_URL: "localhost:80" }, /binanceUrl.*BARKEEP_BINANCE_URL/],
    ["a tier that does not exist", { ALPHA_VANTAGE_TIER: "gold" }, /free, premium/],
  ])("refuses %s", (_name, environment, message) => {
    expect(() => loadConfiguration({}, sources({ environment }))).toThrow(message)
  })

  it.each([
    ["no JSON", "{", /no JSON/],
    ["a list", "[]", /no object/],
    ["an unknown key", '{"cachedir":"x"}', /cachedir.*cacheDir/],
    ["a number", '{"cacheDir":1}', /no text/],
  ])("refuses a file that holds %s", (_name, text, message) => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, "barkeep.config.json"), text)
    const load = () => loadConfiguration({}, sources({ folder }))
    expect(load).toThrow(ConfigurationError)
    expect(load).toThrow(message)
  })
})
