import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { barsToCsv, csvHeader, openCache } from "@barkeep/cache-core"
import { allocateBars, type Bars, isoTime } from "@barkeep/market-data"
import { tradingCalendar } from "@barkeep/trading-calendar"
import { findSchemaIssue, parseReportDocument } from "@barkeep/validation"
import { beforeAll, describe, expect, it } from "vitest"
import { judgeThreads } from "../src/judge-threads.ts"
import { knownInstrument } from "../src/known-instrument.ts"
import { validationSource } from "../src/validation-source.ts"
import { keepFolder } from "./kept-folder.ts"
import { runApp, runWell } from "./run-app.ts"
import { schemaOf } from "./schema-of.ts"

const newYork = "America/New_York"
/** Both sides of both changes of New York's clock. */
const year = { start: "2024-01-01", end: "2024-12-31" }
const folder = keepFolder()

const walk = (openTime: ReadonlyArray<number> | Float64Array): Bars => {
  const bars = allocateBars(openTime.length)
  for (let row = 0; row < openTime.length; row += 1) {
    const price = 100 + 10 * Math.sin(row / 50)
    bars.openTime[row] = openTime[row] as number
    bars.open[row] = price
    bars.high[row] = price + 1
    bars.low[row] = price - 1
    bars.close[row] = price + 0.5
    bars.volume[row] = 5
  }
  return bars
}

const sessions = tradingCalendar("XNAS")
const hours = walk(sessions.expectedOpenTimes("1h", year))
const days = walk(sessions.expectedOpenTimes("1d", year))

/** A year file as another program leaves it: the exchange's local time, and nothing that says so. */
const leave = (symbol: string, timeframe: "1h" | "1d", bars: Bars, timeZone: string): void => {
  mkdirSync(join(folder, symbol, timeframe), { recursive: true })
  writeFileSync(
    join(folder, symbol, timeframe, "2024.csv.gz"),
    gzipSync(csvHeader + barsToCsv(bars, timeframe, timeZone)),
  )
}

beforeAll(() => {
  leave("AAPL", "1h", hours, newYork)
  leave("AAPL", "1d", days, newYork)
  leave("BTCUSDT", "1h", walk(tradingCalendar("24/7").expectedOpenTimes("1h", year)), "UTC")
})

const json = async (...args: ReadonlyArray<string>): Promise<unknown> =>
  JSON.parse((await runApp([...args, "--json", "--cache-dir", folder])).stdout)

describe("files of another program with nothing beside them", () => {
  it.each([
    ["AAPL", "1h", isoTime(hours.openTime[0] as number), isoTime(hours.openTime.at(-1) as number)],
    ["AAPL", "1d", isoTime(days.openTime[0] as number), isoTime(days.openTime.at(-1) as number)],
    ["BTCUSDT", "1h", "2024-01-01T00:00:00Z", "2024-12-31T23:00:00Z"],
  ])("are read on the clock of the market that %s %s trades on", async (symbol, timeframe, first, last) => {
    const { bars } = (await json("get", symbol, timeframe)) as {
      readonly bars: ReadonlyArray<{ readonly openTime: string }>
    }
    expect([bars[0]?.openTime, bars.at(-1)?.openTime]).toEqual([first, last])
    const { entries } = (await json("stats")) as { readonly entries: ReadonlyArray<object> }
    expect(entries).toContainEqual(
      expect.objectContaining({ symbol, timeframe, firstOpenTime: first, lastOpenTime: last }),
    )
  })

  it("are shown with the time that stands in them", async () => {
    const { stdout } = await runWell(["get", "AAPL", "1h", "--cache-dir", folder])
    expect(stdout.slice(0, 60)).toContain("2024-01-02 09:30:00,")
  })

  it.each([
    ["stats", ["stats"]],
    ["list", ["list"]],
    ["verify", ["verify"]],
    ["explain", ["explain", "AAPL", "1d", "2024-07-08"]],
  ])("have documents of the published schema: %s", async (name, args) => {
    expect(findSchemaIssue(schemaOf(name), await json(...args))).toBeUndefined()
  })

  it("are judged by the sessions of that market: nothing is missing, nothing lies outside", async () => {
    const { code, stdout } = await runApp(["validate", "--json", "--cache-dir", folder])
    expect(code).toBe(0)
    const { entries } = parseReportDocument(JSON.parse(stdout))
    expect(entries.map(({ instrument, score }) => [instrument?.market, score.value])).toEqual([
      ["XNAS", 1],
      ["XNAS", 1],
      ["24/7", 1],
    ])
    rmSync(join(folder, "validate-metadata.json"))
  })

  it("are judged so by threads too", async () => {
    const cache = await openCache(folder, { instrumentOf: knownInstrument })
    const entries = await validationSource(cache).entries()
    await cache.close()
    const threads = judgeThreads(folder, 1)
    const hourly = entries.filter(({ symbol, timeframe }) => symbol === "AAPL" && timeframe === "1h")
    const [report] = await threads.judge(hourly, { now: Date.UTC(2026, 0) })
    await threads.close()
    expect([report?.instrument?.market, report?.rows]).toEqual(["XNAS", hours.openTime.length])
  })

  it("stay as they are, whatever is asked of them", () => {
    const text = csvHeader + barsToCsv(hours, "1h", newYork)
    expect(readFileSync(join(folder, "AAPL/1h/2024.csv.gz")).equals(gzipSync(text))).toBe(true)
  })
})
