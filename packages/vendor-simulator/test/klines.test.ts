import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { startVendorSimulator, type VendorSimulator, virtualClock } from "../src/index.ts"
import { ask, askKlines, klines, type Query, utc } from "./ask.ts"

const hour = 3_600_000
const now = utc("2024-06-05T12:34:30Z")
const question = { symbol: "BTCUSDT", interval: "1h" }

let simulator: VendorSimulator
beforeAll(async () => {
  simulator = await startVendorSimulator({ clock: virtualClock(now), limits: { weightPerMinute: 1_000_000 } })
})
afterAll(() => simulator.close())

const openTimes = async (query: Query): Promise<ReadonlyArray<number>> =>
  (await klines(simulator, { ...question, ...query })).map((row) => row[0])

describe("a page of klines", () => {
  it("is arrays of twelve with 8-decimal strings, closing a millisecond before the next opens", async () => {
    const rows = await klines(simulator, { ...question, limit: 3 })
    const decimal = expect.stringMatching(/^\d+\.\d{8}$/)
    for (const row of rows)
      expect(row).toEqual([
        expect.any(Number),
        ...Array.from({ length: 5 }, () => decimal),
        row[0] + hour - 1,
        decimal,
        expect.any(Number),
        decimal,
        decimal,
        "0",
      ])
    expect(rows.map((row) => row[0])).toEqual([
      now - (now % hour) - 2 * hour,
      now - (now % hour) - hour,
      now - (now % hour),
    ])
  })

  it("has the newest 500 bars when no time and limit are given, the open one last", async () => {
    const times = await openTimes({})
    expect(times).toHaveLength(500)
    expect(times.at(-1)).toBe(now - (now % hour))
    expect(times[0]).toBe(now - (now % hour) - 499 * hour)
  })

  it.each([
    [
      "startTime only: the oldest from there",
      { startTime: utc("2024-01-01T00:30:00Z"), limit: 2 },
      ["2024-01-01T01:00:00Z", "2024-01-01T02:00:00Z"],
    ],
    [
      "endTime only: the newest up to there, inclusive",
      { endTime: utc("2024-01-01T02:00:00Z"), limit: 2 },
      ["2024-01-01T01:00:00Z", "2024-01-01T02:00:00Z"],
    ],
    [
      "both: from the start, cut at the limit",
      { startTime: utc("2024-01-01"), endTime: utc("2024-02-01"), limit: 2 },
      ["2024-01-01T00:00:00Z", "2024-01-01T01:00:00Z"],
    ],
    [
      "startTime equal to endTime: that bar",
      { startTime: utc("2024-01-01"), endTime: utc("2024-01-01") },
      ["2024-01-01T00:00:00Z"],
    ],
    ["start after end: nothing", { startTime: utc("2024-01-02"), endTime: utc("2024-01-01") }, []],
    ["a start in the future: nothing", { startTime: utc("2030-01-01") }, []],
    [
      "an end in the future: up to the open bar",
      { startTime: utc("2024-06-05T12:00:00Z"), endTime: utc("2030-01-01") },
      ["2024-06-05T12:00:00Z"],
    ],
    ["an end before the listing: nothing", { endTime: utc("2017-01-01") }, []],
    [
      "times in microseconds",
      { startTime: utc("2024-01-01") * 1000, endTime: utc("2024-01-01T01:00:00Z") * 1000 },
      ["2024-01-01T00:00:00Z", "2024-01-01T01:00:00Z"],
    ],
  ])("answers %s", async (_name, query, expected) => {
    expect(await openTimes(query)).toEqual(expected.map(utc))
  })

  it("cuts a limit above 1000 to 1000", async () => {
    expect(await openTimes({ limit: 5000 })).toHaveLength(1000)
  })

  it("begins at the listing when asked from the epoch", async () => {
    expect(await openTimes({ startTime: 0, limit: 1 })).toEqual([utc("2017-08-17T04:00:00Z")])
  })

  it.each([
    ["1w", ["2024-05-27", "2024-06-03"]],
    ["1M", ["2024-05-01", "2024-06-01"]],
    ["1d", ["2024-06-04", "2024-06-05"]],
    ["12h", ["2024-06-05T00:00:00Z", "2024-06-05T12:00:00Z"]],
    ["1m", ["2024-06-05T12:33:00Z", "2024-06-05T12:34:00Z"]],
  ])("opens %s bars where Binance does", async (interval, expected) => {
    const rows = await klines(simulator, { symbol: "BTCUSDT", interval, limit: 2 })
    expect(rows.map((row) => row[0])).toEqual(expected.map(utc))
    expect(rows[0]?.[6]).toBe((rows[1]?.[0] as number) - 1)
  })

  it("ends a month's bar with the calendar month", async () => {
    const [february] = await klines(simulator, {
      symbol: "BTCUSDT",
      interval: "1M",
      startTime: utc("2024-02-01"),
      limit: 1,
    })
    expect(february?.[6]).toBe(utc("2024-03-01") - 1)
  })

  it("writes times in microseconds when the header asks for them", async () => {
    const headers = { "X-MBX-TIME-UNIT": "MICROSECOND" }
    const path = `/api/v3/klines?symbol=BTCUSDT&interval=1h&startTime=${utc("2024-01-01")}&limit=1`
    const [row] = (await (await ask(simulator, path, { headers })).json()) as Array<Array<unknown>>
    expect([row?.[0], row?.[6]]).toEqual([utc("2024-01-01") * 1000, utc("2024-01-01T01:00:00Z") * 1000 - 1])
    const time = await (await ask(simulator, "/api/v3/time", { headers })).json()
    expect(time).toEqual({ serverTime: now * 1000 })
    const refused = await ask(simulator, "/api/v3/time", { headers: { "X-MBX-TIME-UNIT": "DAY" } })
    expect(await refused.json()).toMatchObject({ code: -1194 })
  })
})

