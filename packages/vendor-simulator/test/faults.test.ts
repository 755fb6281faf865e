import { afterEach, describe, expect, it } from "vitest"
import {
  type Fault,
  type FaultRule,
  startVendorSimulator,
  type VendorSimulator,
  virtualClock,
} from "../src/index.ts"
import { ask, askKlines, type Kline, klines, utc } from "./ask.ts"

const now = utc("2024-06-05T12:34:56.500Z")
const question = { symbol: "BTCUSDT", interval: "1h", limit: 5 }

let simulator: VendorSimulator
afterEach(() => simulator.close())

const start = async (faults: ReadonlyArray<FaultRule>, seed = 1) => {
  const clock = virtualClock(now)
  simulator = await startVendorSimulator({ seed, clock, faults })
  return clock
}
const startWith = (fault: Fault) => start([{ match: { endpoint: "klines" }, nth: 2, fault }])

const page = () => askKlines(simulator, question)
const rows = () => klines(simulator, question)

/** The page before the fault, and the one with it. */
const twoPages = async (): Promise<[ReadonlyArray<Kline>, ReadonlyArray<Kline>]> => [
  await rows(),
  await rows(),
]

const lastLogged = () => simulator.log.at(-1)

describe("a fault of the answer", () => {
  it.each([
    ["seconds", "5"],
    ["date", "Wed, 05 Jun 2024 12:35:02 GMT"],
    ["absent", null],
  ] as const)("429 with the wait as %s, after which asking is allowed", async (retryAfterAs, header) => {
    const clock = await startWith({ type: "rate-limited", retryAfterSeconds: 5, retryAfterAs })
    await page()
    const refused = await page()
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, header])
    expect(await refused.json()).toMatchObject({ code: -1003 })
    expect(lastLogged()).toMatchObject({ status: 429, fault: "rate-limited", insidePause: false })
    clock.advance(4999)
    expect((await page()).status).toBe(429)
    expect(lastLogged()).toMatchObject({ status: 429, insidePause: true })
    clock.advance(1)
    expect((await page()).status).toBe(200)
    expect(lastLogged()).toMatchObject({ insidePause: false })
  })

  it("418 until its end", async () => {
    const clock = await startWith({ type: "banned", seconds: 120 })
    await page()
    const refused = await page()
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([418, "120"])
    expect(((await refused.json()) as { msg: string }).msg).toContain(`banned until ${now + 120_000}`)
    clock.advance(119_999)
    expect((await page()).status).toBe(418)
    expect(lastLogged()).toMatchObject({ insideBan: true })
    clock.advance(1)
    expect((await page()).status).toBe(200)
  })

  it("451 in pretty-printed JSON with code 0", async () => {
    await startWith({ type: "geo-blocked" })
    await page()
    const refused = await page()
    const body = await refused.text()
    expect(refused.status).toBe(451)
    expect(body.startsWith('{\n  "code": 0,\n  "msg": "Service unavailable from a restricted location')).toBe(
      true,
    )
  })

  it("403 in HTML", async () => {
    await startWith({ type: "firewall" })
    await page()
    const refused = await page()
    expect([refused.status, refused.headers.get("content-type")]).toEqual([403, "text/html"])
    expect(refused.headers.get("x-mbx-used-weight-1m")).toBeNull()
    expect(await refused.text()).toContain("<html>")
  })

  it.each([
    [{ type: "server-error" }, 500, "-1001"],
    [{ type: "server-error", status: 504 }, 504, "-1007"],
    [{ type: "server-error", status: 502 }, 502, "<html>"],
    [{ type: "overloaded" }, 503, "-1008"],
  ] as const)("%j", async (fault, status, text) => {
    await startWith(fault)
    await page()
    const refused = await page()
    expect(refused.status).toBe(status)
    expect(await refused.text()).toContain(text)
    expect((await page()).status).toBe(200)
  })
})

