import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { type Bars, barCount, type EntryDescription, type PutRequest, sliceRows } from "@barkeep/market-data"
import { type CacheOptions, openCache } from "../src/index.ts"
import { type Block, encodeFile } from "../src/codec/index.ts"
import { yearRows, yearStart } from "./workload.ts"

export const utc = { dateOnly: false, timeZone: "UTC" }
const dayRows = 1440

/** The workload on disk, as each side keeps it. */
export interface BenchFiles {
  readonly bars: Bars
  /** As pandas writes it: one gzip member of level 9. */
  readonly plainPath: string
  readonly plainBytes: number
  readonly textBytes: number
  /** All days but the last, and the last one. */
  readonly plainStartPath: string
  readonly plainDayPath: string
  /** A cache that holds the year. */
  readonly folder: string
  readonly blocks: ReadonlyArray<Block>
  readonly ourPath: string
  readonly ourBytes: number
  readonly day: { readonly from: number; readonly to: number; readonly text: readonly [string, string] }
}

const numberText = (value: number): string => {
  if (Number.isNaN(value)) return ""
  const text = String(value)
  // Python's repr: a point in every float, exponents of two digits from 1e-5 down.
  if (text.includes("e-")) return text.replace(/e-(\d)$/, "e-0$1")
  if (value !== 0 && value < 1e-4) return value.toExponential().replace(/e-(\d)$/, "e-0$1")
  return Number.isInteger(value) ? `${text}.0` : text
}

/** The text that pandas writes for these bars. */
export const pandasText = (bars: Bars): string => {
  const lines = ["timestamp,open,high,low,close,volume"]
  for (let row = 0; row < barCount(bars); row += 1) {
    const time = new Date(bars.openTime[row] as number).toISOString().slice(0, 19).replace("T", " ")
    const { open, high, low, close, volume } = bars
    const values = [open[row], high[row], low[row], close[row], volume[row]] as ReadonlyArray<number>
    lines.push(`${time},${values.map(numberText).join(",")}`)
  }
  return `${lines.join("\n")}\n`
}

const entry: EntryDescription = {
  instrument: {
    symbol: "BTCUSDT",
    assetClass: "crypto",
    market: "24/7",
    timeZone: "UTC",
    base: "BTC",
    currency: "USDT",
  },
  timeframe: "1m",
  adjustment: "none",
}

export const putRequest = (bars: Bars, symbol = "BTCUSDT"): PutRequest => ({
  entry: { ...entry, instrument: { ...entry.instrument, symbol } },
  pages: [
    {
      range: { from: bars.openTime[0] as number, to: (bars.openTime.at(-1) as number) + 60_000 },
      bars,
      provenance: {
        provider: "binance",
        endpoint: "klines",
        method: "direct",
        adjustment: "none",
        fetchedAt: yearStart + yearRows * 60_000 + 86_400_000,
        settled: true,
      },
    },
  ],
})

/** A cache in which these bars have been put. */
export const makeCache = async (folder: string, bars: Bars, options: CacheOptions = {}): Promise<void> => {
  const cache = await openCache(folder, options)
  await cache.put(putRequest(bars))
  await cache.close()
}

export const makeFiles = async (scratch: string, bars: Bars): Promise<BenchFiles> => {
  const write = (
    name: string,
    part: Bars,
  ): { readonly path: string; readonly size: number; readonly text: number } => {
    const text = pandasText(part)
    const bytes = gzipSync(text, { level: 9 })
    const path = join(scratch, name)
    writeFileSync(path, bytes)
    return { path, size: bytes.length, text: text.length }
  }
  const whole = write("plain.csv.gz", bars)
  const start = write("plain-start.csv.gz", sliceRows(bars, 0, yearRows - dayRows))
  const day = write("plain-day.csv.gz", sliceRows(bars, yearRows - dayRows, yearRows))
  const folder = join(scratch, "cache")
  await makeCache(folder, bars)
  const from = yearStart + 200 * 86_400_000
  const dateText = (time: number): string => new Date(time).toISOString().slice(0, 10)
  const encoded = encodeFile(bars, utc)
  return {
    bars,
    plainPath: whole.path,
    plainBytes: whole.size,
    textBytes: whole.text,
    plainStartPath: start.path,
    plainDayPath: day.path,
    folder,
    blocks: encoded.blocks,
    ourPath: join(folder, "BTCUSDT", "1m", "2022.csv.gz"),
    ourBytes: encoded.sizeBytes,
    day: { from, to: from + 86_400_000, text: [dateText(from), dateText(from + 86_400_000)] },
  }
}