describe("the open bar", () => {
  it("grows from its open to exactly the closed bar, and no later bar is there before its time", async () => {
    const open = utc("2024-03-03T10:00:00Z")
    const clock = virtualClock(open)
    await using growing = await startVendorSimulator({ clock })
    const at = async (time: number) => {
      clock.set(time)
      const rows = await klines(growing, { ...question, limit: 1 })
      return rows[0] as (typeof rows)[number]
    }
    const first = await at(open)
    expect(new Set(first.slice(1, 5)).size).toBe(1)
    expect([first[0], Number(first[5]), first[8]]).toEqual([open, 0, 0])
    let before = first
    for (const minutes of [0.5, 1, 7.2, 30, 59, 59.9]) {
      const row = await at(open + minutes * 60_000)
      expect(row[0]).toBe(open)
      expect(row[1]).toBe(first[1])
      expect(Number(row[2])).toBeGreaterThanOrEqual(Number(before[2]))
      expect(Number(row[3])).toBeLessThanOrEqual(Number(before[3]))
      expect(Number(row[5])).toBeGreaterThanOrEqual(Number(before[5]))
      expect(Number(row[4])).toBeLessThanOrEqual(Number(row[2]))
      expect(Number(row[4])).toBeGreaterThanOrEqual(Number(row[3]))
      before = row
    }
    expect((await at(open + hour))[0]).toBe(open + hour)
    clock.set(open + 10 * hour)
    const [closed] = await klines(growing, { ...question, startTime: open, limit: 1 })
    expect(Number(closed?.[2])).toBeGreaterThanOrEqual(Number(before[2]))
    expect(Number(closed?.[5])).toBeGreaterThan(Number(before[5]))
    clock.set(open + hour - 1)
    expect(await klines(growing, { ...question, startTime: open, limit: 1 })).not.toEqual([closed])
  })
})

describe("a refused question", () => {
  const base = "symbol=BTCUSDT&interval=1h"
  const digits = "legal range is '^[0-9]{1,20}$'."
  it.each([
    [
      "no symbol",
      "interval=1h",
      400,
      -1102,
      "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed.",
    ],
    [
      "an empty symbol",
      "symbol=&interval=1h",
      400,
      -1102,
      "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed.",
    ],
    [
      "no interval",
      "symbol=BTCUSDT",
      400,
      -1102,
      "Mandatory parameter 'interval' was not sent, was empty/null, or malformed.",
    ],
    [
      "a lower-case symbol",
      "symbol=btcusdt&interval=1h",
      400,
      -1100,
      "Illegal characters found in parameter 'symbol'; legal range is '^[A-Z0-9-_.]{1,20}$'.",
    ],
    [
      "a symbol with a slash",
      "symbol=BTC/USDT&interval=1h",
      400,
      -1100,
      "Illegal characters found in parameter 'symbol'; legal range is '^[A-Z0-9-_.]{1,20}$'.",
    ],
    ["an unknown symbol", "symbol=NOPEUSDT&interval=1h", 400, -1121, "Invalid symbol."],
    ["an unknown interval", "symbol=BTCUSDT&interval=7h", 400, -1120, "Invalid interval."],
    ["our own name of a month", "symbol=BTCUSDT&interval=1mo", 400, -1120, "Invalid interval."],
    ["an interval in the wrong case", "symbol=BTCUSDT&interval=1H", 400, -1120, "Invalid interval."],
    [
      "a time with a sign",
      `${base}&startTime=-1`,
      400,
      -1100,
      `Illegal characters found in parameter 'startTime'; ${digits}`,
    ],
    [
      "a time as ISO text",
      `${base}&endTime=2024-01-01`,
      400,
      -1100,
      `Illegal characters found in parameter 'endTime'; ${digits}`,
    ],
    [
      "a limit that is no number",
      `${base}&limit=all`,
      400,
      -1100,
      `Illegal characters found in parameter 'limit'; ${digits}`,
    ],
    ["an empty limit", `${base}&limit=`, 400, -1105, "Parameter 'limit' was empty."],
    ["a limit of 0", `${base}&limit=0`, 400, -1130, "Data sent for parameter 'limit' is not valid."],
    [
      "an unknown parameter",
      `${base}&_=17`,
      400,
      -1104,
      "Not all sent parameters were read; read '2' parameter(s) but was sent '3'.",
    ],
    [
      "a parameter sent twice",
      `${base}&limit=1&limit=2`,
      400,
      -1101,
      "Duplicate values for a parameter detected.",
    ],
    [
      "an interval that only the real Binance has",
      "symbol=BTCUSDT&interval=3d",
      501,
      -1020,
      expect.stringContaining("simulator"),
    ],
    ["days of another time zone", `${base}&timeZone=8`, 501, -1020, expect.stringContaining("simulator")],
  ])("says so for %s", async (_name, query, status, code, msg) => {
    const response = await ask(simulator, `/api/v3/klines?${query}`)
    expect(response.headers.get("content-type")).toBe("application/json;charset=UTF-8")
    expect([response.status, await response.json()]).toEqual([status, { code, msg }])
  })

  it("accepts the time zone that is UTC", async () => {
    expect((await askKlines(simulator, { ...question, timeZone: "0", limit: 1 })).status).toBe(200)
  })
})

