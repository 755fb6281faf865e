import { readFileSync } from "node:fs"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gunzipSync, gzipSync } from "node:zlib"
import { describe, expect, it } from "vitest"
import { type Recording, startVendorSimulator, UnusableRecording, virtualClock } from "../src/index.ts"
import { parseTimeText } from "../src/market/parse-time-text.ts"
import { allKlines, ask, askKlines, hasRealSeries, klines, realSeries, units, utc } from "./ask.ts"

const now = utc("2026-11-22")
const limits = { weightPerMinute: 1_000_000_000 }

const start = (data: ReadonlyArray<Recording>, at = now) =>
  startVendorSimulator({ data, clock: virtualClock(at), limits, listings: [] })

const hours = (csv: string, more: Partial<Omit<Recording, "path" | "csv">> = {}): Recording => ({
  symbol: "BTCUSDT",
  timeframe: "1h",
  csv,
  ...more,
})

const plain = `timestamp,open,high,low,close,volume
2024-01-01T00:00:00Z,100,110.5,99.00000001,105,7.5
2024-01-01T01:00:00Z,105,106,104.1,104.10,0.3
2024-01-01T04:00:00Z,104.1,200,104.1,150,12345678.00000001
`
const plainRows = [
  [utc("2024-01-01T00:00:00Z"), "100", "110.5", "99.00000001", "105", "7.5"],
  [utc("2024-01-01T01:00:00Z"), "105", "106", "104.1", "104.10", "0.3"],
  [utc("2024-01-01T04:00:00Z"), "104.1", "200", "104.1", "150", "12345678.00000001"],
]

