import { spawnSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { gunzipSync, gzipSync } from "node:zlib"
import { barAt, barCount, barsFromRows, equalBars } from "@barkeep/market-data"
import { DuckDBInstance } from "@duckdb/node-api"
import { describe, expect, it } from "vitest"
import { openCache } from "../src/index.ts"
import { findPython, runPython } from "./python.ts"
import { apple, barsAt, entryOf, hour, noon, openTemporary, pageOf, requestOf, times } from "./support.ts"

const newYear = Date.UTC(2024, 0, 1)
const python = findPython("gzip")
const pandas = findPython("pandas")
const withoutPandas = pandas === undefined ? " (skipped: no Python with pandas)" : ""
const hasZcat = spawnSync("zcat", ["--version"]).status === 0

const rows = barsFromRows(
  times(newYear, 4000).map((openTime, row) => ({
    openTime,
    open: 0.1 + row / 7,
    high: 1e-8 * row + row,
    low: row === 5 ? 1e22 : row / 3,
    close: 100_000 / (row + 1),
    volume: row % 10 === 0 ? Number.NaN : row * 1.1,
  })),
)

const stored = async () => {
  const { folder, cache } = await openTemporary()
  await cache.put(requestOf([pageOf(rows)]))
  const { data, metadata } = await cache.partition("BTCUSDT", "1h", 2024)
  return { folder, cache, data, metadata }
}

describe("files of this library, read by other programs with no option", () => {
  it.skipIf(!hasZcat)("are what zcat prints, line for line", async () => {
    const { data } = await stored()
    const { stdout, status } = spawnSync("zcat", [data], { encoding: "utf8", maxBuffer: 1 << 28 })
    expect(status).toBe(0)
    const lines = stdout.split("\n")
    expect(lines[0]).toBe("timestamp,open,high,low,close,volume")
    expect(lines[1]).toBe("2024-01-01 00:00:00,0.1,0,0,100000,")
    expect(lines).toHaveLength(4002)
    expect(spawnSync("gzip", ["-t", data]).status).toBe(0)
  })

  it("decompress with the web's DecompressionStream, which accepts one member only", async () => {
    const { data } = await stored()
    const stream = new Blob([readFileSync(data)]).stream().pipeThrough(new DecompressionStream("gzip"))
    expect(await new Response(stream).text()).toBe(gunzipSync(readFileSync(data)).toString())
  })

  it("are a table for DuckDB, with the same doubles", async () => {
    const { data } = await stored()
    const instance = await DuckDBInstance.create(":memory:")
    const connection = await instance.connect()
    const reader = await connection.runAndReadAll(
      `select epoch_ms("timestamp") as time, open, high, low, close, volume from '${data}' order by time`,
    )
    const table = reader.getRowsJS()
    expect(table).toHaveLength(4000)
    for (const row of [0, 1, 5, 10, 1439, 1440, 3999]) {
      const bar = barAt(rows, row)
      const [time, ...values] = table[row] as ReadonlyArray<bigint | number | null>
      expect(Number(time)).toBe(bar.openTime)
      expect(values.map((value) => value ?? Number.NaN)).toEqual([
        bar.open,
        bar.high,
        bar.low,
        bar.close,
        bar.volume,
      ])
    }
    connection.closeSync()
    instance.closeSync()
  })

  it.skipIf(python === undefined)(
    `are text for Python's gzip${python ? "" : " (skipped: no python3)"}`,
    async () => {
      const { data } = await stored()
      const script = "import sys,gzip;sys.stdout.write(gzip.open(sys.argv[1],'rt').read())"
      expect(runPython(python, script, data)).toBe(gunzipSync(readFileSync(data)).toString())
    },
  )

  it.skipIf(pandas === undefined)(`are a frame for pandas${withoutPandas}`, async () => {
    const { data } = await stored()
    const script =
      "import sys,pandas;f=pandas.read_csv(sys.argv[1],index_col=0,parse_dates=True,float_precision='round_trip');print(len(f),f.index[0],repr(float(f.close.iloc[3])))"
    expect(runPython(pandas, script, data).trim()).toBe("4000 2024-01-01 00:00:00 25000.0")
  })
})

describe("a file that another program has written over ours", () => {
  it("is read right, loses no row at the next write, and has an index again after it", async () => {
    const { folder, data } = await stored()
    const text = gunzipSync(readFileSync(data)).toString()
    const lines = text.trimEnd().split("\n")
    const edited = [...lines.slice(0, 100), ...lines.slice(101), "2024-12-31 00:00:00,1,2,0.5,1.5,3"].join(
      "\n",
    )
    writeFileSync(data, gzipSync(`${edited}\n`, { level: 9 }))
    const cache = await openCache(folder, { clock: { now: () => noon } })
    const bars = await cache.read("BTCUSDT", "1h")
    expect(barCount(bars)).toBe(4000)
    expect(barAt(bars, 3999)).toMatchObject({ openTime: Date.UTC(2024, 11, 31), close: 1.5 })
    expect(await cache.provenance("BTCUSDT", "1h")).toMatchObject([
      { provider: "unknown", method: "unknown", rows: 4000 },
    ])
    expect((await cache.coverage("BTCUSDT", "1h")).every((span) => !span.settled)).toBe(true)
    expect((await cache.describe("BTCUSDT", "1h"))?.notes[0]).toContain("another program")
    const { findings } = await cache.verify()
    expect(findings.map((finding) => finding.kind)).toEqual(["checksum", "foreign", "odd"])
    expect(findings[2]?.what).toBe("row 1: high 0 is below another price")
    const missing = times(newYear + 99 * hour, 1)
    expect(await cache.put(requestOf([pageOf(barsAt(missing))]))).toMatchObject({ rowsAdded: 1 })
    expect(barCount(await cache.read("BTCUSDT", "1h"))).toBe(4001)
    expect((await cache.verify()).findings).toEqual([])
    expect((await cache.provenance("BTCUSDT", "1h")).map((span) => [span.provider, span.rows])).toEqual([
      ["unknown", 99],
      ["binance", 1],
      ["unknown", 3901],
    ])
  })

  it.skipIf(pandas === undefined)(`is read right after pandas has rewritten it${withoutPandas}`, async () => {
    const { folder, data } = await stored()
    const script =
      "import sys,pandas;f=pandas.read_csv(sys.argv[1],index_col=0,parse_dates=True,float_precision='round_trip');f.to_csv(sys.argv[1])"
    runPython(pandas, script, data)
    const cache = await openCache(folder, { clock: { now: () => noon } })
    expect(equalBars(await cache.read("BTCUSDT", "1h"), rows)).toBe(true)
    await cache.put(requestOf([pageOf(barsAt([newYear + 4000 * hour]))]))
    expect(barCount(await cache.read("BTCUSDT", "1h"))).toBe(4001)
    expect((await cache.verify()).findings.filter(({ kind }) => kind !== "odd")).toEqual([])
  })

  it("with the same text in another compression is read right", async () => {
    const { folder, data } = await stored()
    writeFileSync(data, gzipSync(gunzipSync(readFileSync(data)), { level: 1 }))
    const cache = await openCache(folder)
    expect(equalBars(await cache.read("BTCUSDT", "1h"), rows)).toBe(true)
    const range = { from: newYear + 10 * hour, to: newYear + 12 * hour }
    expect(barCount(await cache.read("BTCUSDT", "1h", range))).toBe(2)
  })

  it("as plain text is read right", async () => {
    const { folder, data } = await stored()
    writeFileSync(data, gunzipSync(readFileSync(data)))
    expect(equalBars(await (await openCache(folder)).read("BTCUSDT", "1h"), rows)).toBe(true)
  })

  it("keeps its zone", async () => {
    const { folder, cache } = await openTemporary()
    const bars = barsAt(times(Date.UTC(2024, 0, 2, 14, 30), 7))
    await cache.put(requestOf([pageOf(bars)], entryOf("1h", apple)))
    const { data } = await cache.partition("AAPL", "1h", 2024)
    writeFileSync(data, gzipSync(gunzipSync(readFileSync(data)), { level: 1 }))
    const again = await openCache(folder)
    expect(equalBars(await again.read("AAPL", "1h"), bars)).toBe(true)
    expect(await again.describe("AAPL", "1h")).toMatchObject({
      instrument: apple,
      timezone: "America/New_York",
    })
  })

  it("with nothing but a header keeps what is answered for it, and takes rows", async () => {
    const { folder, data } = await stored()
    writeFileSync(data, gzipSync("timestamp,open,high,low,close,volume\n"))
    const cache = await openCache(folder)
    const range = { from: newYear, to: newYear + 10 * hour }
    expect(await cache.put(requestOf([pageOf(barsAt([]), { fetchedAt: noon }, range)]))).toMatchObject({
      rowsAdded: 0,
    })
    expect(barCount(await cache.read("BTCUSDT", "1h"))).toBe(0)
    expect((await cache.coverage("BTCUSDT", "1h"))[0]).toMatchObject({ ...range, empty: true })
    await cache.put(requestOf([pageOf(barsAt([newYear]))]))
    expect(barCount(await cache.read("BTCUSDT", "1h"))).toBe(1)
    expect((await cache.verify()).findings).toEqual([])
  })
})
