import { describe, expect, it } from "vitest"
import type { Fault, VendorSimulator } from "../src/index.ts"
import { utc } from "./ask.ts"
import { askChart, askYahoo, now, readChart, rows, rowsOf, startAt } from "./ask-yahoo.ts"

/** A simulator whose first chart has the fault. */
const startWith = (fault: Fault, nth = 1): Promise<VendorSimulator> =>
  startAt(now, { faults: [{ match: { vendor: "yahoo-finance", endpoint: "chart" }, nth, fault }] })

const week = (simulator: VendorSimulator) => askChart(simulator, "AAPL", "1d", "2025-03-03", "2025-03-08")

describe("a fault instead of an answer", () => {
  it.each([
    [{ type: "rate-limited" }, 429, "text/html", "Edge: Too Many Requests"],
    [{ type: "banned" }, 429, "text/html", "Edge: Too Many Requests"],
    [{ type: "firewall" }, 403, "text/html", "Forbidden"],
    [{ type: "server-error" }, 500, "application/json", "Internal Server Error"],
    [{ type: "server-error", status: 502 }, 502, "text/html", "502"],
    [{ type: "overloaded" }, 503, "text/html", "503"],
    [{ type: "unknown-symbol" }, 404, "application/json", "No data found, symbol may be delisted"],
    [
      { type: "invalid-crumb" },
      401,
      "application/json",
      '{"finance":{"result":null,"error":{"code":"Unauthorized"',
    ],
    [{ type: "null-chart" }, 200, "application/json;charset=utf-8", '{"chart":null}'],
    [{ type: "right-back" }, 200, "text/html", "Will be right back"],
  ] satisfies ReadonlyArray<[Fault, number, string, string]>)("%j", async (fault, status, type, words) => {
    await using simulator = await startWith(fault)
    const response = await week(simulator)
    expect(response.status).toBe(status)
    expect(response.headers.get("content-type")).toBe(type)
    expect(await response.text()).toContain(words)
    expect(simulator.counters().byFault).toEqual({ [fault.type]: 1 })
    if (fault.type !== "banned" && fault.type !== "rate-limited")
      expect((await week(simulator)).status).toBe(200)
  })

  it("says when to come back only where it is told to", async () => {
    await using silent = await startWith({ type: "rate-limited" })
    expect((await week(silent)).headers.get("retry-after")).toBeNull()
    await using talking = await startWith({
      type: "rate-limited",
      retryAfterSeconds: 30,
      retryAfterAs: "seconds",
    })
    expect((await week(talking)).headers.get("retry-after")).toBe("30")
  })

  it("leads to the consent page in three steps, none of which leaves the machine", async () => {
    await using simulator = await startWith({ type: "consent" })
    const statuses: Array<number> = []
    let response = await week(simulator)
    for (let step = 0; step < 5 && response.status >= 300; step += 1) {
      const location = response.headers.get("location") ?? ""
      expect(location).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/.*https:\/\/(guce|consent)\.yahoo\.com\//)
      statuses.push(response.status)
      response = await fetch(location, { redirect: "manual" })
    }
    expect(statuses).toEqual([307, 302])
    expect(await response.text()).toContain("https://consent.yahoo.com/v2/collectConsent")
  })

  it("makes the crumb a text that is none", async () => {
    await using simulator = await startAt(now, {
      faults: [{ match: { endpoint: "getcrumb" }, fault: { type: "invalid-crumb" } }],
    })
    const response = await askYahoo(simulator, "/v1/test/getcrumb")
    expect([response.status, await response.text()]).toEqual([200, "Too Many Requests"])
  })

  it("can be about one symbol", async () => {
    await using simulator = await startAt(now, {
      faults: [{ match: { parameters: { symbol: "MSFT" } }, fault: { type: "unknown-symbol" } }],
    })
    const ask = async (symbol: string) =>
      (await askChart(simulator, symbol, "1d", "2025-03-03", "2025-03-08")).status
    expect([await ask("AAPL"), await ask("MSFT"), await ask("MSFT")]).toEqual([200, 404, 404])
  })
})