describe("a recording", () => {
  it("is served with its own texts, and its holes stay holes", async () => {
    await using simulator = await start([hours(plain)])
    const rows = await klines(simulator, { symbol: "BTCUSDT", interval: "1h", startTime: 0 })
    expect(rows.map((row) => row.slice(0, 6))).toEqual(plainRows)
    expect(rows[0]?.slice(6)).toEqual([utc("2024-01-01T01:00:00Z") - 1, "0", 0, "0", "0", "0"])
    expect(simulator.recordings).toEqual([
      {
        symbol: "BTCUSDT",
        timeframe: "1h",
        name: "BTCUSDT 1h",
        fileRows: 3,
        rows: 3,
        reversed: false,
        duplicates: 0,
        conflicts: 0,
        firstOpenTime: plainRows[0]?.[0],
        lastOpenTime: plainRows[2]?.[0],
      },
    ])
  })

  it.each([
    ["naive UTC times", plain.replaceAll("T", " ").replaceAll("Z", "").replace("s ", "s")],
    [
      "other columns, order and case",
      plain.replace(/^.*$/gm, (line) =>
        line.split(",").toReversed().join(",").replace("volume", "Volume").replace("timestamp", "Open_Time"),
      ),
    ],
    [
      "epoch milliseconds",
      plain.replace(/2024-01-01T0(\d):00:00Z/g, (_, hour) => String(utc("2024-01-01") + hour * 3_600_000)),
    ],
    [
      "epoch seconds",
      plain.replace(/2024-01-01T0(\d):00:00Z/g, (_, hour) => `${utc("2024-01-01") / 1000 + hour * 3600}.0`),
    ],
    [
      "epoch microseconds",
      plain.replace(
        /2024-01-01T0(\d):00:00Z/g,
        (_, hour) => `${utc("2024-01-01") / 1000 + hour * 3600}000000`,
      ),
    ],
    [
      "another time zone's offset",
      plain.replace(
        /2024-01-01T0(\d):00:00Z/g,
        (_, hour) => `2024-01-01T${String(+hour + 5).padStart(2, "0")}:30:00+05:30`,
      ),
    ],
    ["CRLF, a byte order mark and empty lines", `\uFEFF${plain.replaceAll("\n", "\r\n")}\r\n`],
    [
      "the newest row first",
      [plain.split("\n")[0], ...plain.trim().split("\n").slice(1).toReversed()].join("\n"),
    ],
    ["quoted cells", plain.replaceAll(/[^,\n]+/g, '"$&"')],
  ])("may have %s", async (_name, csv) => {
    await using simulator = await start([hours(csv)])
    const rows = await klines(simulator, { symbol: "BTCUSDT", interval: "1h", startTime: 0 })
    expect(rows.map((row) => row.slice(0, 6))).toEqual(plainRows)
  })

  it.each([
    ["5.330000000000001e-05", "0.00005330000000000001"],
    ["1e2", "100"],
    ["1.5E+1", "15"],
    ["12.5e1", "125"],
    ["12.345e1", "123.45"],
    ["12.5e-1", "1.25"],
    ["0e-3", "0.000"],
  ])("may have exponents, which are written out: %s", async (text, expected) => {
    await using simulator = await start([hours(plain.replace(",7.5", `,${text}`))])
    const [row] = await klines(simulator, { symbol: "BTCUSDT", interval: "1h", startTime: 0 })
    expect(row?.[5]).toBe(expected)
    expect(Number(row?.[5])).toBe(Number(text))
  })

  it("may be a gzipped or a plain file, and brings further columns when it has them", async () => {
    const folder = await mkdtemp(join(tmpdir(), "recording-"))
    const csv = `unix,date,symbol,open,high,low,close,Volume BTC,Volume USDT,tradecount\n1704067200000,2024-01-01 00:00:00,BTC/USDT,1,2,0.5,1.5,10,15.25,42\n1704070800.0,2024-01-01 01-AM,BTC/USDT,1,2,0.5,1.5,20,30,NULL\n`
    await writeFile(join(folder, "a.csv.gz"), gzipSync(csv))
    await writeFile(join(folder, "b.csv"), csv)
    for (const name of ["a.csv.gz", "b.csv"]) {
      await using simulator = await start([{ symbol: "BTCUSDT", timeframe: "1h", path: join(folder, name) }])
      const rows = await klines(simulator, { symbol: "BTCUSDT", interval: "1h", startTime: 0 })
      expect(rows.map((row) => [row[0], row[5], row[7], row[8]])).toEqual([
        [utc("2024-01-01T00:00:00Z"), "10", "15.25", 42],
        [utc("2024-01-01T01:00:00Z"), "20", "30", 0],
      ])
    }
    await rm(folder, { recursive: true })
  })

  it("gives only the rows of its timeframe when it has a column of them", async () => {
    const csv =
      "timestamp,open,high,low,close,volume,symbol,timeframe\n2024-01-01T00:00:00Z,1,1,1,1,5,X,1m\n2024-01-01T00:00:00Z,1,9,1,9,50,X,1h\n2024-01-01T00:00:00Z,1,9,1,9,51,X,1M\n"
    await using simulator = await start([hours(csv, { timeframe: "1mo" }), hours(csv, { timeframe: "1m" })])
    const volume = async (interval: string) =>
      (await klines(simulator, { symbol: "BTCUSDT", interval, startTime: 0 }))[0]?.[5]
    expect([await volume("1M"), await volume("1m"), await volume("1h")]).toEqual(["51", "5", "5"])
  })

  it("makes coarser timeframes by exact decimals and offers no finer one", async () => {
    await using simulator = await start([hours(plain)])
    const values = async (interval: string) =>
      (await klines(simulator, { symbol: "BTCUSDT", interval, startTime: 0 })).map((row) => row.slice(1, 6))
    expect(await values("4h")).toEqual([
      ["100", "110.5", "99.00000001", "104.10", "7.8"],
      ["104.1", "200", "104.1", "150", "12345678.00000001"],
    ])
    for (const interval of ["1d", "1w", "1M"])
      expect(await values(interval)).toEqual([["100", "200", "99.00000001", "150", "12345685.80000001"]])
    const refused = await askKlines(simulator, { symbol: "BTCUSDT", interval: "1m" })
    expect([refused.status, await refused.json()]).toEqual([400, { code: -1120, msg: "Invalid interval." }])
  })

  it("loses the bars wholly inside a halt and keeps those that only touch it", async () => {
    const range = { from: utc("2024-01-01T00:30:00Z"), to: utc("2024-01-01T02:00:00Z") }
    await using simulator = await startVendorSimulator({
      data: [hours(plain)],
      clock: virtualClock(now),
      halts: [{ symbol: "BTCUSDT", range }],
    })
    const rows = await klines(simulator, { symbol: "BTCUSDT", interval: "1h", startTime: 0 })
    expect(rows.map((row) => row.slice(0, 6))).toEqual([plainRows[0], plainRows[2]])
    expect((await klines(simulator, { symbol: "BTCUSDT", interval: "1d", startTime: 0 }))[0]?.[5]).toBe(
      "12345685.50000001",
    )
  })

  it("shows an unfinished bar while the clock stands inside it, and none of the future", async () => {
    await using simulator = await start([hours(plain)], utc("2024-01-01T01:30:00Z"))
    const rows = await klines(simulator, { symbol: "BTCUSDT", interval: "1h", startTime: 0 })
    expect(rows.map((row) => row[0])).toEqual(plainRows.slice(0, 2).map((row) => row[0]))
    expect(rows[1]?.[5]).toBe("0.1")
    expect(rows[1]?.[1]).toBe("105")
    const [day] = await klines(simulator, { symbol: "BTCUSDT", interval: "1d" })
    expect(day?.slice(0, 2)).toEqual([utc("2024-01-01"), "100"])
    expect(day?.[5]).toBe("7.6")
  })

  it("is listed by exchangeInfo with its grids", async () => {
    await using simulator = await start([hours(plain)])
    const info = (await (await ask(simulator, "/api/v3/exchangeInfo")).json()) as { symbols: Array<unknown> }
    expect(info.symbols).toHaveLength(1)
    expect(info.symbols[0]).toMatchObject({
      symbol: "BTCUSDT",
      baseAsset: "BTC",
      quoteAsset: "USDT",
      status: "TRADING",
    })
  })
})

