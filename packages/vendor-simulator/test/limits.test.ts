import { describe, expect, it } from "vitest"
import { startVendorSimulator, virtualClock, type WeightLimits } from "../src/index.ts"
import { ask, askKlines, utc } from "./ask.ts"

const begin = utc("2024-06-05T12:34:50Z")
const second = 1000
const minute = 60_000

const start = async (limits: WeightLimits) => {
  const clock = virtualClock(begin)
  const simulator = await startVendorSimulator({ clock, limits })
  const page = () => askKlines(simulator, { symbol: "BTCUSDT", interval: "1h", limit: 1 })
  return { clock, simulator, page }
}

const used = (response: Response) => [
  response.headers.get("x-mbx-used-weight-1m"),
  response.headers.get("x-mbx-used-weight"),
]

describe("the weight", () => {
  it("is told in both headers and rises by what each endpoint costs", async () => {
    const { simulator, page } = await start({})
    await using _ = simulator
    expect(used(await page())).toEqual(["2", "2"])
    expect(used(await ask(simulator, "/api/v3/exchangeInfo"))).toEqual(["22", "22"])
    expect(used(await ask(simulator, "/api/v3/ping"))).toEqual(["23", "23"])
    expect(used(await ask(simulator, "/api/v3/time"))).toEqual(["24", "24"])
    expect(used(await askKlines(simulator, { symbol: "NOPE", interval: "1h" }))).toEqual(["26", "26"])
  })

  it("of a sliding minute falls when each request is a minute old", async () => {
    const { clock, simulator, page } = await start({})
    await using _ = simulator
    await page()
    clock.advance(30 * second)
    await page()
    clock.advance(30 * second - 1)
    expect(used(await page())[0]).toBe("6")
    clock.advance(1)
    expect(used(await page())[0]).toBe("6")
    clock.advance(10 * minute)
    expect(used(await page())[0]).toBe("2")
  })

  it("of an aligned minute falls when the clock's minute ends", async () => {
    const { clock, simulator, page } = await start({ window: "aligned", weightPerMinute: 4 })
    await using _ = simulator
    await page()
    expect(used(await page())[0]).toBe("4")
    const refused = await page()
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "10"])
    clock.advance(10 * second)
    const again = await page()
    expect([again.status, used(again)[0]]).toEqual([200, "2"])
  })
})

describe("too much weight", () => {
  it("is answered with 429 and the seconds until there is room, and then served again", async () => {
    const { clock, simulator, page } = await start({ weightPerMinute: 6 })
    await using _ = simulator
    await page()
    clock.advance(10 * second)
    await page()
    await page()
    clock.advance(500)
    const refused = await page()
    expect(refused.status).toBe(429)
    expect(await refused.json()).toEqual({
      code: -1003,
      msg: "Too much request weight used; current limit is 6 request weight per 1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API.",
    })
    // The refused request has used weight too: room comes when the requests of 12:35:00 are a minute old.
    expect(refused.headers.get("retry-after")).toBe("60")
    clock.advance(60 * second)
    expect((await page()).status).toBe(200)
    expect(simulator.counters()).toMatchObject({ insidePause: 0, insideBan: 0, byStatus: { 200: 4, 429: 1 } })
  })

  it("is 6000 a minute unless said otherwise", async () => {
    const { simulator } = await start({})
    await using _ = simulator
    for (let request = 0; request < 300; request += 1)
      await (await ask(simulator, "/api/v3/exchangeInfo")).arrayBuffer()
    expect((await ask(simulator, "/api/v3/ping")).status).toBe(429)
    expect(simulator.maxWeightInAnyWindow(minute)).toBe(6001)
  })

  it("brings a ban when the 429 is ignored, longer each time, from 2 minutes to 3 days", async () => {
    const { clock, simulator, page } = await start({
      weightPerMinute: 2,
      ignoredBeforeBan: 2,
      inFlightMillis: 0,
    })
    await using _ = simulator
    const lengths: Array<number> = []
    for (let ban = 0; ban < 7; ban += 1) {
      const statuses: Array<number> = []
      await page()
      for (let request = 0; request < 4; request += 1) {
        const refused = await page()
        statuses.push(refused.status)
        if (refused.status !== 418) continue
        const body = (await refused.json()) as { code: number; msg: string }
        const until = Number(/IP banned until (\d+)\./.exec(body.msg)?.[1])
        expect(body.code).toBe(-1003)
        expect(refused.headers.get("retry-after")).toBe(String((until - clock.now()) / second))
        lengths.push((until - clock.now()) / minute)
      }
      expect(statuses).toEqual([429, 429, 429, 418])
      clock.advance((lengths.at(-1) as number) * minute - 1)
      expect((await page()).status).toBe(418)
      clock.advance(10 * minute)
    }
    expect(lengths).toEqual([2, 10, 60, 360, 1440, 4320, 4320])
    expect(simulator.counters()).toMatchObject({ insidePause: 7 * 3, insideBan: 7 })
  })

  it("takes requests that were on their way when the 429 left for no disobedience", async () => {
    const { clock, simulator, page } = await start({ weightPerMinute: 2, ignoredBeforeBan: 0 })
    await using _ = simulator
    await page()
    expect((await page()).status).toBe(429)
    clock.advance(249)
    expect((await page()).status).toBe(429)
    expect(simulator.counters()).toMatchObject({ insidePause: 0, insideBan: 0 })
    clock.advance(1)
    expect((await page()).status).toBe(418)
    expect(simulator.counters().insidePause).toBe(1)
  })
})
