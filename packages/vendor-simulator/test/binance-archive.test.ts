import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { gunzipSync, inflateRawSync } from "node:zlib"
import { describe, expect, it } from "vitest"
import {
  type FaultRule,
  startVendorSimulator,
  type VendorSimulator,
  type VendorSimulatorOptions,
  virtualClock,
} from "../src/index.ts"
import { allKlines, hasRealSeries, realSeries, utc } from "./ask.ts"

const start = (options: VendorSimulatorOptions = {}, now = "2025-03-20T12:34:56Z") =>
  startVendorSimulator({
    clock: virtualClock(utc(now)),
    limits: { weightPerMinute: 1_000_000_000 },
    ...options,
  })

const get = (simulator: VendorSimulator, path: string, init?: RequestInit): Promise<Response> =>
  fetch(`${simulator.urls.BARKEEP_BINANCE_ARCHIVE_URL}${path}`, init)

const pathOf = (symbol: string, interval: string, period: string): string =>
  `/data/spot/${period.length === 7 ? "monthly" : "daily"}/klines/${symbol}/${interval}/${symbol}-${interval}-${period}.zip`

const bytesOf = async (simulator: VendorSimulator, path: string): Promise<Buffer> =>
  Buffer.from(await (await get(simulator, path)).arrayBuffer())

/** The one entry, read by its local header. */
const unzip = (zip: Buffer): { readonly name: string; readonly csv: string } => {
  expect(zip.readUInt32LE(0)).toBe(0x04_03_4b_50)
  const nameEnd = 30 + zip.readUInt16LE(26)
  const data = nameEnd + zip.readUInt16LE(28)
  const csv = inflateRawSync(zip.subarray(data, data + zip.readUInt32LE(18))).toString()
  return { name: zip.subarray(30, nameEnd).toString(), csv }
}

const csvOf = async (simulator: VendorSimulator, path: string): Promise<string> =>
  unzip(await bytesOf(simulator, path)).csv

const rowsOf = (csv: string): ReadonlyArray<ReadonlyArray<string>> =>
  csv
    .trim()
    .split("\n")
    .map((line) => line.split(","))

const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex")

const hour = 3_600_000
const day = 24 * hour

