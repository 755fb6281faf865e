import { inspect } from "node:util"
import { type BarPage, InvalidInput } from "@barkeep/market-data"
import { type CallRecord, ProviderError, unlimited } from "@barkeep/provider-kit"
import { createVirtualClock } from "@barkeep/provider-kit/testing"
import { afterEach, describe, expect, it } from "vitest"
import { createYahooFinance, type YahooFinanceOptions } from "../src/index.ts"
import { ask } from "./ask.ts"
import { answerOf, day, local, localRange, readFixture, type Row, show, stock } from "./fixture.ts"
import { type Reply, type ReplayServer, startReplay } from "./replay-server.ts"

const now = local("2025-03-20 20:00")
const clock = createVirtualClock(now)
const range = localRange("2025-03-10 00:00", "2025-03-12 00:00")
const daily = { instrument: stock(), timeframe: "1d", range } as const
const days: ReadonlyArray<Row> = [
  [local("2025-03-10 09:30"), 1, 2, 1, 2, 5],
  [local("2025-03-11 09:30"), 1, 2, 1, 2, 5],
]

let server: ReplayServer | undefined
afterEach(async () => {
  await server?.[Symbol.asyncDispose]()
  server = undefined
})

const start = async (reply: (index: number, url: URL) => Reply, options: YahooFinanceOptions = {}) => {
  server = await startReplay(clock.now, reply)
  const yahoo = createYahooFinance({
    baseUrl: server.baseUrl,
    clock,
    limiter: unlimited,
    pace: { calls: 1000, perMillis: 1000 },
    backoffMillis: 1,
    ...options,
  })
  return { yahoo, requests: server.requests }
}

const collect = (pages: AsyncIterable<BarPage>): Promise<ReadonlyArray<BarPage>> => Array.fromAsync(pages)

describe("a call", () => {
  it("asks for seconds, the session only, and the events, and says honestly who asks", async () => {
    const { yahoo, requests } = await start(() => ({ body: answerOf(days) }))
    await collect(yahoo.bars(daily))
    const [request] = requests
    expect(request?.url.pathname).toBe("/v8/finance/chart/ACME")
    expect(Object.fromEntries(request?.url.searchParams ?? [])).toEqual({
      period1: String(local("2025-03-09 00:00") / 1000),
      period2: String(local("2025-03-13 00:00") / 1000 - 1),
      interval: "1d",
      includePrePost: "false",
      events: "div|split|capitalGains",
    })
    expect(request?.headers["user-agent"]).toBe("barkeep-provider-yahoo-finance")
    expect(request?.headers["cookie"]).toBeUndefined()
  })

  it("goes through the given fetch, for proxies", async () => {
    const asked: Array<string> = []
    const { yahoo } = await start(() => ({ body: answerOf(days) }), {
      userAgent: "somebody",
      fetch: (url, init) => {
        asked.push(new Headers(init.headers).get("user-agent") ?? "")
        return globalThis.fetch(url, init)
      },
    })
    await collect(yahoo.bars(daily))
    expect(asked).toEqual(["somebody"])
  })

  it("is told to an observer, without host and query", async () => {
    const records: Array<CallRecord> = []
    const { yahoo } = await start(() => ({ body: answerOf(days) }), {
      onCall: (record) => records.push(record),
    })
    await collect(yahoo.bars(daily))
    expect(records).toMatchObject([
      { vendor: "yahoo-finance", endpoint: "/v8/finance/chart/ACME", outcome: "ok", weight: 1 },
    ])
  })

  it("tells the earlier pages although a later one fails", async () => {
    const minutes = {
      instrument: stock(),
      timeframe: "1m",
      range: localRange("2025-02-24 00:00", "2025-03-10 00:00"),
    } as const
    const first = answerOf([[local("2025-02-24 09:30"), 1, 2, 1, 2, 5]], { granularity: "1m" })
    const { pages, reason } = await ask(minutes, now, (index) =>
      index === 0 ? { body: first } : { status: 403 },
    )
    expect(pages.map((page) => show(page.range.to))).toEqual(["2025-03-03 00:00:00"])
    expect(reason).toEqual({ _tag: "BlockedByFirewall", status: 403 })
  })
})

it("goes by Yahoo's clock where ours is ahead", async () => {
  const headers = { date: new Date(local("2025-03-11 18:00")).toUTCString() }
  const body = answerOf(days, { lastTradeAt: local("2025-03-11 16:00") })
  const { bars, pages } = await ask(daily, now, { headers, body })
  expect([...bars.openTime]).toEqual([local("2025-03-10 00:00")])
  expect(pages.at(-1)).toMatchObject({
    range: { to: local("2025-03-11 00:00") },
    provenance: { settled: false },
  })
})

