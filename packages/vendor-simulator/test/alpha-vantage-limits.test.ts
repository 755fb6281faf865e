import { afterEach, expect, it } from "vitest"
import { readCommandLine } from "../src/command-line.ts"
import { startVendorSimulator, type VendorSimulator, virtualClock } from "../src/index.ts"
import { utc } from "./ask.ts"
import { askJson, askVendor, type Json, type Query, rawMonth } from "./ask-alpha-vantage.ts"

// 22:00 in New York.
const evening = utc("2024-06-04T02:00:00Z")
const second = 1000
const minute = 60 * second
const hour = 60 * minute

let simulator: VendorSimulator | undefined
afterEach(() => simulator?.close())

const start = async (options: Parameters<typeof startVendorSimulator>[0] = {}) => {
  const clock = virtualClock(evening)
  simulator = await startVendorSimulator({ clock, ...options })
  return { clock, simulator }
}

const cheap = { function: "SPLITS", symbol: "IBM" }
const isServed = (body: Json): boolean => "data" in body

it("a free key has 25 calls on a date of New York, and the refusal repeats the key", async () => {
  const { clock, simulator: vendor } = await start()
  const ask = async () => {
    clock.advance(second)
    return askJson(vendor, { ...cheap, apikey: "FREE123" })
  }
  for (let call = 0; call < 25; call += 1) expect(isServed(await ask())).toBe(true)
  expect(await ask()).toEqual({
    Information:
      "We have detected your API key as FREE123 and our standard API rate limit is 25 requests per day. Please subscribe to any of the premium plans at https://www.alphavantage.co/premium/ to instantly remove all daily rate limits.",
  })
  expect(isServed(await askJson(vendor, { ...cheap, apikey: "OTHER" }))).toBe(true)
  clock.set(utc("2024-06-04T03:59:58Z"))
  expect(isServed(await ask())).toBe(false)
  expect(isServed(await ask())).toBe(true)

  const calls = vendor.alphaVantageCalls()["FREE123"]
  expect(calls).toMatchObject({
    sent: { total: 28, byDate: { "2024-06-03": 27, "2024-06-04": 1 }, mostInAnyDay: 28, mostInAnySecond: 1 },
    served: { total: 26, byDate: { "2024-06-03": 25, "2024-06-04": 1 }, mostInAnyDay: 26 },
    refused: { day: 2 },
  })
  const page = await fetch(`${vendor.urls.BARKEEP_ALPHA_VANTAGE_URL}/_simulator/alpha-vantage-calls`)
  expect(await page.json()).toEqual(vendor.alphaVantageCalls())
  expect(vendor.log.filter(({ refusedBy }) => refusedBy === "day")).toHaveLength(2)
  expect(
    vendor.log.every(({ vendor: name, endpoint }) => name === "alpha-vantage" && endpoint === "SPLITS"),
  ).toBe(true)
  expect(vendor.log.every(({ status }) => status === 200)).toBe(true)
})

it("a free key has one call a second; a call that is refused for it counts too", async () => {
  const { clock, simulator: vendor } = await start({ alphaVantage: { callsPerDay: 3 } })
  const ask = () => askJson(vendor, { ...cheap, apikey: "FREE123" })
  expect(isServed(await ask())).toBe(true)
  clock.advance(999)
  expect((await ask())["Information"]).toMatch(/1 request per second/)
  clock.advance(999)
  expect((await ask())["Information"]).toMatch(/1 request per second/)
  clock.advance(1000)
  expect((await ask())["Information"]).toMatch(/3 requests per day/)
  expect(vendor.alphaVantageCalls()["FREE123"]?.refused).toEqual({ second: 2, day: 1 })
})

it("a premium key has 75 calls in any minute and as many a day as it likes", async () => {
  const { clock, simulator: vendor } = await start()
  const ask = () => askJson(vendor, { ...cheap, apikey: "premium1" })
  for (let call = 0; call < 75; call += 1) expect(isServed(await ask())).toBe(true)
  clock.advance(minute - 1)
  expect((await ask())["Information"]).toMatch(/75 requests per minute/)
  clock.advance(minute)
  expect(isServed(await ask())).toBe(true)
  clock.advance(hour)
  expect(isServed(await ask())).toBe(true)
  expect(vendor.alphaVantageCalls()["premium1"]).toMatchObject({ served: { total: 77, mostInAnyMinute: 75 } })
})

const text = (member: string, pattern: RegExp): Json => ({ [member]: expect.stringMatching(pattern) })
const { apikey: _, ...intraday } = rawMonth("IBM", "2024-05")
const free = { apikey: "FREE123" }
const premium = { apikey: "premium1" }
const daily = { function: "TIME_SERIES_DAILY", symbol: "IBM" }