describe("a file of the archive", () => {
  it.each([
    ["BTCUSDT", "1m", "2024-12-31", 1],
    ["BTCUSDT", "1m", "2025-01-01", 1000],
    ["ETHUSDT", "1h", "2024-02", 1],
    ["SHIBUSDT", "12h", "2025-02", 1000],
    ["ETHUSDT", "1w", "2024-07", 1],
    ["BTCUSDT", "1mo", "2024-07", 1],
  ])(
    "has the rows that the REST API gives, in its unit of time: %s %s %s",
    async (symbol, interval, period, unit) => {
      await using simulator = await start()
      const { name, csv } = unzip(await bytesOf(simulator, pathOf(symbol, interval, period)))
      expect(name).toBe(`${symbol}-${interval}-${period}.csv`)
      const from = utc(period)
      const to =
        period.length === 7 ? Date.UTC(+period.slice(0, 4), +period.slice(5, 7), 1) : utc(period) + day
      const rest = { symbol, interval: interval === "1mo" ? "1M" : interval }
      const expected = await allKlines(simulator, rest, from, to)
      expect(expected.length).toBeGreaterThan(0)
      expect(rowsOf(csv)).toEqual(
        expected.map((row) =>
          row
            .with(0, row[0] * unit)
            .with(6, (row[6] + 1) * unit - 1)
            .map(String),
        ),
      )
      if (unit === 1000) expect(rowsOf(csv)[0]?.[6]).toMatch(/999999$/)
    },
  )

  it("comes with its checksum, its tag and the time of its publication", async () => {
    await using simulator = await start()
    const path = pathOf("BTCUSDT", "1h", "2024-02")
    const response = await get(simulator, path)
    const zip = Buffer.from(await response.arrayBuffer())
    expect(await (await get(simulator, `${path}.CHECKSUM`)).text()).toBe(
      `${sha256(zip)}  BTCUSDT-1h-2024-02.zip\n`,
    )
    const etag = response.headers.get("etag") ?? ""
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/)
    expect(response.headers.get("last-modified")).toBe("Tue, 05 Mar 2024 00:00:00 GMT")
    expect((await get(simulator, path, { headers: { "if-none-match": etag } })).status).toBe(304)
    expect((await get(simulator, path, { headers: { "if-none-match": '"other"' } })).status).toBe(200)
  })

  it("is the same whenever it is asked for", async () => {
    const clock = virtualClock(utc("2024-03-05T00:00:00Z"))
    await using simulator = await start({ clock })
    const path = pathOf("BTCUSDT", "1w", "2024-02")
    const first = await bytesOf(simulator, path)
    clock.set(utc("2026-01-01"))
    expect((await bytesOf(simulator, path)).equals(first)).toBe(true)
  })

  it.each([
    ["a day, while it lasts", "2024-03-04", "2024-03-04T23:59:59.999Z", 404],
    ["a day, when it is over", "2024-03-04", "2024-03-05T00:00:00Z", 200],
    ["a month, during the next one's first Monday", "2024-02", "2024-03-04T23:59:59.999Z", 404],
    ["a month, after the next one's first Monday", "2024-02", "2024-03-05T00:00:00Z", 200],
    ["a month, when the next one begins with a Monday", "2024-03", "2024-04-01T12:00:00Z", 404],
    ["a month, after that Monday", "2024-03", "2024-04-02T00:00:00Z", 200],
  ])("is there or not by the clock: %s", async (_name, period, now, status) => {
    await using simulator = await start({}, now)
    const path = pathOf("BTCUSDT", "1h", period)
    expect((await get(simulator, path)).status).toBe(status)
    expect((await get(simulator, `${path}.CHECKSUM`)).status).toBe(status)
  })

  it.each([
    ["before the listing", pathOf("BTCUSDT", "1m", "2017-07")],
    ["after the delisting", pathOf("BTCBUSD", "1m", "2024-01")],
    ["of a symbol that is none", pathOf("NOSUCHUSDT", "1m", "2024-01")],
    ["of weeks by the day", pathOf("BTCUSDT", "1w", "2024-01-01")],
    ["of months as REST calls them", pathOf("BTCUSDT", "1M", "2024-01")],
    ["of another interval than its folder", pathOf("BTCUSDT", "1m", "2024-01").replace("-1m-", "-5m-")],
    ["of a month that is none", pathOf("BTCUSDT", "1m", "2024-13")],
    ["of a day that is none", pathOf("BTCUSDT", "1m", "2023-02-29")],
    ["of trades", "/data/spot/daily/trades/BTCUSDT/BTCUSDT-trades-2024-01-01.zip"],
    ["of futures", "/data/futures/um/daily/klines/BTCUSDT/1m/BTCUSDT-1m-2024-01-01.zip"],
    ["that is badly escaped", "/data/spot/daily/klines/%/1m/%-1m-2024-01-01.zip"],
  ])("is not there: %s", async (_name, path) => {
    await using simulator = await start()
    const response = await get(simulator, path)
    expect([response.status, response.headers.get("content-type")]).toEqual([404, "application/xml"])
    expect(await response.text()).toContain("<Code>NoSuchKey</Code>")
    expect(simulator.log.at(-1)).toMatchObject({ vendor: "binance-archive", status: 404, weight: 0 })
  })

  it("is not claimed to be absent where the simulator only does not have it", async () => {
    await using simulator = await start()
    expect((await get(simulator, pathOf("BTCUSDT", "1s", "2024-01-01"))).status).toBe(501)
  })

  it("begins with the listing, and has no rows of a halt", async () => {
    const halt = { from: utc("2024-02-08T00:28:00Z"), to: utc("2024-02-09T10:00:00Z") }
    await using simulator = await start({ halts: [{ symbol: "*", range: halt }] })
    const listing = rowsOf(await csvOf(simulator, pathOf("BTCUSDT", "1m", "2017-08-17")))
    expect(listing[0]?.[0]).toBe(String(utc("2017-08-17T04:00:00Z")))
    const rows = rowsOf(await csvOf(simulator, pathOf("BTCUSDT", "1m", "2024-02")))
    expect(rows).toHaveLength(29 * 1440 - (halt.to - halt.from) / 60_000)
    expect(rows.filter(([time]) => Number(time) >= halt.from && Number(time) < halt.to)).toEqual([])
    const all = { from: utc("2024-02-08"), to: utc("2024-02-09") }
    await using empty = await start({ halts: [{ symbol: "*", range: all }] })
    expect((await get(empty, pathOf("BTCUSDT", "1m", "2024-02-08"))).status).toBe(404)
  })

  it("keeps the number texts of a recording, and serves symbols of any script", async () => {
    const csv = "timestamp,open,high,low,close,volume\n2024-01-01T05:00:00Z,1,2.50,0.1000,1.5,7\n"
    await using simulator = await start({ data: [{ symbol: "测试币", timeframe: "1h", csv }] })
    expect(await csvOf(simulator, pathOf("测试币", "1h", "2024-01"))).toBe(
      `${utc("2024-01-01T05:00:00Z")},1,2.50,0.1000,1.5,7,${utc("2024-01-01T06:00:00Z") - 1},0,0,0,0,0\n`,
    )
    expect((await get(simulator, pathOf("测试币", "1m", "2024-01"))).status).toBe(404)
  })

  it.skipIf(!hasRealSeries)(
    "has every row of a real recording verbatim (skipped without the optional test data)",
    async () => {
      const path = realSeries("crypto/lean_binance_BTCUSDT_1h")
      const lines = gunzipSync(readFileSync(path)).toString().trim().split("\n").slice(1)
      await using simulator = await start(
        { data: [{ symbol: "BTCUSDT", timeframe: "1h", path, duplicates: "first" }] },
        "2026-11-22T00:00:00Z",
      )
      const first = new Date(simulator.recordings[0]?.firstOpenTime ?? 0).toISOString().slice(0, 7)
      const rows = rowsOf(await csvOf(simulator, pathOf("BTCUSDT", "1h", first)))
      expect(rows.length).toBeGreaterThan(100)
      expect(rows.map((row) => row.slice(1, 6))).toEqual(
        lines.slice(0, rows.length).map((line) => line.split(",").slice(1, 6)),
      )
    },
  )
})