describe("the other endpoints", () => {
  const info = async (query: string) => {
    const response = await ask(simulator, `/api/v3/exchangeInfo${query}`)
    return {
      status: response.status,
      body: (await response.json()) as { code?: number; symbols: Array<Record<string, unknown>> },
    }
  }

  it("answers ping and time, and refuses parameters there", async () => {
    expect(await (await ask(simulator, "/api/v3/ping")).text()).toBe("{}")
    const time = await ask(simulator, "/api/v3/time")
    expect(await time.json()).toEqual({ serverTime: now })
    expect(time.headers.get("date")).toBe("Wed, 05 Jun 2024 12:34:30 GMT")
    expect(await (await ask(simulator, "/api/v3/time?x=1")).json()).toMatchObject({ code: -1101 })
  })

  it("lists all symbols with their status and grids", async () => {
    const { body } = await info("")
    const find = (symbol: string) => body.symbols.find((entry) => entry["symbol"] === symbol)
    expect(find("BTCUSDT")).toMatchObject({
      status: "TRADING",
      baseAsset: "BTC",
      quoteAsset: "USDT",
      filters: [{ tickSize: "0.01000000" }, { stepSize: "0.00001000" }],
    })
    expect(find("BTCBUSD")).toMatchObject({ status: "BREAK" })
    expect(find("SHIBUSDT")).toMatchObject({ filters: [{ tickSize: "0.00000001" }, {}] })
  })

  it("lists the symbols asked for, and none of them when one is unknown", async () => {
    const names = async (query: string) => (await info(query)).body.symbols.map((entry) => entry["symbol"])
    expect(await names("?symbol=ETHUSDT")).toEqual(["ETHUSDT"])
    expect(await names('?symbols=["BTCUSDT","ETHBTC"]')).toEqual(["BTCUSDT", "ETHBTC"])
    expect(await names("?symbolStatus=BREAK")).toEqual(["BTCBUSD"])
    expect(await names("?permissions=MARGIN")).toEqual([])
    expect(await info("?symbol=NOPE")).toMatchObject({ status: 400, body: { code: -1121 } })
    expect(await info('?symbols=["BTCUSDT","NOPE"]')).toMatchObject({ status: 400, body: { code: -1121 } })
    expect(await info("?symbols=BTCUSDT")).toMatchObject({ status: 400, body: { code: -1100 } })
    expect(await info('?symbol=BTCUSDT&symbols=["ETHBTC"]')).toMatchObject({
      status: 400,
      body: { code: -1128 },
    })
    expect(await info("?symbolStatus=ASLEEP")).toMatchObject({ status: 400, body: { code: -1122 } })
    expect(await info("?bust=1")).toMatchObject({ status: 400, body: { code: -1104 } })
  })

  it("does not know other paths and methods", async () => {
    expect((await ask(simulator, "/api/v3/uiKlines?symbol=BTCUSDT&interval=1h")).status).toBe(404)
    expect((await ask(simulator, "/api/v1/klines?symbol=BTCUSDT&interval=1h")).status).toBe(404)
    expect((await ask(simulator, "/api/v3/ping", { method: "POST" })).status).toBe(404)
    expect((await ask(simulator, "/elsewhere")).status).toBe(404)
  })
})
