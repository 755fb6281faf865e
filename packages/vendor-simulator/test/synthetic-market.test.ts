import { createHash } from "node:crypto"
import * as fc from "fast-check"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { defaultListings, startVendorSimulator, type VendorSimulator, virtualClock } from "../src/index.ts"
import { allKlines, type Kline, klines, units, utc } from "./ask.ts"

const day = 86_400_000
const now = utc("2024-06-05T12:34:30Z")
const limits = { weightPerMinute: 1_000_000_000 }

let simulator: VendorSimulator
beforeAll(async () => {
  simulator = await startVendorSimulator({ seed: 7, clock: virtualClock(now), limits })
})
afterAll(() => simulator.close())

/** The bars that minutes make up, by bin; numbers times 10^8. */
const aggregate = (minutes: ReadonlyArray<Kline>, binOf: (time: number) => number) => {
  const bars = new Map<number, Array<bigint>>()
  for (const row of minutes) {
    const [open, high, low, close, volume] = row.slice(1, 6).map((text) => units(String(text))) as [
      bigint,
      bigint,
      bigint,
      bigint,
      bigint,
    ]
    const [quote, takerVolume, takerQuote] = [row[7], row[9], row[10]].map(units) as [bigint, bigint, bigint]
    const bar = bars.get(binOf(row[0]))
    if (bar === undefined)
      bars.set(binOf(row[0]), [
        open,
        high,
        low,
        close,
        volume,
        quote,
        BigInt(row[8]),
        takerVolume,
        takerQuote,
      ])
    else
      bars.set(binOf(row[0]), [
        bar[0] as bigint,
        high > (bar[1] as bigint) ? high : (bar[1] as bigint),
        low < (bar[2] as bigint) ? low : (bar[2] as bigint),
        close,
        (bar[4] as bigint) + volume,
        (bar[5] as bigint) + quote,
        (bar[6] as bigint) + BigInt(row[8]),
        (bar[7] as bigint) + takerVolume,
        (bar[8] as bigint) + takerQuote,
      ])
  }
  return [...bars].map(([openTime, bar]) => [openTime, ...bar])
}

const numbers = (rows: ReadonlyArray<Kline>) =>
  rows.map((row) => [
    row[0],
    ...row.slice(1, 6).map((text) => units(String(text))),
    units(row[7]),
    BigInt(row[8]),
    units(row[9]),
    units(row[10]),
  ])

const fixed = (millis: number) => (time: number) => time - (time % millis)
const week = (time: number) => time - ((time + 3 * day) % (7 * day))
const month = (time: number) => Date.UTC(new Date(time).getUTCFullYear(), new Date(time).getUTCMonth())