describe("duplicates", () => {
  const csv = `${plain}2024-01-01T04:00:00Z,104.1,200,104.1,151,1\n`

  it.each([
    ["first", "150"],
    ["last", "151"],
  ] as const)("count by the rule: %s", async (duplicates, close) => {
    await using simulator = await start([hours(csv, { duplicates })])
    const rows = await klines(simulator, { symbol: "BTCUSDT", interval: "1h", startTime: 0 })
    expect(rows).toHaveLength(3)
    expect(rows[2]?.[4]).toBe(close)
    expect(simulator.recordings[0]).toMatchObject({ fileRows: 4, rows: 3, duplicates: 1, conflicts: 1 })
  })

  it("mean the first in file order when the newest is first", async () => {
    const [header, ...lines] = csv.trim().split("\n")
    await using simulator = await start([
      hours([header, ...lines.toReversed()].join("\n"), { duplicates: "first" }),
    ])
    expect((await klines(simulator, { symbol: "BTCUSDT", interval: "1h" }))[2]?.[4]).toBe("151")
    expect(simulator.recordings[0]).toMatchObject({ reversed: true })
  })
})

describe("a recording that cannot be served as it is", () => {
  it.each([
    [
      "duplicates that are to be refused",
      `${plain}2024-01-01T04:00:00Z,104.1,200,104.1,151,1\n`,
      "line 5: 2024-01-01T04:00:00Z is there again (first in line 4)",
    ],
    [
      "rows in no order",
      `${plain}2024-01-01T02:00:00Z,104.1,200,104.1,151,1\n`,
      "line 5: rows are neither oldest nor newest first",
    ],
    [
      "a time off the grid",
      plain.replace("T01:00", "T01:10"),
      "line 3: 2024-01-01T01:10:00Z is not an open time of 1h",
    ],
    ["a time that is none", plain.replace("2024-01-01T01:00:00Z", "soon"), 'line 3: "soon" is no time'],
    [
      "a date that is none",
      plain.replace("2024-01-01T01", "2023-02-29T01"),
      'line 3: "2023-02-29T01:00:00Z" is no time',
    ],
    ["an empty volume", plain.replace(",0.3", ","), 'line 3: volume "" is no plain decimal'],
    ["a number in hexadecimal", plain.replace("104.10", "0x10"), 'line 3: close "0x10" is no plain decimal'],
    ["a negative number", plain.replace(",0.3", ",-0.3"), 'line 3: volume "-0.3" is no plain decimal'],
    ["no time column", plain.replace("timestamp", "when"), "no time column"],
    ["no close column", plain.replace("close", "last"), "no column close"],
    ["no header", plain.split("\n").slice(1).join("\n"), "no time column"],
    ["no row", "timestamp,open,high,low,close,volume\n", "no 1h row in it"],
    [
      "two symbols",
      "symbol,timestamp,open,high,low,close,volume\nA,2024-01-01,1,1,1,1,1\nB,2024-01-02,1,1,1,1,1\n",
      "2 symbols in it: A, B",
    ],
  ])("is refused and says where: %s", async (_name, csv, what) => {
    const refused = start([hours(csv, { duplicates: "refuse" })])
    await expect(refused).rejects.toBeInstanceOf(UnusableRecording)
    await expect(refused).rejects.toThrow(`BTCUSDT 1h: ${what}`)
  })

  it("is a file that is not there, or no gzip", async () => {
    const folder = await mkdtemp(join(tmpdir(), "recording-"))
    await writeFile(join(folder, "cut.csv.gz"), gzipSync(plain).subarray(0, 60))
    for (const name of ["cut.csv.gz", "absent.csv"]) {
      const path = join(folder, name)
      await expect(start([{ symbol: "BTCUSDT", timeframe: "1h", path }])).rejects.toMatchObject({
        _tag: "UnusableRecording",
        path,
      })
    }
    await rm(folder, { recursive: true })
  })

  it("is the second of one timeframe, or of a symbol that Binance cannot have", async () => {
    await expect(start([hours(plain), hours(plain)])).rejects.toMatchObject({
      _tag: "InvalidInput",
      field: "data: BTCUSDT 1h",
    })
    await expect(start([hours(plain, { symbol: "btc/usdt" })])).rejects.toMatchObject({
      _tag: "InvalidInput",
      field: "data",
    })
  })
})