describe("what lies out of reach", () => {
  it("is not covered by the pages of what does not", async () => {
    const minutes = {
      instrument: stock(),
      timeframe: "1m",
      range: localRange("2020-01-01 00:00", "2025-02-21 00:00"),
    } as const
    const { pages } = await ask(minutes, now, {
      body: answerOf([[local("2025-02-20 09:30"), 1, 2, 1, 2, 5]], { granularity: "1m" }),
    })
    expect(pages.map((page) => [show(page.range.from), show(page.range.to)])).toEqual([
      ["2025-02-19 00:00:00", "2025-02-21 00:00:00"],
    ])
  })

  it("fails before any call when nothing else was asked for", async () => {
    const minutes = {
      instrument: stock(),
      timeframe: "1m",
      range: localRange("2020-01-01 00:00", "2021-01-01 00:00"),
    } as const
    const { reason, urls, error } = await ask(minutes, now, {})
    expect(reason).toEqual({ _tag: "OutsideHistory", earliest: local("2025-02-19 00:00") })
    expect(error?.message).toMatch(/ACME 1m: older than what the vendor keeps \(from 2025-02-19T05:00:00Z\)/)
    expect(urls).toEqual([])
  })

  it("is no empty answer when Yahoo says so itself", async () => {
    const description =
      "1h data not available for startTime=1 and endTime=2. The requested range must be within the last 730 days."
    const body = { chart: { result: null, error: { code: "Unprocessable Entity", description } } }
    const { reason, pages } = await ask({ ...daily, timeframe: "1h" }, now, { status: 422, body })
    expect(reason).toEqual({ _tag: "OutsideHistory", earliest: now - 730 * day })
    expect(pages).toEqual([])
  })
})

it("covers the time before a listing with an empty page", async () => {
  const description = "Data doesn't exist for startDate = 1, endDate = 2"
  const body = { chart: { result: null, error: { code: "Bad Request", description } } }
  const { pages } = await ask(daily, now, { status: 400, body })
  expect(pages).toMatchObject([{ range, bars: { openTime: { length: 0 } }, provenance: { settled: true } }])
  expect(pages[0]?.provenance.evidence).toBeUndefined()
})

it("calls the day before yesterday no gap when Yahoo has not got it yet: it is asked again", async () => {
  const late = { ...daily, range: localRange("2025-03-17 00:00", "2025-03-20 00:00") }
  const { pages } = await ask(late, now, { body: answerOf([[local("2025-03-17 09:30"), 1, 2, 1, 2, 5]]) })
  expect(pages.map((page) => page.provenance.settled)).toEqual([false])
})

describe("the session of a browser", () => {
  const session = { cookie: "A3=d=secret-cookie", crumb: "secret.Crumb/x" }

  it("is sent with every call", async () => {
    const { yahoo, requests } = await start(() => ({ body: answerOf(days) }), { session })
    await collect(yahoo.bars(daily))
    expect(requests[0]?.headers["cookie"]).toBe(session.cookie)
    expect(requests[0]?.url.searchParams.get("crumb")).toBe(session.crumb)
  })

  it("shows in no error", async () => {
    const body = {
      finance: {
        result: null,
        error: { code: "Unauthorized", description: `Invalid Crumb ${session.crumb}` },
      },
    }
    const { yahoo } = await start(() => ({ status: 401, body }), { session })
    const error: unknown = await collect(yahoo.bars(daily)).catch((failure: unknown) => failure)
    expect(error).toBeInstanceOf(ProviderError)
    expect(error).toMatchObject({ reason: { _tag: "AuthenticationFailed" } })
    expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(/secret/)
  })

  it.each(["", "Too Many Requests", "<html>", "x".repeat(101)])("is refused with the crumb %j", (crumb) => {
    expect(() => createYahooFinance({ session: { ...session, crumb } })).toThrow(InvalidInput)
  })

  it("is refused with a cookie that is no header", () => {
    expect(() => createYahooFinance({ session: { ...session, cookie: "A3=\nx" } })).toThrow(InvalidInput)
  })
})

describe("events", () => {
  const request = { instrument: stock(), range: localRange("2020-08-29 00:00", "2020-12-01 00:00") }

  it("are those of the range, dated by the exchange's clocks, in one call", async () => {
    const { yahoo, requests } = await start(() => ({ body: readFixture("daily-with-events.json") }))
    expect(await yahoo.events(request)).toEqual({
      splits: [{ openTime: local("2020-08-31 00:00"), date: "2020-08-31", numerator: 4, denominator: 1 }],
      dividends: [{ openTime: local("2020-11-06 00:00"), date: "2020-11-06", amount: 0.205 }],
      capitalGains: [],
    })
    expect(requests.map(({ url }) => url.searchParams.get("interval"))).toEqual(["1d"])
    const later = await yahoo.events({
      ...request,
      range: localRange("2020-09-01 00:00", "2020-12-01 00:00"),
    })
    expect([later.splits.length, later.dividends.length]).toEqual([0, 1])
  })

  it("are none before a listing and in the future", async () => {
    const description = "Data doesn't exist for startDate = 1, endDate = 2"
    const { yahoo, requests } = await start(() => ({
      status: 400,
      body: { chart: { result: null, error: { description } } },
    }))
    const none = { splits: [], dividends: [], capitalGains: [] }
    expect(await yahoo.events(request)).toEqual(none)
    expect(await yahoo.events({ ...request, range: { from: now + day, to: now + 2 * day } })).toEqual(none)
    expect(requests).toHaveLength(1)
  })

  it("fail as bars do, and with the signal's reason when aborted", async () => {
    const { yahoo } = await start(() => ({ body: answerOf(days, { symbol: "OTHER" }) }))
    await expect(yahoo.events(request)).rejects.toMatchObject({
      _tag: "ProviderError",
      reason: { _tag: "MalformedResponse" },
    })
    const reason = new Error("not wanted any more")
    await expect(yahoo.events(request, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  })
})