describe("the invented market", () => {
  it.each([
    ["3m", fixed(180_000)],
    ["5m", fixed(300_000)],
    ["15m", fixed(900_000)],
    ["30m", fixed(1_800_000)],
    ["1h", fixed(3_600_000)],
    ["2h", fixed(7_200_000)],
    ["4h", fixed(14_400_000)],
    ["6h", fixed(21_600_000)],
    ["8h", fixed(28_800_000)],
    ["12h", fixed(43_200_000)],
    ["1d", fixed(day)],
    ["1w", week],
    ["1M", month],
  ])(
    "has %s bars that are exactly the aggregate of their minutes, the open one too",
    async (interval, binOf) => {
      const from =
        interval === "1M" ? utc("2024-05-01") : interval === "1w" ? utc("2024-05-20") : utc("2024-06-02")
      const minutes = await allKlines(simulator, { symbol: "BTCUSDT", interval: "1m" }, from, now + 1)
      const bars = await allKlines(simulator, { symbol: "BTCUSDT", interval }, from, now + 1)
      expect(numbers(bars)).toEqual(aggregate(minutes, binOf))
    },
  )

  it("is the same for the same seed and another for another, whatever was asked before", async () => {
    const question = { symbol: "ETHUSDT", interval: "15m", startTime: utc("2023-03-03T03:00:00Z"), limit: 50 }
    const asked = await klines(simulator, question)
    await using twin = await startVendorSimulator({ seed: 7, clock: virtualClock(now + 400 * day) })
    await klines(twin, { symbol: "ETHUSDT", interval: "1w" })
    expect(await klines(twin, question)).toEqual(asked)
    await using other = await startVendorSimulator({ seed: 8, clock: virtualClock(now) })
    expect(await klines(other, question)).not.toEqual(asked)
    expect(await klines(simulator, { ...question, symbol: "LTCUSDT" })).not.toEqual(asked)
  })

  it("never changes from one version or engine to the next", async () => {
    const hash = createHash("sha256")
    const series = ["BTCUSDT 1m", "BTCUSDT 1h", "BTCUSDT 1M", "ETHBTC 1m", "SHIBUSDT 1m", "SHIBUSDT 1d"]
    for (const [symbol = "", interval = ""] of series.map((name) => name.split(" ")))
      hash.update(
        JSON.stringify(
          await klines(simulator, { symbol, interval, endTime: utc("2023-01-01"), limit: 1000 }),
        ),
      )
    expect(hash.digest("hex").slice(0, 16)).toBe("dd71d9c196ff116d")
  })

  it.each(defaultListings.map((listing) => [listing.symbol, listing] as const))(
    "lists %s from its first minute on, on its price and quantity grid, every minute consistent",
    async (symbol, listing) => {
      const rows = await klines(simulator, { symbol, interval: "1m", startTime: 0, limit: 1000 })
      expect(rows.map((row) => row[0])).toEqual(rows.map((_, index) => listing.listedAt + index * 60_000))
      const tick = 10n ** BigInt(8 - listing.priceDecimals)
      const lot = 10n ** BigInt(8 - listing.volumeDecimals)
      let before: bigint | undefined
      for (const row of rows) {
        const [open, high, low, close, volume] = row.slice(1, 6).map((text) => units(String(text))) as [
          bigint,
          bigint,
          bigint,
          bigint,
          bigint,
        ]
        expect([open % tick, high % tick, low % tick, close % tick, volume % lot]).toEqual([
          0n,
          0n,
          0n,
          0n,
          0n,
        ])
        expect(low > 0n && low <= open && low <= close && high >= open && high >= close).toBe(true)
        if (before !== undefined) expect(open - before <= tick && before - open <= tick).toBe(true)
        before = close
      }
    },
  )

  it("repeats the price in a minute without a trade, as a thin pair has them", async () => {
    const thin = {
      ...(defaultListings[0] as (typeof defaultListings)[number]),
      dailyVolume: 0.5,
      volumeDecimals: 4,
    }
    await using quiet = await startVendorSimulator({ clock: virtualClock(now), listings: [thin] })
    const rows = await klines(quiet, {
      symbol: "BTCUSDT",
      interval: "1m",
      startTime: utc("2024-01-01"),
      limit: 1000,
    })
    const silent = rows.filter((row) => Number(row[5]) === 0)
    expect(rows).toHaveLength(1000)
    expect(silent.length).toBeGreaterThan(10)
    for (const row of silent) {
      expect(new Set(row.slice(1, 5)).size).toBe(1)
      expect([Number(row[7]), row[8]]).toEqual([0, 0])
    }
    expect(await klines(quiet, { symbol: "ETHUSDT", interval: "1m" }).catch(String)).toContain("-1121")
  })

  it("may have a symbol of another script", async () => {
    const listing = { ...(defaultListings[0] as (typeof defaultListings)[number]), symbol: "币安人生USDT" }
    await using foreign = await startVendorSimulator({ clock: virtualClock(now), listings: [listing] })
    expect(await klines(foreign, { symbol: "币安人生USDT", interval: "1h", limit: 2 })).toHaveLength(2)
  })

  it("goes on smoothly over midnight", async () => {
    const [last, first] = await klines(simulator, {
      symbol: "BTCUSDT",
      interval: "1m",
      startTime: utc("2022-02-02T23:59:00Z"),
      limit: 2,
    })
    expect(Math.abs(Number(last?.[4]) - Number(first?.[1]))).toBeLessThanOrEqual(0.011)
  })

  it("has no bar after a delisting", async () => {
    const rows = await klines(simulator, { symbol: "BTCBUSD", interval: "1h", limit: 2 })
    expect(rows.map((row) => row[0])).toEqual([utc("2023-12-15T06:00:00Z"), utc("2023-12-15T07:00:00Z")])
  })

  it("gives the same bars whatever pages they are asked in", async () => {
    const start = utc("2024-05-28")
    const all = await allKlines(simulator, { symbol: "ADAUSDT", interval: "5m" }, start, now + 1)
    await fc.assert(
      fc.asyncProperty(
        fc.nat(all.length - 1),
        fc.integer({ min: 1, max: 1000 }),
        fc.boolean(),
        async (row, limit, fromStart) => {
          const edge = (all[row] as Kline)[0]
          const question = { symbol: "ADAUSDT", interval: "5m", limit }
          if (fromStart)
            expect(await klines(simulator, { ...question, startTime: edge })).toEqual(
              all.slice(row, row + limit),
            )
          else {
            const page = await klines(simulator, { ...question, endTime: edge })
            expect(page).toHaveLength(limit)
            expect(page.slice(-row - 1)).toEqual(all.slice(Math.max(0, row + 1 - limit), row + 1))
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe("a halt", () => {
  it("takes out its minutes, leaves shortened coarse bars and drops those wholly inside", async () => {
    const range = { from: utc("2024-06-04T01:30:00Z"), to: utc("2024-06-04T04:00:00Z") }
    await using halted = await startVendorSimulator({
      seed: 7,
      clock: virtualClock(now),
      halts: [{ symbol: "BTCUSDT", range }],
      limits,
    })
    const from = utc("2024-06-04")
    const minutes = (simulated: VendorSimulator) =>
      allKlines(simulated, { symbol: "BTCUSDT", interval: "1m" }, from, from + day)
    const whole = await minutes(simulator)
    const rest = await minutes(halted)
    expect(rest).toEqual(whole.filter((row) => row[0] < range.from || row[0] >= range.to))
    const hours = await klines(halted, { symbol: "BTCUSDT", interval: "1h", startTime: from, limit: 4 })
    expect(hours.map((row) => (row[0] - from) / 3_600_000)).toEqual([0, 1, 4, 5])
    expect(numbers(hours)).toEqual(aggregate(rest, fixed(3_600_000)).slice(0, 4))
    expect(await klines(halted, { symbol: "ETHUSDT", interval: "1h", startTime: from, limit: 4 })).toEqual(
      await klines(simulator, { symbol: "ETHUSDT", interval: "1h", startTime: from, limit: 4 }),
    )
  })

  it("of all symbols reaches back to the last bar before it when the newest are asked for", async () => {
    await using halted = await startVendorSimulator({
      clock: virtualClock(now),
      halts: [{ symbol: "*", range: { from: utc("2023-06-01"), to: utc("2025-01-01") } }],
    })
    const rows = await klines(halted, { symbol: "BTCUSDT", interval: "1h", limit: 2 })
    expect(rows.map((row) => row[0])).toEqual([utc("2023-05-31T22:00:00Z"), utc("2023-05-31T23:00:00Z")])
  })
})

describe("an option that is not usable", () => {
  const listing = defaultListings[0] as (typeof defaultListings)[number]
  it.each([
    [
      "a halt off the minute",
      { halts: [{ symbol: "BTCUSDT", range: { from: 1, to: 60_000 } }] },
      "halts: BTCUSDT",
    ],
    [
      "an empty halt",
      { halts: [{ symbol: "BTCUSDT", range: { from: 60_000, to: 60_000 } }] },
      "halts: BTCUSDT",
    ],
    ["a halt of nothing", { halts: [{ symbol: "NOPE", range: { from: 0, to: 60_000 } }] }, "halts"],
    ["a broken seed", { seed: 1.5 }, "seed"],
    ["a broken port", { port: 70_000 }, "port"],
    ["two clocks", { now: 0, clock: virtualClock(0) }, "now"],
    ["a symbol in small letters", { listings: [{ ...listing, symbol: "btc" }] }, "listings: btc.symbol"],
    [
      "too many decimals",
      { listings: [{ ...listing, priceDecimals: 9 }] },
      "listings: BTCUSDT.priceDecimals",
    ],
    ["too few ticks", { listings: [{ ...listing, price: 0.1 }] }, "listings: BTCUSDT.price"],
    ["inexact volumes", { listings: [{ ...listing, dailyVolume: 1e13 }] }, "listings: BTCUSDT.dailyVolume"],
    ["a limit of no known kind", { limits: { window: "daily" as never } }, "limits.window"],
    [
      "a recording of no timeframe",
      { data: [{ symbol: "X", timeframe: "7h" as never, csv: "" }] },
      "data: X",
    ],
    ["no weight at all", { limits: { weightPerMinute: 0 } }, "limits.weightPerMinute"],
  ])("is refused before anything is opened: %s", async (_name, options, field) => {
    await expect(startVendorSimulator(options)).rejects.toMatchObject({ _tag: "InvalidInput", field })
  })

  it("is a port that is taken", async () => {
    const port = Number(new URL(simulator.urls.BARKEEP_BINANCE_URL).port)
    await expect(startVendorSimulator({ port })).rejects.toMatchObject({ _tag: "ListenFailed", port })
  })
})