describe("a time text", () => {
  it.each([
    ["2024-02-29", "2024-02-29T00:00:00Z"],
    ["2024-02-29 12:34", "2024-02-29T12:34:00Z"],
    ["2024-02-29T12:34:56.789Z", "2024-02-29T12:34:56.789Z"],
    ["2024-02-29 12:34:56 UTC", "2024-02-29T12:34:56Z"],
    ["2024-02-29T12:34:56-0330", "2024-02-29T16:04:56Z"],
    ["1502942400", "2017-08-17T04:00:00Z"],
    ["1502942400000.0", "2017-08-17T04:00:00Z"],
    ["1735689600000000", "2025-01-01T00:00:00Z"],
  ])("%s is %s", (text, expected) => {
    expect(parseTimeText(text)).toBe(utc(expected))
  })

  it.each([
    "",
    "2024-13-01",
    "2024-02-30",
    "2024-01-01 24:00",
    "2024-01-01T00:00:60Z",
    "01.02.2024",
    "1735689600000001",
    "12:00",
    "NaN",
  ])("%j is none", (text) => {
    expect(parseTimeText(text)).toBeUndefined()
  })
})

describe.skipIf(!hasRealSeries)("real series (skipped without the folder of shared data)", () => {
  const lines = (name: string) =>
    gunzipSync(readFileSync(realSeries(name)))
      .toString()
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.split(","))

  it.each([
    ["crypto/lean_binance_BTCUSDT_1h", "1h"],
    ["crypto/binance_BTCBUSD_1m_20221213", "1m"],
    ["crypto/binance_BNBUSDT_1h_cdd", "1h"],
  ] as const)("%s comes back text by text", async (name, timeframe) => {
    await using simulator = await start([{ symbol: "TEST", timeframe, path: realSeries(name) }])
    const rows = await allKlines(simulator, { symbol: "TEST", interval: timeframe }, 0, now)
    const expected = lines(name).map(([time = "", ...cells]) => [utc(time), ...cells.slice(0, 5)])
    expect(rows.map((row) => row.slice(0, 6))).toEqual(
      expected.toSorted((a, b) => (a[0] as number) - (b[0] as number)),
    )
  })

  it("numbers with exponents come back as the same doubles", async () => {
    const path = realSeries("crypto/freqtrade_ADA-BTC_5m_2018")
    await using simulator = await start([{ symbol: "ADABTC", timeframe: "5m", path }])
    const rows = await allKlines(simulator, { symbol: "ADABTC", interval: "5m" }, 0, now)
    expect(rows.map((row) => row.slice(1, 6).map(Number))).toEqual(
      lines("crypto/freqtrade_ADA-BTC_5m_2018").map(([, ...cells]) => cells.slice(0, 5).map(Number)),
    )
  })

  it("Binance BTCUSDT 1h over years is served with the first of duplicated rows, or refused when that is asked", async () => {
    const recording = {
      symbol: "BTCUSDT",
      timeframe: "1h",
      path: realSeries("crypto/binance_BTCUSDT_1h_cdd"),
    } as const
    await expect(start([{ ...recording, duplicates: "refuse" }])).rejects.toThrow("is there again")
    await using simulator = await start([recording])
    expect(simulator.recordings[0]).toMatchObject({
      fileRows: 36_062,
      rows: 33_413,
      reversed: true,
      duplicates: 2649,
      conflicts: 2649,
      firstOpenTime: utc("2017-08-17T04:00:00Z"),
      lastOpenTime: utc("2021-06-10T00:00:00Z"),
    })
    const rows = await allKlines(simulator, { symbol: "BTCUSDT", interval: "1h" }, 0, now)
    const firsts = new Map<number, ReadonlyArray<string>>()
    for (const [time = "", ...cells] of lines("crypto/binance_BTCUSDT_1h_cdd"))
      if (!firsts.has(utc(time))) firsts.set(utc(time), cells.slice(0, 5))
    expect(rows).toHaveLength(33_413)
    for (const row of rows) expect(row.slice(1, 6)).toEqual(firsts.get(row[0]))
  })

  it("Binance's own hours, days and weeks are what its minutes add up to here", async () => {
    const path = realSeries("crypto/binance_BTCUSDT_multi_20180428")
    await using recorded = await start([{ symbol: "BTCUSDT", timeframe: "1h", path }])
    await using made = await start([{ symbol: "BTCUSDT", timeframe: "30m", path }])
    const from = utc("2018-04-20")
    const week = (simulator: typeof recorded) =>
      allKlines(simulator, { symbol: "BTCUSDT", interval: "1h" }, from, utc("2018-04-27"))
    const values = async (simulator: typeof recorded) =>
      (await week(simulator)).map((row) => [row[0], ...row.slice(1, 6).map((text) => units(String(text)))])
    expect(await values(made)).toEqual(await values(recorded))
  })
})
