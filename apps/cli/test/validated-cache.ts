import { readdirSync } from "node:fs"
import { openCache } from "@barkeep/cache-core"
import { allocateBars, type Bars, type Instrument, takeRows, type Timeframe } from "@barkeep/market-data"
import { tradingCalendar } from "@barkeep/trading-calendar"
import { temporaryFolder } from "./barkeep.ts"
import { runApp, type RunResult } from "./run-app.ts"

export const bitcoin: Instrument = {
  symbol: "BTCUSDT",
  assetClass: "crypto",
  market: "24/7",
  timeZone: "UTC",
}
export const ether: Instrument = { ...bitcoin, symbol: "ETHUSDT" }
export const apple: Instrument = {
  symbol: "AAPL",
  assetClass: "stock",
  market: "XNYS",
  timeZone: "America/New_York",
}

export const walk = (
  instrument: Instrument,
  timeframe: Timeframe,
  years: readonly [number, number],
): Bars => {
  const openTime = tradingCalendar(instrument.market).expectedOpenTimes(timeframe, {
    start: `${years[0]}-01-01`,
    end: `${years[1]}-12-31`,
  })
  const bars = allocateBars(openTime.length)
  for (let row = 0; row < openTime.length; row += 1) {
    const price = 100 + 10 * Math.sin(row / 50) + (row % 7) / 100
    bars.openTime[row] = openTime[row] as number
    bars.open[row] = price
    bars.high[row] = price + 1
    bars.low[row] = price - 1
    bars.close[row] = price + 0.05
    bars.volume[row] = 5 + (row % 3)
  }
  return bars
}

export const put = async (
  folder: string,
  instrument: Instrument,
  timeframe: Timeframe,
  bars: Bars,
  [from, to] = [bars.openTime[0] as number, (bars.openTime.at(-1) as number) + 1],
): Promise<void> => {
  const cache = await openCache(folder, { durability: "none" })
  const provider = instrument.market === "XNYS" ? "alpha-vantage" : "kraken"
  await cache.put({
    entry: { instrument, timeframe, adjustment: "none" },
    pages: [
      {
        range: { from, to },
        bars,
        provenance: {
          provider,
          endpoint: "/made",
          method: "direct",
          adjustment: "none",
          fetchedAt: Date.UTC(2026, 0),
          settled: true,
        },
      },
    ],
  })
  await cache.close()
}

/** A price ten times too high on the 41st day. */
export const spike = (bars: Bars): Bars => {
  for (const column of [bars.open, bars.high, bars.low, bars.close]) column[40] = (column[40] as number) * 10
  return bars
}

export const without = (bars: Bars, lost: ReadonlyArray<number>): Bars =>
  takeRows(
    bars,
    Array.from(bars.openTime.keys()).filter((row) => !lost.includes(row)),
  )

/** BTCUSDT with a hole of two hours over New Year, ETHUSDT and AAPL complete. */
export const makeCache = async (): Promise<string> => {
  const folder = temporaryFolder()
  await put(folder, bitcoin, "1h", without(walk(bitcoin, "1h", [2022, 2023]), [8759, 8760]))
  await put(folder, ether, "1d", walk(ether, "1d", [2022, 2023]))
  await put(folder, apple, "1d", walk(apple, "1d", [2023, 2023]))
  return folder
}

export const validate = (folder: string, ...args: ReadonlyArray<string>): Promise<RunResult> =>
  runApp(["validate", "--cache-dir", folder, ...args])

/** The files of bars and metadata below a folder, sorted. */
export const filesOf = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(gz|json)$/.test(name))
    .toSorted()
