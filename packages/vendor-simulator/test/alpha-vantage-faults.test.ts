import { afterAll, beforeAll, beforeEach, expect, it } from "vitest"
import { type Fault, startVendorSimulator, type VendorSimulator, virtualClock } from "../src/index.ts"
import { utc } from "./ask.ts"
import { askJson, askRows, askVendor, rawMonth, rowsOf } from "./ask-alpha-vantage.ts"

// A Friday, 13:37:21 in New York.
const clock = virtualClock(utc("2024-07-19T17:37:21Z"))
let simulator: VendorSimulator
beforeAll(async () => {
  simulator = await startVendorSimulator({ clock })
})
afterAll(() => simulator.close())
beforeEach(() => {
  clock.advance(60_000)
  simulator.setFaults([])
})

const month = rawMonth("IBM", "2024-05")
const inject = (fault: Fault): void =>
  simulator.setFaults([
    { match: { vendor: "alpha-vantage", endpoint: "TIME_SERIES_INTRADAY" }, times: 1, fault },
  ])
const lastFault = (): string | undefined => simulator.log.at(-1)?.fault

it.each<readonly [Fault, unknown]>([
  [{ type: "empty-object" }, {}],
  [{ type: "old-note" }, { Note: expect.stringMatching(/5 calls per minute and 500 calls per day/) }],
  [{ type: "key-echo" }, { Information: expect.stringMatching(/API key as premium1 and/) }],
  [{ type: "rate-limited" }, { Information: expect.stringMatching(/1 request per second/) }],
  [{ type: "unknown-symbol" }, { "Error Message": expect.stringMatching(/Invalid API call/) }],
])("%j comes with status 200 instead of the answer, once", async (fault, expected) => {
  inject(fault)
  const response = await askVendor(simulator, { ...month, datatype: "csv" })
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual(expected)
  expect(lastFault()).toBe(fault.type)
  expect(await askJson(simulator, month)).toHaveProperty("Meta Data")
})

it.each<readonly [Fault, number]>([
  [{ type: "right-back" }, 200],
  [{ type: "firewall" }, 403],
  [{ type: "server-error", status: 502 }, 502],
  [{ type: "overloaded" }, 503],
])("%j is a web page", async (fault, status) => {
  inject(fault)
  const response = await askVendor(simulator, month)
  expect([response.status, response.headers.get("content-type")]).toEqual([status, "text/html"])
  expect(await response.text()).toMatch(/^<!DOCTYPE html>/)
})

it("placeholder rows are all the same", async () => {
  inject({ type: "placeholder-rows" })
  const rows = await askRows(simulator, month)
  expect(rows.length).toBeGreaterThan(1000)
  expect(new Set(rows.map(({ cells }) => JSON.stringify(cells))).size).toBe(1)
})

it("end labels move intraday times to the ends of their bars and nothing else", async () => {
  const rows = await askRows(simulator, month)
  inject({ type: "end-labels" })
  const shifted = await askRows(simulator, month)
  expect([shifted.at(-1)?.time, shifted[0]?.time]).toEqual(["2024-05-01 09:35:00", "2024-05-31 16:00:00"])
  expect(shifted.map(({ cells }) => cells)).toEqual(rows.map(({ cells }) => cells))
})

it("CSV is cut inside a row or with its line end, under a length that fits", async () => {
  const csv = { ...month, datatype: "csv" }
  const whole = await (await askVendor(simulator, csv)).text()
  inject({ type: "truncated-csv" })
  const inRow = await (await askVendor(simulator, csv)).text()
  inject({ type: "truncated-csv", cut: "line" })
  const atLine = await (await askVendor(simulator, csv)).text()
  for (const cut of [inRow, atLine]) {
    expect(whole.startsWith(cut)).toBe(true)
    expect(cut.length).toBeLessThan(whole.length)
  }
  expect(inRow.endsWith("\r\n")).toBe(false)
  expect(atLine.endsWith("\r\n")).toBe(true)
})

it("a page can be empty, unordered, or the one before", async () => {
  const april = await askRows(simulator, rawMonth("IBM", "2024-04"))
  inject({ type: "duplicated-page" })
  expect(await askRows(simulator, month)).toEqual(april)
  inject({ type: "empty-page" })
  expect(await askRows(simulator, month)).toEqual([])
  inject({ type: "unordered-page" })
  const times = (await askRows(simulator, month)).map(({ time }) => time)
  expect(times).not.toEqual(times.toSorted().toReversed())
})

it.each(["null", "short", "text", "off-grid", "inconsistent"] as const)(
  "one row in the middle is damaged: %s",
  async (defect) => {
    const rows = await askRows(simulator, month)
    inject({ type: "bad-row", defect })
    const damaged = await askRows(simulator, month)
    const changed = damaged.filter((row, index) => JSON.stringify(row) !== JSON.stringify(rows[index]))
    expect(changed).toHaveLength(1)
  },
)

it("the running row is missing, followed by a future one, or repeated in CSV", async () => {
  const current = rawMonth("IBM", "2024-07")
  const rows = await askRows(simulator, current)
  inject({ type: "open-bar", oddity: "absent" })
  expect(await askRows(simulator, current)).toEqual(rows.slice(1))
  inject({ type: "open-bar", oddity: "ahead" })
  const ahead = await askRows(simulator, current)
  expect(ahead.slice(1)).toEqual(rows)
  expect((ahead[0]?.time ?? "") > (rows[0]?.time ?? "")).toBe(true)
  inject({ type: "open-bar", oddity: "unsettled" })
  expect((await askRows(simulator, current))[1]?.volume).toBe(Math.floor((rows[1]?.volume ?? 0) / 2))
  inject({ type: "open-bar", oddity: "repeated" })
  const lines = (await (await askVendor(simulator, { ...current, datatype: "csv" })).text()).split("\r\n")
  expect(lines[1]).toBe(lines[2])
})

it("delivery faults and broken forms work as for other vendors", async () => {
  inject({ type: "reset" })
  await expect(askVendor(simulator, month)).rejects.toThrow(TypeError)
  inject({ type: "half-body" })
  await expect(askJson(simulator, month)).rejects.toThrow(TypeError)
  inject({ type: "truncated-json" })
  await expect(askJson(simulator, month)).rejects.toThrow(SyntaxError)
  inject({ type: "wrong-content-type" })
  const response = await askVendor(simulator, month)
  expect(response.headers.get("content-type")).toBe("text/html")
  expect(rowsOf((await response.json()) as Parameters<typeof rowsOf>[0]).length).toBeGreaterThan(1000)
})

it("a series in days has no labels to move, and stays right", async () => {
  const daily = { function: "TIME_SERIES_DAILY", symbol: "IBM", apikey: "premium1" }
  const rows = await askRows(simulator, daily)
  simulator.setFaults([{ fault: { type: "end-labels" } }])
  expect(await askRows(simulator, daily)).toEqual(rows)
  expect(lastFault()).toBeUndefined()
})
