import { describe, expect, it } from "vitest"
import {
  type Fault,
  startVendorSimulator,
  type VendorSimulator,
  type VendorSimulatorOptions,
  virtualClock,
} from "../src/index.ts"
import { klines, utc } from "./ask.ts"

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const now = utc("2025-03-20T14:07:23.456Z")

const start = (options: VendorSimulatorOptions = {}) =>
  startVendorSimulator({
    clock: virtualClock(now),
    ...options,
    coingecko: { cached: false, ...options.coingecko },
  })

const keys = { demo: { "x-cg-demo-api-key": "CG-d" }, pro: { "x-cg-pro-api-key": "CG-p" } } as const

const ask = (
  simulator: VendorSimulator,
  path: string,
  headers: Record<string, string> = {},
): Promise<Response> => fetch(`${simulator.urls.BARKEEP_COINGECKO_URL}/api/v3${path}`, { headers })

const read = async <A>(asked: Promise<Response>): Promise<A> => {
  const response = await asked
  const text = await response.text()
  if (response.status !== 200) throw new Error(`${response.status} ${text}`)
  return JSON.parse(text) as A
}

type Rows = ReadonlyArray<ReadonlyArray<number>>
interface Points {
  readonly prices: Rows
  readonly market_caps: Rows
  readonly total_volumes: Rows
}

const ohlc = (simulator: VendorSimulator, days: number | string, more = "&precision=full") =>
  read<Rows>(ask(simulator, `/coins/bitcoin/ohlc?vs_currency=usd&days=${days}${more}`))

const points = (simulator: VendorSimulator, from: number, to: number, headers: Record<string, string> = {}) =>
  read<Points>(
    ask(
      simulator,
      `/coins/bitcoin/market_chart/range?vs_currency=usd&from=${Math.floor(from / 1000)}&to=${Math.floor(to / 1000)}`,
      headers,
    ),
  )

describe("candles", () => {
  it.each([
    [1, 30 * minute],
    [7, 4 * hour],
    [30, 4 * hour],
    [90, 4 * day],
    [365, 4 * day],
  ])("of %i days have their size by age, and the time of their close", async (days, length) => {
    await using simulator = await start()
    const rows = await ohlc(simulator, days)
    const closes = rows.map(([close = 0]) => close)
    expect(closes[0]).toBe(Math.ceil((now - days * day) / length) * length)
    expect(closes.at(-1)).toBe(Math.floor((length < day ? now : now - 35 * minute) / length) * length)
    expect(closes.every((close, row) => row === 0 || close === (closes[row - 1] ?? 0) + length)).toBe(true)
  })

  it("are 0.04 % above those of the simulated Binance", async () => {
    await using simulator = await start()
    const [, second = []] = await ohlc(simulator, 7)
    const [kline] = await klines(simulator, {
      symbol: "BTCUSDT",
      interval: "4h",
      startTime: (second[0] ?? 0) - 4 * hour,
      limit: 1,
    })
    const expected = kline?.slice(1, 5).map((text) => Number((Number(text) * 1.0004).toPrecision(15)))
    expect(second.slice(1)).toEqual(expected)
  })

  it("are rounded unless precision is asked for", async () => {
    await using simulator = await start()
    const full = await ohlc(simulator, 1)
    const rounded = await ohlc(simulator, 1, "")
    const two = await ohlc(simulator, 1, "&precision=2")
    expect(rounded[5]?.slice(1)).toEqual(full[5]?.slice(1).map(Math.round))
    expect(two[5]?.slice(1)).toEqual(full[5]?.slice(1).map((price) => Number(price.toFixed(2))))
  })

  it("of a range are for plans that have them", async () => {
    await using simulator = await start()
    const path = (interval: string, from: string, to: string) =>
      `/coins/bitcoin/ohlc/range?vs_currency=usd&from=${utc(from) / 1000}&to=${utc(to) / 1000}&interval=${interval}`
    const rows = await read<Rows>(ask(simulator, path("daily", "2025-03-01", "2025-03-04"), keys.pro))
    expect(rows.map(([close]) => close)).toEqual(
      ["2025-03-01", "2025-03-02", "2025-03-03", "2025-03-04"].map(utc),
    )
    const many = await ask(simulator, path("hourly", "2025-01-01", "2025-03-01"), keys.pro)
    expect([many.status, await many.text()]).toEqual([
      400,
      '{"error":"exceeded the limit of 744 hourly candles"}',
    ])
    const refused = await ask(simulator, path("daily", "2025-03-01", "2025-03-04"), keys.demo)
    expect(await refused.json()).toMatchObject({ status: { error_code: 10_005 } })
  })

  it("lack the last day for 35 minutes", async () => {
    const last = async (time: string) => {
      await using simulator = await startVendorSimulator({
        clock: virtualClock(utc(time)),
        coingecko: { cached: false },
      })
      const path = `/coins/bitcoin/ohlc/range?vs_currency=usd&from=${utc("2025-03-18") / 1000}&to=${utc(time) / 1000}&interval=daily`
      return (await read<Rows>(ask(simulator, path, keys.pro))).at(-1)?.[0]
    }
    expect(await last("2025-03-20T00:34:59Z")).toBe(utc("2025-03-19"))
    expect(await last("2025-03-20T00:35:00Z")).toBe(utc("2025-03-20"))
  })
})