describe("the listing", () => {
  const list = async (simulator: VendorSimulator, prefix: string, marker = "", path = "/") => {
    const query = new URLSearchParams({ delimiter: "/", prefix, marker })
    const xml = await (await get(simulator, `${path}?${query.toString()}`)).text()
    const all = (name: string) =>
      [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, "g"))].map((m) => m[1])
    return {
      keys: all("Key"),
      folders: all("Prefix").slice(1),
      isTruncated: all("IsTruncated")[0],
      nextMarker: all("NextMarker")[0],
    }
  }

  it("goes down folder by folder", async () => {
    await using simulator = await start()
    const folders = async (prefix: string) => (await list(simulator, prefix)).folders
    expect(await folders("")).toEqual(["data/"])
    expect(await folders("data/spot/")).toEqual(["data/spot/daily/", "data/spot/monthly/"])
    expect(await folders("data/spot/daily/klines/BTC")).toEqual([
      "data/spot/daily/klines/BTCBUSD/",
      "data/spot/daily/klines/BTCUSDT/",
    ])
    const intervals = await folders("data/spot/monthly/klines/BTCUSDT/")
    expect(intervals.map((name) => name?.split("/").at(-2))).toEqual(
      "12h 15m 1d 1h 1m 1mo 1w 2h 30m 3m 4h 5m 6h 8h".split(" "),
    )
    expect(await folders("data/spot/daily/klines/BTCUSDT/")).not.toContain(
      "data/spot/daily/klines/BTCUSDT/1mo/",
    )
    expect(await folders("data/futures/")).toEqual([])
  })

  it("names every file with its checksum, 1000 keys a page, and nothing that is not there", async () => {
    await using simulator = await start({}, "2019-03-20T12:00:00Z")
    const prefix = "data/spot/daily/klines/BTCUSDT/1d/"
    const pages = [await list(simulator, prefix)]
    while (pages.at(-1)?.isTruncated === "true")
      pages.push(await list(simulator, prefix, pages.at(-1)?.nextMarker, "/data.binance.vision"))
    const days = (utc("2019-03-20") - utc("2017-08-17")) / day
    expect(pages.map(({ keys }) => keys.length)).toEqual([1000, days * 2 - 1000])
    const keys = pages.flatMap((page) => page.keys)
    expect(keys.slice(0, 2)).toEqual(
      ["", ".CHECKSUM"].map((end) => `${prefix}BTCUSDT-1d-2017-08-17.zip${end}`),
    )
    expect(keys.at(-1)).toBe(`${prefix}BTCUSDT-1d-2019-03-19.zip.CHECKSUM`)
    expect(keys.every((key, index) => index === 0 || (key ?? "") > (keys[index - 1] ?? ""))).toBe(true)
    for (const key of [keys[0], keys[999], keys.at(-1)])
      expect((await get(simulator, `/${key}`)).status).toBe(200)
    const monthly = await list(simulator, "data/spot/monthly/klines/BTCUSDT/1d/BTCUSDT-1d-2019")
    expect(monthly.keys.map((key) => key?.slice(-16))).toEqual([
      "T-1d-2019-01.zip",
      ".zip.CHECKSUM".padStart(16, "-01"),
      "T-1d-2019-02.zip",
      ".zip.CHECKSUM".padStart(16, "-02"),
    ])
  })

  it("is not simulated without its delimiter", async () => {
    await using simulator = await start()
    expect((await get(simulator, "/?prefix=data/")).status).toBe(501)
  })
})