describe("a fault in a chart", () => {
  const honest = async () => {
    await using simulator = await startAt()
    return await rows(simulator, "AAPL", "1d", "2025-03-03", "2025-03-08")
  }
  const faulty = async (fault: Fault) => {
    await using simulator = await startWith(fault)
    const body = await readChart(await week(simulator))
    expect(simulator.counters().byFault).toEqual({ [fault.type]: 1 })
    return body
  }

  it("takes values away", async () => {
    const right = await honest()
    expect(rowsOf(await faulty({ type: "empty-page" }))).toEqual([])
    const none = [null, null, null, null, null]
    expect(rowsOf(await faulty({ type: "bad-row" }))).toEqual(right.with(2, [right[2]?.[0] ?? 0, ...none]))
    expect(rowsOf(await faulty({ type: "null-rows", every: 2 })).map((row) => row[4] === null)).toEqual([
      false,
      true,
      false,
      true,
      false,
    ])
    const ragged = await faulty({ type: "bad-row", defect: "short" })
    expect([ragged.timestamp?.length, ragged.indicators.quote[0]?.close?.length]).toEqual([5, 4])
  })

  it("makes values wrong", async () => {
    const right = await honest()
    const hundred = rowsOf(await faulty({ type: "hundredfold-row" }))
    expect(hundred[2]?.[4]).toBeCloseTo((right[2]?.[4] ?? 0) * 100, 1)
    expect(hundred[2]?.[5]).toBe(right[2]?.[5])
    const [, , high = 0, , close = 0] =
      rowsOf(await faulty({ type: "bad-row", defect: "inconsistent" }))[2] ?? []
    expect(close).toBeGreaterThan(high ?? 0)
    expect(rowsOf(await faulty({ type: "bad-row", defect: "off-grid" }))[2]?.[0]).toBe(
      (right[2]?.[0] ?? 0) + 17_000,
    )
    expect(rowsOf(await faulty({ type: "unordered-page" })).map(([time]) => time)).not.toEqual(
      right.map(([time]) => time),
    )
  })

  it("answers in coarser rows than asked for, and says so", async () => {
    expect((await faulty({ type: "coarser-rows" })).meta["dataGranularity"]).toBe("3mo")
    await using simulator = await startWith({ type: "coarser-rows" })
    const half = await readChart(await askChart(simulator, "AAPL", "30m", "2025-03-11", "2025-03-12"))
    expect([half.meta["dataGranularity"], half.timestamp?.length]).toEqual(["1h", 7])
  })

  it("repeats the chart before", async () => {
    await using simulator = await startWith({ type: "duplicated-page" }, 2)
    const before = await rows(simulator, "AAPL", "1d", "2025-02-03", "2025-02-08")
    expect(rowsOf(await readChart(await week(simulator)))).toEqual(before)
  })

  it("puts the live row beyond the end, twice, or nowhere; the last day shows early numbers", async () => {
    const ask = async (oddity: "absent" | "repeated" | "ahead" | "unsettled" | undefined) => {
      await using simulator =
        oddity === undefined ? await startAt() : await startWith({ type: "open-bar", oddity })
      return await rows(simulator, "AAPL", "1d", "2025-03-18", "2025-03-21")
    }
    const right = await ask(undefined)
    const live = utc("2025-03-20T18:07:23Z")
    expect(right.at(-1)?.[0]).toBe(live)
    expect((await ask("absent")).map(([time]) => time)).toEqual(right.slice(0, -1).map(([time]) => time))
    expect((await ask("repeated")).at(-2)).toEqual(right.at(-1))
    expect((await ask("ahead")).at(-1)?.[0]).toBe(live + 86_400_000)
    const early = await ask("unsettled")
    expect(early.map(([time]) => time)).toEqual(right.map(([time]) => time))
    expect(early[1]?.[5]).toBeLessThan(right[1]?.[5] ?? 0)
    expect(early.with(1, right[1] ?? [0])).toEqual(right)
  })

  it("leaves the answer right where there is no room for it", async () => {
    await using simulator = await startWith({ type: "hundredfold-row" })
    const weekend = await readChart(await askChart(simulator, "AAPL", "1d", "2025-03-08", "2025-03-10"))
    expect(weekend.timestamp).toBeUndefined()
    expect(simulator.counters().byFault).toEqual({})
  })
})

describe("a fault of delivery", () => {
  it.each([{ type: "reset" }, { type: "half-body" }] satisfies ReadonlyArray<Fault>)("%j", async (fault) => {
    await using simulator = await startWith(fault)
    await expect(week(simulator).then((response) => response.text())).rejects.toThrow(
      /fetch failed|terminated/,
    )
    expect((await week(simulator)).status).toBe(200)
  })

  it.each([
    [{ type: "truncated-json" }],
    [{ type: "wrong-content-type" }],
    [{ type: "slow-body", millis: 20, chunks: 3 }],
  ] satisfies ReadonlyArray<[Fault]>)("%j", async (fault) => {
    await using simulator = await startWith(fault)
    const response = await week(simulator)
    const text = await response.text()
    if (fault.type === "truncated-json") expect(() => JSON.parse(text) as unknown).toThrow(/JSON/)
    else expect(JSON.parse(text)).toHaveProperty("chart.result")
    expect(response.headers.get("content-type")?.startsWith("text/html")).toBe(
      fault.type === "wrong-content-type",
    )
  })
})