describe("price points", () => {
  it.each([
    ["the last day", now - day, now, 5 * minute, 10_000],
    ["a day of last week", now - 8 * day, now - 7 * day, hour, 240_000],
    ["90 days", now - 90 * day, now, hour, 240_000],
    ["91 days", now - 91 * day, now, day, 0],
  ])("of %s have the distance that CoinGecko chooses, with jitter", async (_name, from, to, step, jitter) => {
    await using simulator = await start()
    const { prices, market_caps, total_volumes } = await points(simulator, from, to)
    expect([market_caps.length, total_volumes.length]).toEqual([prices.length, prices.length])
    const times = prices.map(([time = 0]) => time)
    for (const time of to === now ? times.slice(0, -1) : times) {
      expect(time % step).toBeLessThanOrEqual(jitter)
      expect(time).toBeGreaterThanOrEqual(Math.floor(from / 1000) * 1000)
      expect(time).toBeLessThanOrEqual(to)
    }
    expect(Math.abs(times.length - (to - from) / step)).toBeLessThan(3)
  })

  it("end with the price of the moment", async () => {
    await using simulator = await start()
    const { prices } = await read<Points>(
      ask(simulator, "/coins/bitcoin/market_chart?vs_currency=usd&days=2"),
    )
    expect(prices.at(-1)?.[0]).toBe(now)
    expect(now - (prices.at(-2)?.[0] ?? 0)).toBeLessThan(hour)
  })

  it("lie inside the minutes of the simulated Binance, as far as five minutes tell", async () => {
    await using simulator = await start()
    const { prices } = await points(simulator, now - 3 * day, now - 2 * day)
    const bars = await klines(simulator, {
      symbol: "BTCUSDT",
      interval: "5m",
      startTime: now - 3 * day - 5 * minute,
      limit: 400,
    })
    for (const [time = 0, price = 0] of prices) {
      const bar = bars.findLast((row) => row[0] <= time)
      expect(price).toBeLessThanOrEqual(Number(bar?.[2]) * 1.000_401)
      expect(price).toBeGreaterThanOrEqual(Number(bar?.[3]) * 1.000_399)
    }
  })

  it("say what 24 hours have seen, not what a bar has", async () => {
    await using simulator = await start()
    const { total_volumes } = await points(simulator, now - 3 * day, now - 2 * day)
    const [time = 0, volume] = total_volumes[3] ?? []
    const end = Math.floor(time / hour) * hour
    const hours = await klines(simulator, {
      symbol: "BTCUSDT",
      interval: "1h",
      startTime: end - day,
      endTime: end - 1,
    })
    expect(hours).toHaveLength(24)
    expect(volume).toBe(hours.reduce((sum, row) => sum + Math.round(Number(row[7])), 0))
  })

  it("come in other currencies: fiats at fixed rates, assets by their pairs", async () => {
    await using simulator = await start()
    const last = async (id: string, currency: string) =>
      (
        await read<Points>(ask(simulator, `/coins/${id}/market_chart?vs_currency=${currency}&days=1`))
      ).prices.at(-1)?.[1] ?? 0
    expect((await last("bitcoin", "eur")) / (await last("bitcoin", "usd"))).toBeCloseTo(0.9, 9)
    expect(await last("ethereum", "btc")).toBeGreaterThan(0.005)
    expect((await ask(simulator, "/coins/bitcoin/market_chart?vs_currency=moon&days=1")).status).toBe(400)
  })
})

