import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"
import { barAt, barCount, findTilingIssue, parseIsoTime, type Timeframe } from "@barkeep/market-data"
import { describe, expect, it } from "vitest"
import { openCache } from "../src/index.ts"
import {
  apple,
  barsAt,
  bitcoin,
  entryOf,
  hasOriginalData,
  hour,
  noon,
  originalData,
  pageOf,
  requestOf,
  temporaryFolder,
} from "./support.ts"

const clock = { now: () => noon }
const skipped = hasOriginalData ? "" : " (skipped: the recorded caches are not here)"

/** A copy that tests may write to. */
const copyOf = (name: string): string => {
  const folder = join(temporaryFolder(), name)
  cpSync(join(originalData, name), folder, { recursive: true })
  return folder
}

describe.skipIf(!hasOriginalData)(`caches of the original${skipped}`, () => {
  it.each([
    ["a-unified-flat", "BTCUSDT", "1h", 17405, "UTC"],
    ["a-unified-flat", "BTCUSDT", "1d", 723, "UTC"],
    ["a-unified-flat", "GOOG", "1d", 738, "America/New_York"],
    ["a-unified-flat", "AAPL", "1h", 1758, "America/New_York"],
    ["a-unified-ohlcv", "GOOG", "1d", 245, "America/New_York"],
    ["a-unified-ohlcv", "AAPL", "4h", 253, "America/New_York"],
    ["f-gap-fill-as-is", "BTCUSDT", "1h", 717, "UTC"],
  ] as const)(
    "%s: %s %s reads as the text says, %i rows in %s",
    async (root, symbol, timeframe, rows, timezone) => {
      const cache = await openCache(join(originalData, root))
      const bars = await cache.read(symbol, timeframe)
      expect(barCount(bars)).toBe(rows)
      const lines = (
        await Promise.all(
          (await cache.listYears(symbol, timeframe)).map((year) => cache.partition(symbol, timeframe, year)),
        )
      ).flatMap(({ data }) => gunzipSync(readFileSync(data)).toString().trimEnd().split("\n").slice(1))
      expect(lines).toHaveLength(rows)
      const local = new Intl.DateTimeFormat("sv-SE", {
        timeZone: timezone,
        dateStyle: "short",
        timeStyle: "medium",
      })
      for (const [row, line] of lines.entries()) {
        const [time = "", ...cells] = line.split(",")
        const bar = barAt(bars, row)
        expect([bar.open, bar.high, bar.low, bar.close, bar.volume]).toEqual(
          cells.slice(0, 5).map((cell) => (cell === "" ? Number.NaN : Number(cell))),
        )
        if (row % 97 === 0)
          expect(local.format(bar.openTime)).toBe(time.length === 10 ? `${time} 00:00:00` : time)
      }
      const entry = await cache.describe(symbol, timeframe)
      expect(entry).toMatchObject({ timezone, timeframe })
      expect(entry?.notes.join()).toContain(timezone)
    },
  )

  it("are listed with and without the ohlcv level, without their own _metadata", async () => {
    expect(await (await openCache(join(originalData, "a-unified-flat"))).listSymbols()).toEqual([
      "AAPL",
      "BTCUSDT",
      "GOOG",
    ])
    const nested = await openCache(join(originalData, "a-unified-ohlcv"))
    expect(await nested.listSymbols()).toEqual(["AAPL", "BTCUSDT", "GOOG"])
    expect(await nested.listTimeframes("AAPL")).toEqual(["1h", "4h", "1d"])
    expect((await nested.partition("NEW", "1h", 2024)).data).toBe(
      join(originalData, "a-unified-ohlcv/ohlcv/NEW/1h/2024.csv.gz"),
    )
  })

  it("give statistics and pass verification without an error", async () => {
    const cache = await openCache(join(originalData, "a-unified-flat"))
    const { total, entries, unreadable } = await cache.stats()
    expect(unreadable).toEqual([])
    expect(total).toMatchObject({ files: 8, rows: 17405 + 723 + 738 + 1758 })
    expect(total.rowsByProvider).toEqual({ binance: 18128, yfinance: 738, alpha_vantage: 1758 })
    expect(total.compressionRatio).toBeGreaterThan(2)
    expect(entries.map(({ symbol, timeframe }) => `${symbol} ${timeframe}`)).toEqual([
      "AAPL 1h",
      "BTCUSDT 1h",
      "BTCUSDT 1d",
      "GOOG 1d",
    ])
    const report = await cache.verify()
    expect(report).toMatchObject({ partitions: 8, rows: total.rows })
    expect(new Set(report.findings.map((finding) => `${finding.severity} ${finding.kind}`))).toEqual(
      new Set(["notice foreign"]),
    )
  })

  it("take new rows: the old ones stay, the twelve-column file is kept aside, the next read has an index", async () => {
    const folder = copyOf("a-unified-flat")
    const cache = await openCache(folder, { clock })
    const before = await cache.read("BTCUSDT", "1h")
    const hole = Date.UTC(2016, 0, 1, 3)
    const result = await cache.put(requestOf([pageOf(barsAt([hole, Date.UTC(2016, 0, 1, 6)]))]))
    expect(result).toMatchObject({ rowsAdded: 1, rowsReplaced: 0, rowsDiffering: 1, years: [2016] })
    expect(result.quarantined[0]?.why).toContain("quote_asset_volume")
    const original = readFileSync(join(originalData, "a-unified-flat/BTCUSDT/1h/2016.csv.gz"))
    const kept = join(folder, "_barkeep/quarantine", result.quarantined[0]?.id ?? "", "2016.csv.gz")
    expect(readFileSync(kept).equals(original)).toBe(true)
    const after = await cache.read("BTCUSDT", "1h")
    expect(barCount(after)).toBe(barCount(before) + 1)
    expect(barAt(after, 1)).toEqual(barAt(before, 0))
    const spans = await cache.provenance("BTCUSDT", "1h")
    expect(findTilingIssue(spans, after.openTime)).toBeUndefined()
    expect(spans[0]).toMatchObject({ provider: "binance", method: "direct", rows: 1 })
    expect(spans[1]).toMatchObject({ provider: "binance", method: "migrated", settled: true })
    expect(gunzipSync(readFileSync(join(folder, "BTCUSDT/1h/2016.csv.gz"))).toString()).toMatch(
      /^timestamp,open,high,low,close,volume\n2016-01-01 03:00:00,/,
    )
    const own = (await cache.verify({ symbols: ["BTCUSDT"], timeframes: ["1h"] })).findings
    expect(own.map((finding) => [finding.kind, finding.year])).toEqual([["foreign", 2017]])
  })

  it("do not take rows of another price basis, since theirs is unknown", async () => {
    const folder = copyOf("a-unified-flat")
    const cache = await openCache(folder, { clock })
    const page = pageOf(barsAt([Date.UTC(2013, 0, 2, 5)]), {
      provider: "yahoo-finance",
      adjustment: "splits",
    })
    await expect(
      cache.put(requestOf([page], entryOf("1d", { ...apple, symbol: "GOOG" }, "splits"))),
    ).rejects.toMatchObject({ reason: { _tag: "MixedAdjustment", stored: "unknown", incoming: "splits" } })
    expect(readdirSync(join(folder, "GOOG/1d"))).toHaveLength(6)
  })

  it("let a row that may still have been open when they were written give way", async () => {
    const folder = copyOf("f-gap-fill-as-is")
    const cache = await openCache(folder, { clock })
    const bars = await cache.read("BTCUSDT", "1h")
    const last = barAt(bars, barCount(bars) - 1).openTime
    const metadata = JSON.parse(readFileSync(join(folder, "ohlcv/BTCUSDT/1h/2026.metadata.json"), "utf8"))
    const written = parseIsoTime(`${metadata.last_updated}Z`)
    const spans = await cache.provenance("BTCUSDT", "1h")
    const isMaybeOpen = last + hour + 14 * hour > written
    expect(spans.at(-1)?.settled).toBe(!isMaybeOpen)
    expect(spans[0]?.settled).toBe(true)
  })

  it("use what is known of a symbol instead of a guess", async () => {
    const tokyo = { ...apple, symbol: "GOOG", market: "XTKS", timeZone: "Asia/Tokyo" }
    const cache = await openCache(join(originalData, "a-unified-flat"), { instrumentOf: () => tokyo })
    expect(await cache.describe("GOOG", "1d")).toMatchObject({ timezone: "Asia/Tokyo", instrument: tokyo })
    expect((await cache.read("GOOG", "1d")).openTime[0]).toBe(Date.UTC(2010, 0, 3, 15))
    expect(await cache.describe("BTCUSDT", "1h")).toMatchObject({
      timezone: "UTC",
      instrument: { market: "24/7" },
    })
  })

  const rows40 = 40
  it.each([
    ["C00_VALID", rows40],
    ["C03_PLAIN_TEXT", rows40],
    ["C04_WRONG_HEADER", rows40],
    ["C06_HEADER_ONLY", 0],
    ["C09_DUPLICATE_ROWS", rows40],
    ["C11_UNSORTED", rows40],
    ["C15_ALL_ZERO_VOLUME", rows40],
    ["C17_REAL_SPLIT_AAPL", 253],
    ["C18_NINE_ROWS", 9],
    ["C19_MICRO_PRICE", rows40],
    ["C20_HUGE_PRICE", rows40],
    ["C21_TZ_AWARE", rows40],
    ["C22_CRLF", rows40],
    ["C23_CRCRLF", rows40],
    ["C24_UNNAMED_INDEX", rows40],
    ["C26_TWO_MEMBERS", rows40],
    ["C27_BOM", rows40],
    ["C29_MIXED_TS_TEXT", rows40],
    ["C38_STOCK_2_WEEK_HOLE", 242],
    ["C40_NO_METADATA", rows40],
  ] as const)("%s is usable data: %i rows, and survives a write", async (symbol, rows) => {
    const folder = join(temporaryFolder(), "cache")
    cpSync(join(originalData, "e-corrupt", symbol), join(folder, symbol), { recursive: true })
    const cache = await openCache(folder, { clock })
    const before = await cache.read(symbol, "1d")
    expect(barCount(before)).toBe(rows)
    const entry = await cache.describe(symbol, "1d")
    const [year = 0] = await cache.listYears(symbol, "1d")
    const added = Date.UTC(year, 11, 30)
    await cache.put(
      requestOf(
        [pageOf(barsAt([added]), { adjustment: entry?.adjustment ?? "none" })],
        entryOf("1d", { ...bitcoin, symbol }, entry?.adjustment),
      ),
    )
    const after = await cache.read(symbol, "1d")
    const isNew = !before.openTime.includes(added)
    expect(barCount(after)).toBe(rows + (isNew ? 1 : 0))
    if (rows > 0) expect(barAt(after, 0)).toEqual(barAt(before, 0))
    expect((await cache.verify()).findings.filter((finding) => finding.kind !== "stray")).toEqual([])
  })

  it.each([
    ["C01_TRUNC_GZIP", "2017.csv.gz"],
    ["C02_EMPTY_FILE", "2017.csv.gz"],
    ["C05_NO_HEADER", "2017.csv.gz"],
    ["C07_NONNUMERIC_PRICE", "line 12, column close"],
    ["C10_CONFLICTING_DUP", "one open time and different values"],
    ["C25_TRAILING_GARBAGE", "2017.csv.gz"],
    ["C28_WRONG_YEAR", "40 of 40 rows are not of the year 2017"],
    ["C30_BAD_TIMESTAMP", "column timestamp"],
    ["C32_FLIPPED_BYTE", "CRC"],
    ["C33_BAD_CRC", "CRC"],
    ["C34_CUT_LAST_LINE", "line 41"],
    ["C35_TOO_MANY_FIELDS", "line 10"],
    ["C36_TOO_FEW_FIELDS", "line 10"],
    ["C37_INF", "column high"],
    ["C41_BAD_METADATA", "2017.metadata.json"],
  ] as const)(
    "%s is a typed error that names the file, is not overwritten, and says: %s",
    async (symbol, part) => {
      const folder = join(temporaryFolder(), "cache")
      cpSync(join(originalData, "e-corrupt", symbol), join(folder, symbol), { recursive: true })
      const bytes = readFileSync(join(folder, symbol, "1d/2017.csv.gz"))
      const cache = await openCache(folder, { clock })
      const failure = {
        _tag: "CacheError",
        reason: { _tag: "CorruptPartition" },
        message: expect.stringContaining(part),
      }
      await expect(cache.read(symbol, "1d")).rejects.toMatchObject(failure)
      await expect(cache.read(symbol, "1d")).rejects.toThrow(join(folder, symbol))
      const put = requestOf([pageOf(barsAt([Date.UTC(2017, 5, 1)]))], entryOf("1d", { ...bitcoin, symbol }))
      await expect(cache.put(put)).rejects.toMatchObject(failure)
      expect(readFileSync(join(folder, symbol, "1d/2017.csv.gz")).equals(bytes)).toBe(true)
      const report = await cache.verify()
      expect(report.findings.filter((finding) => finding.severity === "error")).toHaveLength(1)
      const [unreadable] = (await cache.stats()).unreadable
      expect(unreadable?.path).toContain(symbol)
    },
  )

  it.each([
    ["date-only-last-row-after-chunk-boundary", 20001],
    ["index-named-Date", 31],
    ["one-midnight-row-of-an-hourly-file", 1],
    ["tz-aware-index", 72],
  ] as const)("reads the text of %s: %i rows", async (name, rows) => {
    const text = readFileSync(join(originalData, "i-text-edge-cases", `${name}.metadata.json`), "utf8")
    const { timeframe, year } = JSON.parse(text) as { timeframe: Timeframe; year: number }
    const folder = join(temporaryFolder(), "X", timeframe)
    mkdirSync(folder, { recursive: true })
    copyFileSync(join(originalData, "i-text-edge-cases", `${name}.csv.gz`), join(folder, `${year}.csv.gz`))
    copyFileSync(
      join(originalData, "i-text-edge-cases", `${name}.metadata.json`),
      join(folder, `${year}.metadata.json`),
    )
    const bars = await (await openCache(join(folder, "../.."))).read("X", timeframe)
    expect(barCount(bars)).toBe(rows)
  })

  it("do not read one folder too deep, and say what they do not read", async () => {
    const cache = await openCache(join(originalData, "d-migrated-by-original"))
    expect(await cache.entries()).toEqual([])
    const findings = (await cache.verify()).findings
    expect(findings.map((finding) => finding.kind)).toContain("stray")
  })
})
