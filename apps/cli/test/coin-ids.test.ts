import { join } from "node:path"
import { defaultListings, type Listing, startVendorSimulator } from "@barkeep/vendor-simulator"
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest"
import { ConfigurationError, loadConfiguration } from "../src/configuration.ts"
import { makeCoingecko } from "../src/providers.ts"
import { temporaryFolder } from "./barkeep.ts"
import { runApp, runWell } from "./run-app.ts"

// Commands run in the test's own process, beside much else.
vi.setConfig({ testTimeout: 120_000 })
afterEach(() => vi.unstubAllEnvs())

const listing: Listing = { ...(defaultListings[0] as Listing), symbol: "NEWUSDT", baseAsset: "NEW" }

describe("coins that are not well known", () => {
  it("are donors only by the id that the user tells, never by the first of that name", async () => {
    const simulator = await startVendorSimulator({
      seed: 4,
      listings: [listing],
      coingecko: { keys: { analystK3Y: "analyst" } },
    })
    onTestFinished(() => simulator.close())
    const folder = temporaryFolder()
    for (const [name, url] of Object.entries(simulator.urls)) vi.stubEnv(name, url)
    vi.stubEnv("BARKEEP_STATE_DIR", join(folder, "state"))
    vi.stubEnv("BARKEEP_CACHE_DIR", join(folder, "cache"))
    vi.stubEnv("COINGECKO_API_KEY", "analystK3Y")
    vi.stubEnv("COINGECKO_TIER", "analyst")
    const days = (from: string, to: string) =>
      runWell([
        ...["populate", "--quiet", "--symbols", "NEWUSDT", "--intervals", "1d"],
        ...["--start-date", from, "--end-date", to],
      ])
    await days("2024-01-01", "2024-01-31")
    await days("2024-02-03", "2024-03-10")
    const fill = (...more: ReadonlyArray<string>) =>
      runApp([
        ...["fill-gaps", "--json", "--revalidate", "--provider", "coingecko", "--max-gap-hours", "72"],
        ...more,
      ])
    simulator.clearLog()
    expect(JSON.parse((await fill()).stdout)).toMatchObject({
      filled: 0,
      results: [
        {
          outcome: { _tag: "NotFillable", reason: "symbol-unknown" },
          attempts: expect.arrayContaining([
            expect.objectContaining({
              donor: "coingecko",
              text: expect.stringContaining("nothing tells which coin NEW is; name its id"),
            }),
          ]),
        },
      ],
    })
    expect(simulator.log).toEqual([])
    vi.stubEnv("COINGECKO_COINS", "OTHER=other-coin, new=new")
    expect(JSON.parse((await fill()).stdout)).toMatchObject({ filled: 1, rowsAdded: 2 })
    expect(simulator.log.map(({ path }) => path)).toEqual([expect.stringContaining("/coins/new/ohlc")])
  })

  it.each(["NEW", "NEW=", "=new", "NEW=a b", "N-W=new"])("are refused as %j", (coingeckoCoins) => {
    const configuration = loadConfiguration({ coingeckoCoins })
    expect(() => makeCoingecko(configuration, {})).toThrow(ConfigurationError)
    expect(() => makeCoingecko(configuration, {})).toThrow(
      `coingeckoCoins (flag): "${coingeckoCoins}" is no asset with its id, such as NEW=new-token`,
    )
  })
})