describe("coins", () => {
  it("share symbols, the famous ones not first, and have odd ids", async () => {
    await using simulator = await start()
    const coins = await read<ReadonlyArray<{ id: string; symbol: string }>>(ask(simulator, "/coins/list"))
    expect(coins.length).toBeGreaterThan(300)
    expect(coins.map(({ id }) => id)).toEqual(coins.map(({ id }) => id).toSorted())
    const btc = coins.filter(({ symbol }) => symbol === "btc").map(({ id }) => id)
    expect(btc.length).toBeGreaterThan(2)
    expect(btc[0]).not.toBe("bitcoin")
    const bySymbol = Map.groupBy(coins, ({ symbol }) => symbol)
    expect([...bySymbol.values()].filter((those) => those.length > 1).length).toBeGreaterThan(15)
    for (const id of ["1dance token", "burrow-[old]"]) {
      expect(coins.some((coin) => coin.id === id)).toBe(true)
      const untraded = await ask(simulator, `/coins/${encodeURIComponent(id)}/ohlc?vs_currency=usd&days=1`)
      expect(await read<Rows>(Promise.resolve(untraded))).toEqual([])
    }
  })

  it("are those of the pairs of the simulator, recorded ones too", async () => {
    const csv = "timestamp,open,high,low,close,volume\n2025-03-20T08:00:00Z,100,110,90,105,1\n"
    await using simulator = await start({ data: [{ symbol: "TESTUSDT", timeframe: "4h", csv }] })
    const rows = await read<Rows>(ask(simulator, "/coins/test/ohlc?vs_currency=usd&days=7&precision=4"))
    expect(rows).toEqual([[utc("2025-03-20T12:00Z"), 100.04, 110.044, 90.036, 105.042]])
    // Half hours are not known.
    expect(await read<Rows>(ask(simulator, "/coins/test/ohlc?vs_currency=usd&days=1"))).toEqual([])
  })
})