it.each<readonly [string, Query, Json]>([
  ["no key", cheap, text("Error Message", /apikey is invalid or missing/)],
  ["intraday, free", { ...intraday, ...free }, text("Information", /This is a premium endpoint/)],
  [
    "days in full, free",
    { ...daily, outputsize: "full", ...free },
    text("Information", /outputsize=full.*TIME_SERIES_DAILY/),
  ],
  [
    "adjusted days, free",
    { ...daily, function: "TIME_SERIES_DAILY_ADJUSTED", ...free },
    text("Information", /premium endpoint/),
  ],
  [
    "an unknown symbol",
    { ...daily, symbol: "NOSUCH", ...free },
    text("Error Message", /Invalid API call.*for TIME_SERIES_DAILY\./),
  ],
  ["no symbol", { function: "TIME_SERIES_DAILY", ...free }, text("Error Message", /Invalid API call/)],
  [
    "an unknown interval",
    { ...intraday, interval: "4h", ...premium },
    text("Error Message", /Invalid API call/),
  ],
  [
    "a wrong outputsize",
    { ...daily, outputsize: "all", ...premium },
    text("Error Message", /Invalid API call/),
  ],
  [
    "a month that is none",
    { ...intraday, month: "2024-13", ...premium },
    text("Error Message", /Invalid API call/),
  ],
  [
    "a month before 2000",
    { ...intraday, month: "1999-12", ...premium },
    text("Error Message", /Invalid API call/),
  ],
  [
    "a month before the listing",
    { ...intraday, symbol: "TSLA", month: "2010-05", ...premium },
    text("Error Message", /Invalid API call/),
  ],
  [
    "a month of the future",
    { ...intraday, month: "2024-07", ...premium },
    text("Error Message", /Invalid API call/),
  ],
  ["splits of an unknown symbol", { ...cheap, symbol: "NOSUCH", ...free }, {}],
  [
    "an unknown function",
    { function: "NOPE", ...free },
    text("Error Message", /^This API function \(NOPE\) does not exist\.$/),
  ],
  [
    "a retired function",
    { function: "TIME_SERIES_INTRADAY_EXTENDED", ...free },
    text("Error Message", /does not exist/),
  ],
  [
    "the demo key elsewhere",
    { ...daily, symbol: "AAPL", apikey: "demo" },
    text("Information", /\*\*demo\*\* API key/),
  ],
])("answers %s with status 200 and JSON, also where CSV was asked for", async (_name, query, expected) => {
  const { clock, simulator: vendor } = await start()
  for (const datatype of ["json", "csv"]) {
    const response = await askVendor(vendor, { ...query, datatype })
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/json"])
    expect(await response.json()).toEqual(expected)
    clock.advance(minute)
  }
})

it("the demo key asks the documentation's examples as often as it likes", async () => {
  const { simulator: vendor } = await start()
  for (let call = 0; call < 30; call += 1)
    expect(isServed(await askJson(vendor, { ...cheap, apikey: "demo" }))).toBe(true)
})

it("keys that are listed are the only ones, and have their plans", async () => {
  const { simulator: vendor } = await start({ alphaVantage: { keys: { paid: "premium", poor: "free" } } })
  expect(await askJson(vendor, { ...intraday, apikey: "paid" })).toHaveProperty("Meta Data")
  expect(await askJson(vendor, { ...intraday, apikey: "poor" })).toHaveProperty("Information")
  expect(await askJson(vendor, { ...intraday, apikey: "premium1" })).toHaveProperty("Error Message")
  expect(await askJson(vendor, { ...daily, apikey: "demo" })).toHaveProperty("Meta Data")
})

it("keys come from the command line too", async () => {
  const keys = ["--alpha-vantage-key", "paid:premium", "--alpha-vantage-key", "poor:free"]
  expect(await readCommandLine(keys)).toMatchObject({
    options: { alphaVantage: { keys: { paid: "premium", poor: "free" } } },
  })
  await expect(readCommandLine(["--alpha-vantage-key", "paid"])).rejects.toMatchObject({
    _tag: "InvalidInput",
  })
})

it("says which functions are not simulated instead of pretending", async () => {
  const { simulator: vendor } = await start()
  const response = await askVendor(vendor, { function: "CRYPTO_INTRADAY", symbol: "BTC", apikey: "premium1" })
  expect(response.status).toBe(501)
})

it.each([
  [{ keys: { a: "gold" as "free" } }, "alphaVantage.keys.a"],
  [{ callsPerDay: 0 }, "alphaVantage.callsPerDay"],
])("refuses plans that are none: %j", async (alphaVantage, field) => {
  await expect(startVendorSimulator({ alphaVantage })).rejects.toMatchObject({ _tag: "InvalidInput", field })
})
