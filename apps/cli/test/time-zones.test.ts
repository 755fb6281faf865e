import { readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { startVendorSimulator, type VendorSimulator } from "@barkeep/vendor-simulator"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { barkeep, temporaryFolder } from "./barkeep.ts"

// Processes are started here, perhaps on a machine with much else to do.
vi.setConfig({ testTimeout: 300_000 })

/** After the clocks changed in New York (10 March), Berlin (31 March) and Sydney (7 April), some days before. */
const now = Date.parse("2024-04-15T12:00:00Z")
const analystKey = "analystK3Y"

/** Files of the cache by name; what is of the run and not of the bars is blanked out. */
const filesOf = (cache: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(cache, { recursive: true, encoding: "utf8" })
      .filter((name) => !name.startsWith("_barkeep") && statSync(join(cache, name)).isFile())
      .toSorted()
      .map((name) => {
        const bytes = readFileSync(join(cache, name))
        return [name, name.endsWith(".gz") ? bytes.toString("base64") : withoutRun(bytes.toString(), cache)]
      }),
  )

/** Nothing that is stored is from after `now`. The store's own clock is the machine's; a slow run commits oftener. */
const withoutRun = (text: string, cache: string): string =>
  text
    .replaceAll(cache, "(cache)")
    .replaceAll(
      /\b20(?!24-0[1-4])\d\d-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)|2024-04-15T12:[\d:.]+(?:Z|\+00:00)/g,
      "(moment)",
    )
    .replaceAll(/20240415T12\d{4}Z-(\w+-\w+)-\w+/g, "(fill of $1)")
    .replaceAll(/"(generation|fingerprint)": ?("[^"]*"|\d+)/g, "($1)")

/** Runs commands as if the machine stood in that zone and the present were `now`. */
const fillCache = async (
  zone: string,
  urls: VendorSimulator["urls"],
  shift: number,
): Promise<Record<string, string>> => {
  const folder = temporaryFolder()
  const cache = join(folder, "cache")
  const environment = {
    ...urls,
    TZ: zone,
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(`const now = Date.now; Date.now = () => now() + ${shift}`)}`,
    BARKEEP_STATE_DIR: join(folder, "state"),
    ALPHA_VANTAGE_KEY: "premiumK3Y",
    ALPHA_VANTAGE_TIER: "premium",
    COINGECKO_API_KEY: analystKey,
    COINGECKO_TIER: "analyst",
  }
  const run = async (...args: ReadonlyArray<string>): Promise<string> => {
    const { code, stdout, stderr } = await barkeep([...args, "--cache-dir", cache], environment)
    expect([args.join(" "), code, stderr]).toEqual([args.join(" "), 0, expect.not.stringMatching(/failed/)])
    return stdout
  }
  const populate = (symbols: string, intervals: string, from: string, to: string) =>
    run(
      ...["populate", "--symbols", symbols, "--intervals", intervals],
      ...["--start-date", from, "--end-date", to],
    )
  // Shares of New York come from Alpha Vantage by minutes and hours, from Yahoo Finance by days.
  await populate("BTCUSDT,AAPL,7203.T,BHP.AX,EURUSD=X", "1h,4h,1d,1w", "2024-03-04", "2024-04-10")
  await populate("ETHUSDT", "1d", "2024-02-01", "2024-03-09")
  await populate("ETHUSDT", "1d", "2024-03-12", "2024-04-10")
  const filled = await run(
    ...["fill-gaps", "--json", "--symbols", "ETHUSDT", "--provider", "coingecko"],
    ...["--revalidate", "--max-gap-hours", "72"],
  )
  expect(JSON.parse(filled)).toMatchObject({ filled: 1, rowsAdded: 2 })
  return filesOf(cache)
}

describe("the time zone of the machine", () => {
  it("changes nothing of what any vendor's bars, metadata and the report of a validation are", async () => {
    const shift = now - Date.now()
    const simulator = await startVendorSimulator({
      seed: 4,
      now,
      coingecko: { keys: { [analystKey]: "analyst" } },
    })
    onTestFinished(() => simulator.close())
    const zones = ["UTC", "America/New_York", "Asia/Tokyo", "Pacific/Apia"]
    const [utc, ...others] = await Promise.all(zones.map((zone) => fillCache(zone, simulator.urls, shift)))
    const names = Object.keys(utc ?? {})
    expect(names.filter((name) => name.endsWith(".csv.gz"))).toHaveLength(5 * 4 + 1)
    expect(names).toContain("validate-metadata.json")
    for (const provider of ["binance", "yahoo-finance", "alpha-vantage", "coingecko"])
      expect(names.filter((name) => utc?.[name]?.includes(`"${provider}"`))).not.toEqual([])
    for (const other of others) expect(other).toEqual(utc)
  })
})