describe("a refusal", () => {
  const old = Math.floor((now - 366 * day) / 1000)
  it.each([
    ["/coins/nosuch/ohlc?vs_currency=usd&days=1", 404, { error: "coin not found" }],
    ["/coins/bitcoin/ohlc?days=1", 422, { error: "Missing parameter vs_currency" }],
    ["/coins/bitcoin/ohlc?vs_currency=usd&days=50", 400, { error: "invalid days parameter" }],
    ["/coins/bitcoin/ohlc?vs_currency=usd&days=max", 400, { error: "invalid days parameter" }],
    [
      "/coins/bitcoin/market_chart?vs_currency=usd&days=366",
      401,
      { error: { status: { error_code: 10_012 } } },
    ],
    [
      `/coins/bitcoin/market_chart/range?vs_currency=usd&from=${old}&to=${old + 9}`,
      401,
      { error: { status: { error_code: 10_012 } } },
    ],
    ["/coins/bitcoin/market_chart/range?vs_currency=usd&from=9", 422, { error: "Missing parameter to" }],
    [
      "/coins/bitcoin/market_chart?vs_currency=usd&days=2&interval=hourly",
      401,
      { status: { error_code: 10_005 } },
    ],
    ["/coins/bitcoin/tickers", 404, { error: expect.stringContaining("Incorrect path") as unknown }],
  ])("of %s", async (path, status, body) => {
    await using simulator = await start()
    const response = await ask(simulator, path, keys.demo)
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject(body)
  })

  it("of keys at the wrong address, missing or unknown", async () => {
    await using simulator = await start({
      coingecko: { keys: { "CG-d": "demo", "CG-p": "analyst", "CG-b": "basic" } },
    })
    const { origin } = new URL(simulator.urls.BARKEEP_COINGECKO_URL)
    const code = async (root: string, headers: Record<string, string>) => {
      const response = await fetch(`${origin}/${root}/api/v3/coins/list`, { headers })
      const body = (await response.json()) as { status?: { error_code: number } }
      return [response.status, body.status?.error_code]
    }
    const good = [200, undefined]
    expect(await code("coingecko-public", {})).toEqual(good)
    expect(await code("coingecko-public", keys.demo)).toEqual(good)
    expect(await code("coingecko-public", keys.pro)).toEqual([400, 10_010])
    expect(await code("coingecko-pro", keys.pro)).toEqual(good)
    expect(await code("coingecko-pro", keys.demo)).toEqual([400, 10_011])
    expect(await code("coingecko-pro", {})).toEqual([401, 10_002])
    expect(await code("coingecko", keys.demo)).toEqual(good)
    expect(await code("coingecko", keys.pro)).toEqual(good)
    expect(await code("coingecko", { "x-cg-pro-api-key": "CG-d" })).toEqual([400, 10_011])
    expect(await code("coingecko", { "x-cg-demo-api-key": "stolen" })).toEqual([401, 10_002])
    const basic = await ask(simulator, `/coins/bitcoin/market_chart?vs_currency=usd&days=731`, {
      "x-cg-pro-api-key": "CG-b",
    })
    expect(await basic.json()).toMatchObject({ error: { status: { error_code: 10_012 } } })
  })
})

describe("limits", () => {
  it("refuse for 119 seconds whoever asks more than the minute allows, each key by itself", async () => {
    const clock = virtualClock(now)
    await using simulator = await startVendorSimulator({ clock, coingecko: { callsPerMinute: 2 } })
    const ping = (headers: Record<string, string> = {}) => ask(simulator, "/ping", headers)
    expect([(await ping()).status, (await ping()).status]).toEqual([200, 200])
    const refused = await ping()
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "119"])
    expect(await refused.json()).toMatchObject({ status: { error_code: 429 } })
    expect((await ping(keys.demo)).status).toBe(200)
    clock.advance(118_000)
    expect((await ping()).headers.get("retry-after")).toBe("1")
    expect(simulator.counters().insidePause).toBe(1)
    clock.advance(1000)
    expect((await ping()).status).toBe(200)
    expect(simulator.maxRequestsInAnyWindow("coingecko", minute)).toBe(4)
  })

  it("count credits by the calendar month, and tell them to paid keys", async () => {
    const clock = virtualClock(utc("2025-03-31T23:58:00Z"))
    await using simulator = await startVendorSimulator({ clock, coingecko: { creditsPerMonth: 2 } })
    const told = await read<Record<string, number>>(ask(simulator, "/key", keys.pro))
    expect(told).toMatchObject({
      plan: "Analyst",
      monthly_call_credit: 2,
      current_total_monthly_calls: 1,
      current_remaining_monthly_calls: 1,
    })
    expect((await ask(simulator, "/ping", keys.pro)).status).toBe(200)
    expect((await ask(simulator, "/ping", keys.pro)).status).toBe(429)
    clock.advance(2 * minute)
    expect((await ask(simulator, "/ping", keys.pro)).status).toBe(200)
  })
})