describe("a fault of the archive", () => {
  const month = pathOf("BTCUSDT", "1h", "2024-02")
  const middle = pathOf("BTCUSDT", "1h", "2024-02-15")
  const isConsistent = async (simulator: VendorSimulator, path: string): Promise<boolean> =>
    (await (await get(simulator, `${path}.CHECKSUM`)).text()).startsWith(
      sha256(await bytesOf(simulator, path)),
    )

  it.each<FaultRule["fault"]["type"]>(["truncated-zip", "wrong-checksum"])(
    "makes file and checksum disagree once: %s",
    async (type) => {
      const fault = { type } as FaultRule["fault"]
      await using simulator = await start({
        faults: [{ match: { vendor: "binance-archive" }, nth: [1, 2], fault }],
      })
      expect(await isConsistent(simulator, month)).toBe(false)
      expect(await isConsistent(simulator, month)).toBe(true)
      expect(simulator.counters().byFault).toEqual({ [type]: 1 })
    },
  )

  it("republishes a file: other content, other checksum and tag, for good", async () => {
    await using simulator = await start()
    const before = await bytesOf(simulator, month)
    simulator.setFaults([
      { match: { endpoint: "archive monthly" }, times: 1, fault: { type: "republished-file" } },
    ])
    const after = await bytesOf(simulator, month)
    expect(after.equals(before)).toBe(false)
    expect(await isConsistent(simulator, month)).toBe(true)
    expect((await bytesOf(simulator, month)).equals(after)).toBe(true)
    const [old, republished] = [before, after].map((zip) => rowsOf(unzip(zip).csv))
    expect(republished?.filter((row, index) => row.join() !== old?.[index]?.join())).toHaveLength(1)
    simulator.setFaults([])
    expect((await bytesOf(simulator, month)).equals(before)).toBe(true)
  })

  it("takes a month off the grid and leaves its days clean", async () => {
    await using simulator = await start({
      faults: [{ match: { endpoint: "archive monthly" }, fault: { type: "off-grid-rows" } }],
    })
    const offGrid = rowsOf(await csvOf(simulator, month)).filter(([time]) => Number(time) % hour !== 0)
    expect(offGrid.map(([time]) => Number(time))).toEqual(
      [8, 9, 10, 11].map((hours) => utc("2024-02-15") + hours * hour + 14_789),
    )
    expect(await isConsistent(simulator, month)).toBe(true)
    const rows = rowsOf(await csvOf(simulator, middle))
    expect(rows.map(([time]) => Number(time))).toEqual(
      Array.from({ length: 24 }, (_, index) => utc("2024-02-15") + index * hour),
    )
  })

  it("takes microseconds and days off the grid too", async () => {
    await using simulator = await start({ faults: [{ fault: { type: "off-grid-rows" } }] })
    const late = async (interval: string, period: string) =>
      rowsOf(await csvOf(simulator, pathOf("BTCUSDT", interval, period))).filter(
        ([time]) => (Number(time) / 1000) % hour !== 0,
      )
    expect((await late("1h", "2025-01-05"))[0]?.[0]).toBe(
      String((utc("2025-01-05T08:00:00Z") + 14_789) * 1000),
    )
    expect(await late("1d", "2025-01")).toHaveLength(1)
  })

  it("loses a day of a month, and the evening of a day", async () => {
    await using simulator = await start({ faults: [{ fault: { type: "missing-rows" } }] })
    const times = rowsOf(await csvOf(simulator, month)).map(([time]) => Number(time))
    expect(times).toHaveLength(28 * 24)
    expect(times.some((time) => time >= utc("2024-02-15") && time < utc("2024-02-16"))).toBe(false)
    expect(rowsOf(await csvOf(simulator, middle))).toHaveLength(19)
    expect(await isConsistent(simulator, month)).toBe(true)
  })

  it("loses the Monday whose week ends in the next month", async () => {
    await using simulator = await start({ faults: [{ fault: { type: "missing-mondays" } }] })
    const mondays = async (period: string) =>
      rowsOf(await csvOf(simulator, pathOf("BTCUSDT", "1w", period))).map(([time]) => Number(time))
    expect(await mondays("2023-05")).toEqual(
      ["2023-05-01", "2023-05-08", "2023-05-15", "2023-05-22"].map(utc),
    )
    // Not damaged: all its weeks end in it.
    expect(await mondays("2023-04")).toHaveLength(4)
  })

  it("can be aimed by symbol, interval, period and part", async () => {
    await using simulator = await start({
      faults: [
        {
          match: {
            vendor: "binance-archive",
            parameters: { symbol: "BTCUSDT", interval: "1h", period: "2024-02", part: "CHECKSUM" },
          },
          fault: { type: "server-error", status: 500 },
        },
      ],
    })
    expect((await get(simulator, month)).status).toBe(200)
    expect((await get(simulator, `${month}.CHECKSUM`)).status).toBe(500)
    expect((await get(simulator, `${middle}.CHECKSUM`)).status).toBe(200)
    expect(simulator.log.map(({ endpoint }) => endpoint)).toEqual([
      "archive monthly",
      "archive monthly",
      "archive daily",
    ])
  })

  it.each([
    ["rate-limited", 503],
    ["overloaded", 503],
    ["server-error", 500],
    ["firewall", 403],
    ["geo-blocked", 451],
    ["banned", 200],
  ] as const)("of the answer: %s is %d", async (type, status) => {
    await using simulator = await start({ faults: [{ fault: { type } }] })
    expect((await get(simulator, month)).status).toBe(status)
    expect(simulator.log[0]?.fault).toBe(type === "banned" ? undefined : type)
  })

  it.each(["reset", "half-body"] as const)("of the delivery breaks the download: %s", async (type) => {
    await using simulator = await start({ faults: [{ nth: 1, fault: { type } }] })
    await expect(bytesOf(simulator, month)).rejects.toThrow(/fetch failed|terminated/)
    expect((await bytesOf(simulator, month)).length).toBeGreaterThan(0)
  })

  it("leaves the REST API and its weight alone", async () => {
    await using simulator = await start()
    await get(simulator, month)
    expect(simulator.counters()).toMatchObject({ requests: 1, weight: 0 })
  })
})
