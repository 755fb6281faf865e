import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { startVendorSimulator, virtualClock } from "../src/index.ts"
import { httpDate } from "../src/http-date.ts"
import { type LoggedRequest, maxWeightInAnyWindow } from "../src/request-log.ts"
import { ask, askKlines, utc } from "./ask.ts"

const now = utc("2024-06-05T12:34:56.500Z")

describe("the log", () => {
  it("has every request to a vendor and none to the simulator itself", async () => {
    const clock = virtualClock(now)
    await using simulator = await startVendorSimulator({ clock })
    await askKlines(simulator, { symbol: "BTCUSDT", interval: "1h", limit: 1 })
    clock.advance(1000)
    await ask(simulator, "/api/v3/exchangeInfo")
    await ask(simulator, "/elsewhere?x=1")
    const requests = await (await ask(simulator, "/_simulator/requests")).json()
    expect(requests).toEqual([
      {
        time: now,
        vendor: "binance",
        endpoint: "klines",
        path: "/api/v3/klines",
        query: "symbol=BTCUSDT&interval=1h&limit=1",
        weight: 2,
        status: 200,
        insidePause: false,
        insideBan: false,
        completed: true,
      },
      expect.objectContaining({
        time: now + 1000,
        endpoint: "exchangeInfo",
        query: "",
        weight: 20,
        status: 200,
      }),
      expect.objectContaining({
        vendor: "none",
        endpoint: "unknown",
        path: "/elsewhere",
        query: "x=1",
        weight: 0,
        status: 404,
      }),
    ])
    expect(simulator.log).toEqual(requests)
    const expected = {
      requests: 3,
      weight: 22,
      maxWeightPerMinute: 22,
      insidePause: 0,
      insideBan: 0,
      byVendor: { binance: 2, none: 1 },
      byEndpoint: { klines: 1, exchangeInfo: 1, unknown: 1 },
      byStatus: { 200: 2, 404: 1 },
      byFault: {},
    }
    expect(simulator.counters()).toEqual(expected)
    expect(await (await ask(simulator, "/_simulator/counters")).json()).toEqual(expected)
    const windowed = await (await ask(simulator, "/_simulator/counters?window=1000")).json()
    expect(windowed).toEqual({ ...expected, maxWeightInWindow: 20 })
    expect((await ask(simulator, "/_simulator/counters?window=soon")).status).toBe(400)
    expect((await ask(simulator, "/_simulator/weather")).status).toBe(404)
    await ask(simulator, "/_simulator/requests", { method: "DELETE" })
    expect(simulator.log).toEqual([])
  })

  it("survives odd request lines", async () => {
    await using simulator = await startVendorSimulator({ clock: virtualClock(now) })
    expect((await ask(simulator, "//")).status).toBe(404)
    expect((await ask(simulator, "/api/v3/klines?%")).status).toBe(400)
    expect((await ask(simulator, "/api/v3/klines?symbol=%E0%A4%A&interval=1h")).status).toBe(400)
  })
})

describe("the highest weight in a window", () => {
  const request = (time: number, weight: number) => ({ time, weight }) as LoggedRequest

  it("is that of the worst half-open window, wherever it starts", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ time: fc.nat(1000), weight: fc.nat(20) }), { maxLength: 40 }),
        fc.integer({ min: 1, max: 400 }),
        (requests, millis) => {
          const worst = Math.max(
            0,
            ...requests.map(({ time: start }) =>
              requests
                .filter(({ time }) => time >= start && time < start + millis)
                .reduce((sum, { weight }) => sum + weight, 0),
            ),
          )
          expect(
            maxWeightInAnyWindow(
              requests.map(({ time, weight }) => request(time, weight)),
              millis,
            ),
          ).toBe(worst)
        },
      ),
    )
  })
})

describe("an HTTP date", () => {
  it("is what every other program writes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000_000 }), (time) => {
        expect(httpDate(time)).toBe(new Date(time).toUTCString())
      }),
    )
  })
})
