import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { barsToCsv, csvHeader } from "@barkeep/cache-core"
import { barsFromRows } from "@barkeep/market-data"
import { tradingCalendar } from "@barkeep/trading-calendar"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { keepFolder } from "./kept-folder.ts"
import { runApp, runWell } from "./run-app.ts"

const folder = keepFolder()
const cache = ["--cache-dir", join(folder, "cache")]
const closed = "2024-07-08"
const missing = "2024-08-06"

const json = async (...args: ReadonlyArray<string>): Promise<unknown> =>
  JSON.parse((await runApp([...args, ...cache, "--json"])).stdout)

/** Days of a share without two of them, and a file that says that its exchange was closed on one. */
beforeAll(async () => {
  vi.stubEnv("BARKEEP_STATE_DIR", join(folder, "state"))
  const days = tradingCalendar("XNAS").expectedOpenTimes("1d", { start: "2024-01-01", end: "2024-12-31" })
  const rows = Array.from(days, (openTime) => ({ openTime, open: 9, high: 9, low: 9, close: 9, volume: 1 }))
  const lines = barsToCsv(barsFromRows(rows), "1d", "America/New_York").split("\n")
  const kept = lines.filter((line) => !line.startsWith(closed) && !line.startsWith(missing))
  mkdirSync(join(folder, "cache/AAPL/1d"), { recursive: true })
  writeFileSync(join(folder, "cache/AAPL/1d/2024.csv.gz"), gzipSync(csvHeader + kept.join("\n")))
  const additions = join(folder, "closures.json")
  writeFileSync(additions, JSON.stringify({ XNAS: { closures: [{ date: closed, reason: "Made up" }] } }))
  await runWell(["validate", "--quiet", ...cache, "--calendar-file", additions])
})
afterAll(() => {
  vi.unstubAllEnvs()
})

describe("closures that were told to validate", () => {
  it("are known to explain", async () => {
    expect(await json("explain", "AAPL", "1d", closed)).toMatchObject({ isExpected: false })
    expect(await json("explain", "AAPL", "1d", missing)).toMatchObject({
      isExpected: true,
      gap: { start: `${missing}T04:00:00Z` },
    })
  })

  it.each([[[]], [["--revalidate"]]])("are no gaps to fill: fill-gaps --plan %j", async (flags) => {
    const plan = JSON.stringify(await json("fill-gaps", "--plan", ...flags))
    expect(plan).toContain(`"start":"${missing}T04:00:00Z"`)
    expect(plan).not.toContain(closed)
  })
})