describe("the cache", () => {
  it("answers with what was true up to 15 minutes ago, and tells its age", async () => {
    const clock = virtualClock(now)
    await using simulator = await startVendorSimulator({ clock })
    const ages = new Set<string>()
    let freshest = 0
    for (let step = 0; step < 10; step += 1) {
      const response = await ask(simulator, "/coins/bitcoin/ohlc?vs_currency=usd&days=1", keys.demo)
      const age = Number(response.headers.get("age"))
      const madeAt = clock.now() - age * 1000
      expect(age).toBeLessThan(900)
      expect(response.headers.get("cf-cache-status")).toBe(age === 0 ? "MISS" : "HIT")
      expect(response.headers.get("etag")).toMatch(/^W\/"/)
      const last = (await read<Rows>(Promise.resolve(response))).at(-1)?.[0] ?? 0
      expect(last).toBe(Math.floor(madeAt / (30 * minute)) * 30 * minute)
      freshest = Math.max(freshest, last)
      ages.add(response.headers.get("etag") ?? "")
      clock.advance(7 * minute)
    }
    expect(freshest).toBeGreaterThan(now)
    expect(ages.size).toBeGreaterThan(3)
  })
})

describe("faults", () => {
  const startWith = (fault: Fault) => start({ faults: [{ match: { vendor: "coingecko" }, nth: 1, fault }] })

  it.each([
    [{ type: "rate-limited", retryAfterSeconds: 7 }, 429, "error_code"],
    [{ type: "throttled" }, 429, "Throttled"],
    [{ type: "cloudflare" }, 429, "error code: 1015"],
    [{ type: "cloudflare", code: 1020 }, 403, "error code: 1020"],
    [{ type: "firewall" }, 403, "1020"],
    [{ type: "geo-blocked" }, 403, "1009"],
    [{ type: "banned" }, 429, "1015"],
    [{ type: "server-error", status: 502 }, 502, "cloudflare"],
    [{ type: "overloaded" }, 503, "503"],
    [{ type: "unknown-symbol" }, 404, '{"error":"coin not found"}'],
  ] satisfies ReadonlyArray<[Fault, number, string]>)("%j", async (fault, status, words) => {
    await using simulator = await startWith(fault)
    const response = await ask(simulator, "/coins/bitcoin/ohlc?vs_currency=usd&days=1")
    expect(response.status).toBe(status)
    expect(await response.text()).toContain(words)
  })

  it("damage candles", async () => {
    const rows = async (fault: Fault | undefined) => {
      await using simulator = await (fault === undefined ? start() : startWith(fault))
      return await ohlc(simulator, 7)
    }
    const right = await rows(undefined)
    const middle = right.length >> 1
    expect(await rows({ type: "empty-page" })).toEqual([])
    expect((await rows({ type: "bad-row" }))[middle]?.slice(1)).toEqual([null, null, null, null])
    expect((await rows({ type: "bad-row", defect: "short" }))[middle]).toHaveLength(4)
    expect((await rows({ type: "bad-row", defect: "off-grid" }))[middle]?.[0]).toBe(
      (right[middle]?.[0] ?? 0) + 14_789,
    )
    expect((await rows({ type: "unordered-page" }))[middle]).toEqual(right[middle - 1])
    expect((await rows({ type: "open-bar", oddity: "ahead" })).at(-1)?.[0]).toBe(
      (right.at(-1)?.[0] ?? 0) + 4 * hour,
    )
    expect((await rows({ type: "coarser-rows" })).length).toBeLessThan(3)
  })

  it("can be about one coin", async () => {
    await using simulator = await start({
      faults: [{ match: { parameters: { id: "ethereum" } }, fault: { type: "unknown-symbol" } }],
    })
    const status = async (id: string) =>
      (await ask(simulator, `/coins/${id}/ohlc?vs_currency=usd&days=1`)).status
    expect([await status("bitcoin"), await status("ethereum")]).toEqual([200, 404])
  })
})
