import { inspect } from "node:util"
import { gzipSync } from "node:zlib"
import type { Timeframe } from "@barkeep/market-data"
import type { CallRecord } from "@barkeep/provider-kit"
import { createVirtualClock } from "@barkeep/provider-kit/testing"
import { describe, expect, it } from "vitest"
import { type AlphaVantageOptions, createAlphaVantage } from "../src/index.ts"
import { barsOf, day, key, local, localRange, rowsOf, stock, untilFailure, wall } from "./fixture.ts"
import { listing } from "./vendor-market.ts"
import { sendJson, startVendor, type VendorServerOptions } from "./vendor-server.ts"
import { texts } from "./vendor-texts.ts"

const now = local("2024-04-19 13:37") + 21_500

const start = async (
  vendor: Partial<VendorServerOptions> = {},
  options: Partial<AlphaVantageOptions> = {},
) => {
  const clock = createVirtualClock(now)
  const tier = vendor.tier ?? "premium"
  const server = await startVendor({ clock, ...vendor })
  const records: Array<CallRecord> = []
  const alphaVantage = createAlphaVantage({
    apiKey: key,
    tier,
    baseUrl: server.baseUrl,
    clock,
    callsPerMinute: 60_000,
    backoffMillis: 1,
    concurrency: 1,
    onCall: (record) => records.push(record),
    ...options,
  })
  const ask = (timeframe: Timeframe, from: string, to: string, instrument = stock()) =>
    alphaVantage.bars({ instrument, timeframe, range: localRange(from, to) })
  return {
    clock,
    server,
    alphaVantage,
    records,
    ask,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

const intercept =
  (body: unknown): NonNullable<VendorServerOptions["intercept"]> =>
  (_query, response) => {
    sendJson(response, body)
    return true
  }

const failing = (body: { readonly [name: string]: string }) => ({ intercept: intercept(body) })

describe("1: status 200 for every failure", () => {
  it.each<[string, object, string]>([
    ["a wrong key", { "Error Message": texts.badKey }, "AuthenticationFailed"],
    ["the demo key", { Information: texts.demoKey }, "AuthenticationFailed"],
    ["an endpoint of other plans", { Information: texts.premiumEndpoint }, "TierRequired"],
    ["the day's limit", { Information: texts.daily(key) }, "QuotaExhausted"],
    ["an empty object", {}, "MalformedResponse"],
    ["new words", { Information: "Something new" }, "RequestRejected"],
  ])("does not hide %s", async (_name, body, tag) => {
    await using setup = await start({ intercept: intercept(body) })
    const { reason, pages } = await untilFailure(setup.ask("1d", "2024-01-01 00:00", "2024-02-01 00:00"))
    expect(reason._tag).toBe(tag)
    expect(pages).toEqual([])
    expect(setup.records.map(({ status, outcome }) => [status, outcome])).toEqual([[200, tag]])
  })
})

describe("2: the text of the day's limit repeats the key", () => {
  it("which shows in no error, record, page or evidence", async () => {
    await using setup = await start({ tier: "free" })
    const shown: Array<unknown> = []
    for (let call = 0; call < 26; call += 1) {
      const limiterOfAnother = await start(
        {},
        { tier: "free", baseUrl: setup.server.baseUrl, clock: setup.clock },
      )
      setup.clock.advance(2000)
      const question = limiterOfAnother.ask("1w", "2024-01-01 00:00", "2024-03-01 00:00")
      if (call < 25) shown.push(...(await Array.fromAsync(question)))
      else {
        const { error, reason } = await untilFailure(question)
        expect(reason).toEqual({ _tag: "QuotaExhausted", resetsAt: local("2024-04-20 00:00") })
        shown.push(error, error.message, error.stack, JSON.stringify(error))
      }
      shown.push(limiterOfAnother.records)
      await limiterOfAnother[Symbol.asyncDispose]()
    }
    const text = shown
      .map((each) => inspect(each, { depth: 20, showHidden: true, maxArrayLength: null }))
      .join("\n")
    expect(text).toContain("TIME_SERIES_WEEKLY")
    expect(text).not.toContain(key)
    expect(text.toLowerCase()).not.toContain(key.toLowerCase())
  })

  it("nor does a refused connection, a redirect or an unusable option show it", async () => {
    const shown: Array<unknown> = []
    const request = {
      instrument: stock(),
      timeframe: "1w" as const,
      range: localRange("2024-01-01 00:00", "2024-02-01 00:00"),
    }
    for (const fetch of [
      async (url: string) => {
        throw new TypeError("fetch failed", { cause: new Error(`connect ECONNREFUSED ${url}`) })
      },
      async (url: string) => new Response("", { status: 302, headers: { location: url } }),
      async (url: string) => new Response(`<a href="${url}">`, { status: 400 }),
    ]) {
      const alphaVantage = createAlphaVantage({
        apiKey: key,
        fetch,
        retries: 0,
        onCall: (record) => shown.push(record),
      })
      shown.push((await untilFailure(alphaVantage.bars(request))).error)
    }
    try {
      createAlphaVantage({ apiKey: `${key} ` })
    } catch (error) {
      shown.push(error)
    }
    expect(shown).toHaveLength(7)
    expect(shown.map((each) => inspect(each, { depth: 20, showHidden: true })).join()).not.toContain(key)
  })
})

describe("3: a free key is refused intraday bars and outputsize=full, where CSV was asked for too", () => {
  it.each([
    ["json", texts.premiumEndpoint],
    ["csv", texts.premiumEndpoint],
    ["json", texts.premiumParameter],
    ["csv", texts.premiumParameter],
  ] as const)("in %s it is TierRequired", async (datatype, text) => {
    await using setup = await start(failing({ Information: text }), { datatype })
    const { reason } = await untilFailure(setup.ask("5m", "2024-02-01 00:00", "2024-03-01 00:00"))
    expect(reason._tag).toBe("TierRequired")
  })

  it("so that it never asks for them", async () => {
    await using setup = await start({ tier: "free" })
    expect((await untilFailure(setup.ask("5m", "2024-02-01 00:00", "2024-03-01 00:00"))).reason._tag).toBe(
      "TierRequired",
    )
    await Array.fromAsync(setup.ask("1d", "2024-02-01 00:00", "2024-03-01 00:00"))
    expect(setup.server.requests.map(({ query }) => query.get("outputsize"))).toEqual(["compact"])
  })
})

describe('4: "Invalid API call" means five things', () => {
  it("an unknown symbol, as far as anybody can tell", async () => {
    await using setup = await start()
    for (const timeframe of ["1d", "5m"] as const) {
      const { reason, error } = await untilFailure(
        setup.ask(timeframe, "2024-02-01 00:00", "2024-03-01 00:00", stock("NOSUCH")),
      )
      expect(reason).toEqual({ _tag: "SymbolNotFound", certain: false })
      expect(error.timeframe).toBe(timeframe)
    }
    expect(setup.server.requests.map(({ query }) => query.get("function"))).toEqual([
      "TIME_SERIES_DAILY",
      "TIME_SERIES_INTRADAY",
      "TIME_SERIES_MONTHLY",
    ])
  })

  it("months before the listing, which the monthly bars tell apart with one call more", async () => {
    await using setup = await start()
    const pages = await Array.fromAsync(setup.ask("30m", "2023-01-15 00:00", "2023-12-15 00:00"))
    expect(setup.server.requests.map(({ query }) => query.get("month") ?? query.get("function"))).toEqual([
      "2023-01",
      "TIME_SERIES_MONTHLY",
      "2023-11",
      "2023-12",
    ])
    expect(pages.map(({ range, bars }) => [wall(range.from), bars.openTime.length > 0])).toEqual([
      ["2023-01-15 00:00:00", false],
      ...["02", "03", "04", "05", "06", "07", "08", "09", "10"].map((month) => [
        `2023-${month}-01 00:00:00`,
        false,
      ]),
      ["2023-11-01 00:00:00", true],
      ["2023-12-01 00:00:00", true],
    ])
    expect(pages.every(({ provenance }) => provenance.settled)).toBe(true)
  })

  it("months after the last trade", async () => {
    await using setup = await start({ listings: [{ ...listing, lastDate: "2024-01-10" }] })
    const pages = await Array.fromAsync(setup.ask("30m", "2024-01-01 00:00", "2024-04-01 00:00"))
    expect(pages.map(({ bars }) => bars.openTime.length > 0)).toEqual([true, false, false])
  })

  it("the first hours of a month, when it has no row yet: nothing to keep for good", async () => {
    const clock = createVirtualClock(local("2024-04-01 08:00"))
    await using setup = await start({ clock }, { clock })
    const pages = await Array.fromAsync(setup.ask("30m", "2024-03-28 00:00", "2024-04-05 00:00"))
    expect(pages.map(({ range, provenance }) => [wall(range.to), provenance.settled])).toEqual([
      ["2024-04-01 00:00:00", false],
      ["2024-04-01 08:00:00", false],
    ])
    expect(rowsOf(pages)).toBeGreaterThan(10)
  })

  it("a fault of the question, where the month has a monthly bar: no empty month is made of it", async () => {
    await using setup = await start({
      intercept: (query, response) => {
        if (query.get("month") !== "2024-03") return false
        sendJson(response, { "Error Message": texts.invalidCall("TIME_SERIES_INTRADAY") })
        return true
      },
    })
    const { reason, pages } = await untilFailure(setup.ask("30m", "2024-02-01 00:00", "2024-04-01 00:00"))
    expect(reason._tag).toBe("RequestRejected")
    expect(pages.map(({ range }) => wall(range.from))).toEqual(["2024-02-01 00:00:00"])
  })
})

describe("5: made-up rows for endpoints of other plans", () => {
  const row = {
    "1. open": "10.0000",
    "2. high": "10.0000",
    "3. low": "10.0000",
    "4. close": "10.0000",
    "5. volume": "100",
  }
  const days = ["2024-03-08", "2024-03-07", "2024-03-06", "2024-03-05", "2024-03-04"]
  const meta = { "2. Symbol": "IBM", "4. Output Size": "Full size", "5. Time Zone": "US/Eastern" }
  const rows = Object.fromEntries(days.map((date) => [date, row]))

  it.each<[string, object, string]>([
    [
      "of another symbol",
      { "Meta Data": { ...meta, "2. Symbol": "XXYYZZ" }, "Time Series (Daily)": rows },
      "an answer about XXYYZZ instead of IBM",
    ],
    ["that are all the same", { "Meta Data": meta, "Time Series (Daily)": rows }, "placeholders, no prices"],
    ["with a word about them", { data: [], message: "artificial sample data" }, "made-up rows"],
  ])("%s are no bars", async (_name, body, issue) => {
    await using setup = await start({ intercept: intercept(body) })
    const { reason } = await untilFailure(setup.ask("1d", "2024-03-01 00:00", "2024-04-01 00:00"))
    expect(reason).toMatchObject({ _tag: "MalformedResponse", issue: expect.stringContaining(issue) })
  })
})

describe("6: times mark the end of bars in old answers and the start in new ones", () => {
  const asked = ["2024-03-01 00:00", "2024-04-01 00:00"] as const

  it.each(["1m", "5m", "15m", "30m", "1h"] as const)(
    "%s by their end are refused, never taken one bar late",
    async (timeframe) => {
      await using setup = await start({ label: "close" })
      const { reason, pages } = await untilFailure(setup.ask(timeframe, ...asked))
      expect(reason).toMatchObject({
        _tag: "MalformedResponse",
        issue: expect.stringContaining("times that mark the close of their bars"),
      })
      expect(pages).toEqual([])
    },
  )

  it.each(["1m", "30m", "1h"] as const)(
    "%s by their end are the same bars, where the caller says so",
    async (timeframe) => {
      await using byStart = await start()
      await using byEnd = await start({ label: "close" }, { label: "close" })
      const pages = await Array.fromAsync(byEnd.ask(timeframe, ...asked))
      expect(barsOf(pages)).toEqual(barsOf(await Array.fromAsync(byStart.ask(timeframe, ...asked))))
      expect(pages[0]?.provenance.evidence).toEqual({ vendorLabel: "close" })
      expect(byEnd.alphaVantage.capabilities.label).toBe("close")
    },
  )

  it("by their start are refused where the caller says end", async () => {
    await using setup = await start({}, { label: "close" })
    const { reason } = await untilFailure(setup.ask("5m", ...asked))
    expect(reason).toMatchObject({
      _tag: "MalformedResponse",
      issue: expect.stringContaining("times that mark the open of their bars"),
    })
  })
})

describe("7: prices are adjusted unless one says no", () => {
  it("so that every intraday question says no, and days, weeks and months come from the functions as traded", async () => {
    await using setup = await start()
    for (const timeframe of ["5m", "1d", "1w", "1mo"] as const) {
      const pages = await Array.fromAsync(setup.ask(timeframe, "2024-02-01 00:00", "2024-03-01 00:00"))
      expect(pages.every(({ provenance }) => provenance.adjustment === "none")).toBe(true)
    }
    expect(setup.server.requests.map(({ query }) => [query.get("function"), query.get("adjusted")])).toEqual([
      ["TIME_SERIES_INTRADAY", "false"],
      ["TIME_SERIES_DAILY", null],
      ["TIME_SERIES_WEEKLY", null],
      ["TIME_SERIES_MONTHLY", null],
    ])
  })
})

describe("8: naive times of New York, newest first, minutes without a trade left out", () => {
  it("become ascending instants over a change of the clocks, and a missing minute is no fault", async () => {
    await using setup = await start()
    const pages = await Array.fromAsync(setup.ask("1m", "2024-03-08 00:00", "2024-03-12 00:00"))
    const times = [...barsOf(pages).openTime]
    expect(times[0]).toBe(Date.UTC(2024, 2, 8, 14, 30))
    expect(times).toContain(Date.UTC(2024, 2, 11, 13, 30))
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect(times.length).toBeGreaterThan(700)
    expect(times.length).toBeLessThan(2 * 390)
  })
})

describe("9: without a word the answer is cut to 100 rows, and full without a month is the last 30 days", () => {
  it("so that every intraday question names a month, its regular hours and the full size", async () => {
    await using setup = await start()
    await Array.fromAsync(setup.ask("15m", "2024-02-01 00:00", "2024-04-01 00:00"))
    expect(
      setup.server.requests.map(({ query }) =>
        ["month", "outputsize", "extended_hours"].map((name) => query.get(name)),
      ),
    ).toEqual([
      ["2024-02", "full", "false"],
      ["2024-03", "full", "false"],
    ])
  })

  it.each(["json", "csv"] as const)(
    "and a cut answer to a full question is refused in %s",
    async (datatype) => {
      const query = (text: string) => text.replace("outputsize=full", "outputsize=compact")
      const fetch = (url: string, init: RequestInit) => globalThis.fetch(query(url), init)
      await using setup = await start({}, { fetch, datatype })
      for (const timeframe of ["1d", "5m"] as const) {
        const { reason } = await untilFailure(setup.ask(timeframe, "2024-02-01 00:00", "2024-03-01 00:00"))
        expect(reason).toMatchObject({
          _tag: "MalformedResponse",
          issue: expect.stringContaining("100 rows"),
        })
      }
    },
  )

  it("and the last 30 days are refused where a month was asked for", async () => {
    const fetch = (url: string, init: RequestInit) =>
      globalThis.fetch(url.replace("month=2024-02", "month=2024-04"), init)
    await using setup = await start({}, { fetch })
    const { reason } = await untilFailure(setup.ask("5m", "2024-02-01 00:00", "2024-03-01 00:00"))
    expect(reason).toMatchObject({ _tag: "MalformedResponse", issue: "rows outside the month 2024-02" })
  })

  it("and a short daily answer covers what it holds: its oldest row is where the pages begin", async () => {
    // A holiday-free, six-week older listing: the hundred rows begin later than a plan can know.
    await using setup = await start({
      tier: "free",
      intercept: (query, response) => {
        const rows = Array.from({ length: 100 }, (_, index) => {
          const date = new Date(Date.UTC(2024, 3, 18) - index * day).toISOString().slice(0, 10)
          return [
            date,
            { "1. open": "10", "2. high": "12", "3. low": "9", "4. close": "11", "5. volume": String(index) },
          ]
        })
        sendJson(response, {
          "Meta Data": { "2. Symbol": query.get("symbol"), "4. Output Size": "Compact" },
          "Time Series (Daily)": Object.fromEntries(rows),
        })
        return true
      },
    })
    const pages = await Array.fromAsync(setup.ask("1d", "2023-12-20 00:00", "2024-02-01 00:00"))
    expect(pages.map(({ range }) => [wall(range.from), wall(range.to)])).toEqual([
      ["2024-01-10 00:00:00", "2024-02-01 00:00:00"],
    ])
    const { reason } = await untilFailure(setup.ask("1d", "2023-12-20 00:00", "2024-01-05 00:00"))
    expect(reason).toEqual({ _tag: "OutsideHistory", earliest: local("2024-01-10 00:00") })
  })
})

describe("10: one call a second, and functions that vanish", () => {
  it("questions of a free key start more than a second apart", async () => {
    await using setup = await start({ tier: "free" })
    for (const symbol of ["IBM", "IBM", "IBM"])
      await Array.fromAsync(setup.ask("1w", "2024-02-01 00:00", "2024-03-01 00:00", stock(symbol)))
    const times = setup.server.requests.map(({ at }) => at)
    expect(times.map((time, index) => time - (times[index - 1] ?? time) > 1000)).toEqual([false, true, true])
    expect(setup.records.map(({ outcome }) => outcome)).toEqual(["ok", "ok", "ok"])
  })

  it("a burst that somebody else caused is waited out and paid for, and the question succeeds", async () => {
    await using setup = await start({
      tier: "free",
      intercept: (_query, response, index) => {
        if (index > 0) return false
        sendJson(response, { Information: texts.burst })
        return true
      },
    })
    expect(rowsOf(await Array.fromAsync(setup.ask("1w", "2024-02-01 00:00", "2024-03-01 00:00")))).toBe(4)
    expect(setup.records.map(({ outcome, cost }) => [outcome, cost["calls-1d"]])).toEqual([
      ["RateLimited", 1],
      ["ok", 1],
    ])
    expect((setup.server.requests[1]?.at ?? 0) - (setup.server.requests[0]?.at ?? 0)).toBeGreaterThan(1000)
  })

  it("25 questions use up a day; the 26th is not sent, and says when it may be", async () => {
    await using setup = await start({ tier: "free" })
    for (let question = 0; question < 25; question += 1)
      await Array.fromAsync(setup.ask("1w", "2024-02-01 00:00", "2024-03-01 00:00"))
    const { reason } = await untilFailure(setup.ask("1w", "2024-02-01 00:00", "2024-03-01 00:00"))
    expect(reason).toEqual({ _tag: "QuotaExhausted", resetsAt: (setup.server.requests[0]?.at ?? 0) + day })
    expect(setup.server.requests).toHaveLength(25)
    setup.clock.advance(day)
    expect(rowsOf(await Array.fromAsync(setup.ask("1w", "2024-02-01 00:00", "2024-03-01 00:00")))).toBe(4)
  })

  it("a used up day stops all further questions until midnight in New York, without asking", async () => {
    await using setup = await start(failing({ Information: texts.daily(key) }))
    for (let question = 0; question < 3; question += 1) {
      const { reason } = await untilFailure(setup.ask("1w", "2024-02-01 00:00", "2024-03-01 00:00"))
      expect(reason).toEqual({ _tag: "QuotaExhausted", resetsAt: local("2024-04-20 00:00") })
    }
    expect(setup.server.requests).toHaveLength(1)
  })

  it("the answer of a retired function is refused by its shape", async () => {
    const retired = {
      "Meta Data": { "7. Interval": "5min", "9. Time Zone": "UTC" },
      "Time Series (Digital Currency Intraday)": {},
    }
    await using setup = await start({ intercept: intercept(retired) })
    const { reason } = await untilFailure(setup.ask("5m", "2024-02-01 00:00", "2024-03-01 00:00"))
    expect(reason._tag).toBe("MalformedResponse")
  })
})

describe("CSV", () => {
  it("is asked for without compression and refused with it", async () => {
    const body = gzipSync("timestamp,open,high,low,close,volume\r\n2024-02-06 09:30:00,1,1,1,1,1\r\n")
    await using setup = await start(
      {
        intercept: (_query, response) => {
          response.writeHead(200, { "content-encoding": "gzip" }).end(body)
          return true
        },
      },
      { datatype: "csv" },
    )
    const { reason } = await untilFailure(setup.ask("5m", "2024-02-01 00:00", "2024-03-01 00:00"))
    expect(reason).toMatchObject({
      _tag: "MalformedResponse",
      issue: expect.stringContaining("CSV with gzip compression"),
    })
    expect(setup.server.requests[0]?.headers["accept-encoding"]).toBe("identity")
    expect(setup.server.requests[0]?.query.get("datatype")).toBe("csv")
  })

  it("whose connection breaks is asked for again", async () => {
    await using setup = await start(
      {
        intercept: (_query, response, index) => {
          if (index > 0) return false
          response.writeHead(200, { "content-length": "100000" })
          response.write("timestamp,open,high,low,close,volume\r\n2024-02-06 09:30:00,1,1,1,1,1\r\n", () =>
            response.destroy(),
          )
          return true
        },
      },
      { datatype: "csv" },
    )
    expect(
      rowsOf(await Array.fromAsync(setup.ask("1h", "2024-02-01 00:00", "2024-03-01 00:00"))),
    ).toBeGreaterThan(100)
    expect(setup.records.map(({ outcome }) => outcome)).toEqual(["NetworkFailure", "ok"])
  })
})