describe("a fault of the delivery", () => {
  it("resets the connection", async () => {
    await startWith({ type: "reset" })
    await page()
    await expect(page()).rejects.toMatchObject({ cause: { code: "ECONNRESET" } })
    expect(lastLogged()).toMatchObject({ status: 0, fault: "reset", completed: false })
    expect((await page()).status).toBe(200)
  })

  it("breaks off in the middle of the body", async () => {
    await startWith({ type: "half-body" })
    const whole = await (await page()).text()
    const response = await page()
    expect(response.headers.get("content-length")).toBe(String(whole.length))
    await expect(response.text()).rejects.toThrow("terminated")
    expect(lastLogged()).toMatchObject({ status: 200, fault: "half-body", completed: false })
  })

  it("drips the body, which is whole in the end", async () => {
    await startWith({ type: "slow-body", millis: 90, chunks: 3 })
    const whole = await (await page()).text()
    const response = await page()
    const chunks: Array<Uint8Array> = []
    for await (const chunk of response.body as ReadableStream<Uint8Array>) chunks.push(chunk)
    expect(chunks.length).toBeGreaterThan(1)
    expect(Buffer.concat(chunks).toString()).toBe(whole)
  })

  it("never answers, until the client gives up", async () => {
    await startWith({ type: "hang" })
    await page()
    const client = new AbortController()
    const hanging = ask(simulator, "/api/v3/klines?symbol=BTCUSDT&interval=1h", { signal: client.signal })
    hanging.catch(() => {})
    while (simulator.log.length < 2) await new Promise((resolve) => setTimeout(resolve, 5))
    client.abort()
    await expect(hanging).rejects.toMatchObject({ name: "AbortError" })
    expect(lastLogged()).toMatchObject({ status: 0, fault: "hang" })
  })

  it("answers late", async () => {
    await startWith({ type: "hang", millis: 20 })
    const [first, late] = await twoPages()
    expect(late).toEqual(first)
  })

  it("does not keep the simulator from closing", async () => {
    await start([{ fault: { type: "hang", millis: 60_000 } }])
    const hanging = page()
    hanging.catch(() => {})
    while (simulator.log.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    await simulator.close()
    await expect(hanging).rejects.toThrow("fetch failed")
  })
})

describe("a fault of the form", () => {
  it("calls JSON something else", async () => {
    await startWith({ type: "wrong-content-type", contentType: "text/plain" })
    const right = await (await page()).text()
    const wrong = await page()
    expect(wrong.headers.get("x-mbx-used-weight-1m")).toBe("4")
    expect([wrong.status, wrong.headers.get("content-type"), await wrong.text()]).toEqual([
      200,
      "text/plain",
      right,
    ])
  })

  it("cuts the JSON under a length that fits", async () => {
    await startWith({ type: "truncated-json" })
    const right = await (await page()).text()
    const cut = await (await page()).text()
    expect(cut).toBe(right.slice(0, Math.floor(right.length * 0.6)))
  })

  it("calls plain text gzip", async () => {
    await startWith({ type: "gzip-garbage" })
    await page()
    await expect(page().then((response) => response.text())).rejects.toThrow("terminated")
  })
})

describe("a fault of the page", () => {
  it("gives the page before again", async () => {
    await startWith({ type: "duplicated-page" })
    const first = await klines(simulator, { ...question, startTime: utc("2024-01-01") })
    expect(await klines(simulator, { ...question, startTime: utc("2024-01-02") })).toEqual(first)
    expect((await klines(simulator, { ...question, startTime: utc("2024-01-02") }))[0]?.[0]).toBe(
      utc("2024-01-02"),
    )
  })

  it("gives the right page, and says nothing of a fault, when there is none before", async () => {
    await start([{ fault: { type: "duplicated-page" } }])
    expect(await rows()).toHaveLength(5)
    expect(lastLogged()).not.toHaveProperty("fault")
  })

  it("is empty", async () => {
    await startWith({ type: "empty-page" })
    expect((await twoPages())[1]).toEqual([])
  })

  it("has two rows in each other's place", async () => {
    await startWith({ type: "unordered-page" })
    const [right, wrong] = await twoPages()
    expect(wrong).toEqual([right[0], right[2], right[1], right[3], right[4]])
  })

  it.each([
    ["null", (row: Kline) => row.with(4, null as never)],
    ["short", (row: Kline) => row.slice(0, 5)],
    ["text", (row: Kline) => row.with(2, "n/a")],
    ["off-grid", (row: Kline) => row.with(0, row[0] + 14_789)],
    ["inconsistent", (row: Kline) => row.with(4, String(Number(row[2]) * 2))],
  ] as const)("has a row that is %s", async (defect, damage) => {
    await startWith({ type: "bad-row", defect })
    const [right, wrong] = await twoPages()
    expect(wrong).toEqual(right.with(2, damage(right[2] as Kline) as never))
  })

  it.each([
    ["absent", (right: ReadonlyArray<Kline>) => right.slice(0, 4)],
    ["repeated", (right: ReadonlyArray<Kline>) => [...right, right[4]]],
    [
      "ahead",
      (right: ReadonlyArray<Kline>) => [...right, expect.arrayContaining([utc("2024-06-05T13:00:00Z")])],
    ],
  ] as const)("has the open bar %s", async (oddity, expected) => {
    await startWith({ type: "open-bar", oddity })
    const [right, wrong] = await twoPages()
    expect(wrong).toEqual(expected(right))
  })

  it("shows the bar that has just closed as it was before, and nothing after it", async () => {
    await startWith({ type: "open-bar", oddity: "unsettled" })
    const [right, wrong] = await twoPages()
    expect([wrong.length, wrong.slice(0, 3)]).toEqual([4, right.slice(0, 3)])
    const [settled, unsettled] = [right[3], wrong[3]] as [Kline, Kline]
    expect(unsettled.slice(0, 2)).toEqual(settled.slice(0, 2))
    expect(Number(unsettled[5])).toBeLessThan(Number(settled[5]))
    expect(unsettled[4]).not.toBe(settled[4])
  })
})

describe("a rule", () => {
  const reset: Fault = { type: "overloaded" }
  const statuses = async (count: number) => {
    const seen: Array<number> = []
    for (let request = 0; request < count; request += 1) seen.push((await page()).status)
    return seen.map((status) => (status === 200 ? "." : "x")).join("")
  }

  it.each([
    ["always", { fault: reset }, "xxxxxxxx"],
    ["the nth", { nth: 3, fault: reset }, "..x....."],
    ["several nths", { nth: [1, 4], fault: reset }, "x..x...."],
    ["every nth", { every: 3, fault: reset }, "..x..x.."],
    ["at most so often", { every: 2, times: 2, fault: reset }, ".x.x...."],
    ["its endpoint only", { match: { endpoint: "time" }, fault: reset }, "........"],
    ["its vendor only", { match: { vendor: "yahoo-finance" }, fault: reset }, "........"],
    ["its parameters only", { match: { parameters: { symbol: "ETHUSDT" } }, fault: reset }, "........"],
    [
      "its parameters",
      {
        match: { endpoint: "klines", parameters: { symbol: "BTCUSDT", interval: "1h" } },
        nth: 1,
        fault: reset,
      },
      "x.......",
    ],
  ] as const)("hits %s", async (_name, rule, expected) => {
    await start([rule])
    expect(await statuses(8)).toBe(expected)
  })

  it("with a probability hits the same requests for the same seed", async () => {
    const pattern = async (seed: number) => {
      await start([{ probability: 0.5, fault: reset }], seed)
      const seen = await statuses(40)
      await simulator.close()
      return seen
    }
    const first = await pattern(1)
    expect(await pattern(1)).toBe(first)
    expect(await pattern(2)).not.toBe(first)
    expect(first.match(/x/g)?.length).toBeGreaterThan(8)
    expect(first.match(/x/g)?.length).toBeLessThan(32)
  })

  it("comes first when it stands first, and the others still count", async () => {
    await start([
      { nth: 1, fault: reset },
      { nth: [1, 2], fault: { type: "geo-blocked" } },
    ])
    expect([(await page()).status, (await page()).status, (await page()).status]).toEqual([503, 451, 200])
    expect(simulator.faults().map(({ matched, fired }) => [matched, fired])).toEqual([
      [3, 1],
      [3, 1],
    ])
  })

  it("can be set while the simulator runs, here and from another process", async () => {
    await start([])
    simulator.setFaults([{ nth: 1, fault: reset }])
    expect(await statuses(2)).toBe("x.")
    const rules = [{ nth: 2, fault: { type: "geo-blocked" } }]
    const put = await ask(simulator, "/_simulator/faults", { method: "PUT", body: JSON.stringify(rules) })
    expect([put.status, await put.json()]).toEqual([200, [{ rule: rules[0], matched: 0, fired: 0 }]])
    expect(await statuses(3)).toBe(".x.")
    expect(await (await ask(simulator, "/_simulator/faults")).json()).toEqual([
      { rule: rules[0], matched: 3, fired: 1 },
    ])
  })

  it.each([
    ["no array", {}, 'faults: "{}" is not an array of rules'],
    ["no fault", [{}], 'faults[0].fault: "nothing" is not an object'],
    ["an unknown fault", [{ fault: { type: "earthquake" } }], "faults[0].fault.type"],
    ["the name of an inherited member", [{ fault: { type: "toString" } }], "faults[0].fault.type"],
    ["a misspelt member", [{ fault: { type: "reset" }, probabilty: 1 }], "faults[0].probabilty"],
    ["a misspelt option", [{ fault: { type: "hang", seconds: 1 } }], "faults[0].fault.seconds"],
    ["a missing option", [{ fault: { type: "open-bar" } }], "faults[0].fault.oddity"],
    ["a wrong option", [{ fault: { type: "server-error", status: 404 } }], "faults[0].fault.status"],
    ["an impossible probability", [{ probability: 2, fault: { type: "reset" } }], "faults[0].probability"],
    ["an impossible nth", [{ nth: 0, fault: { type: "reset" } }], "faults[0].nth"],
    ["an unknown match", [{ match: { symbol: "X" }, fault: { type: "reset" } }], "faults[0].match.symbol"],
  ])("is refused with its place, and the old rules stay: %s", async (_name, rules, message) => {
    await start([{ nth: 1, fault: reset }])
    expect(() => simulator.setFaults(rules as never)).toThrow(message)
    const put = await ask(simulator, "/_simulator/faults", { method: "PUT", body: JSON.stringify(rules) })
    expect(put.status).toBe(400)
    expect(await put.json()).toEqual({ error: expect.stringContaining(message) })
    expect(await statuses(2)).toBe("x.")
  })

  it("is refused when it is no JSON", async () => {
    await start([])
    const put = await ask(simulator, "/_simulator/faults", { method: "PUT", body: "[" })
    expect(put.status).toBe(400)
  })
})
