import { inspect } from "node:util"
import { gzipSync } from "node:zlib"
import { InvalidInput } from "@barkeep/market-data"
import { assert, describe, expect, it } from "vitest"
import {
  type CallRecord,
  createLimiter,
  createVendorClient,
  ProviderError,
  type ProviderFailure,
  unlimited,
  type VendorCall,
  type VendorClient,
  type VendorClientOptions,
} from "../src/index.ts"
import { type LoopbackServer, sendJson, startServer } from "./loopback-server.ts"

const budget = { id: "weight-1m", unit: "weight", amount: 100, perMillis: 60_000 } as const
const call: VendorCall = {
  endpoint: "/bars",
  cost: { "weight-1m": 2 },
  operation: { operation: "bars", symbol: "BTCUSDT" },
}

const clientOf = (server: LoopbackServer, options: Partial<VendorClientOptions> = {}): VendorClient =>
  createVendorClient({
    vendor: "acme",
    baseUrl: server.baseUrl,
    limiter: createLimiter([budget]),
    pace: { calls: 1000, perMillis: 1000 },
    backoffMillis: 1,
    ...options,
  })

const failureOf = async (promise: Promise<unknown>): Promise<ProviderError> => {
  const error: unknown = await promise.then(
    () => assert.fail("resolved"),
    (reason: unknown) => reason,
  )
  assert.instanceOf(error, ProviderError)
  return error
}

describe("a call", () => {
  it("gives the whole answer: body, status, headers, the server's query as asked", async () => {
    await using server = await startServer((response) =>
      sendJson(response, { bars: [1] }, 200, { "x-used": "7" }),
    )
    const client = clientOf(server, { headers: { "user-agent": "barkeep-test" } })
    const answer = await client.json({ ...call, query: { symbol: "币安USDT", limit: 5, from: undefined } })
    expect(answer.body).toEqual({ bars: [1] })
    expect(answer.status).toBe(200)
    expect(answer.headers.get("x-used")).toBe("7")
    expect(new URL(server.requests[0]?.url ?? "", server.baseUrl).searchParams.get("symbol")).toBe("币安USDT")
    expect(server.requests[0]?.url).toMatch(/^\/bars\?symbol=[%A-Z0-9]+&limit=5$/)
    expect(server.requests[0]?.headers["user-agent"]).toBe("barkeep-test")
  })

  it("keeps the path of the base URL, for proxies", async () => {
    await using server = await startServer((response) => sendJson(response, 1))
    await clientOf(server, { baseUrl: `${server.baseUrl}/proxy/acme/` }).json(call)
    expect(server.requests[0]?.url).toBe("/proxy/acme/bars")
  })

  it("gives text and bytes as they came", async () => {
    await using server = await startServer((response) => response.end(Buffer.from([0xe2, 0x82, 0xac, 0x0a])))
    const client = clientOf(server)
    expect((await client.text(call)).text).toBe("€\n")
    expect([...(await client.bytes(call)).bytes]).toEqual([0xe2, 0x82, 0xac, 0x0a])
  })

  it("reads a compressed body", async () => {
    await using server = await startServer((response) =>
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(JSON.stringify([1, 2]))),
    )
    expect((await clientOf(server).json(call)).body).toEqual([1, 2])
  })

  it("does not follow redirects, which may lead the key elsewhere", async () => {
    await using server = await startServer((response) =>
      response.writeHead(302, { location: "/elsewhere" }).end(),
    )
    expect((await failureOf(clientOf(server).json(call))).reason).toMatchObject({
      _tag: "RequestRejected",
      status: 302,
    })
    expect(server.requests).toHaveLength(1)
  })
})

describe("transport faults", () => {
  const cut = '{"bars":[1,2,3]}'
  it.each<[string, Parameters<typeof startServer>[0]]>([
    ["a reset before the answer", (response) => response.destroy()],
    [
      "a body shorter than announced",
      (response) => {
        response.writeHead(200, { "content-length": "100" }).write(cut)
        setTimeout(() => response.destroy(), 5)
      },
    ],
    [
      "a chunked body that ends early",
      (response) => {
        response.writeHead(200).write(cut.slice(0, 8))
        setTimeout(() => response.destroy(), 5)
      },
    ],
    [
      "a compressed body that was cut off",
      (response) => {
        const body = gzipSync(JSON.stringify(Array.from({ length: 5000 }, (_, index) => index * 7)))
        response.writeHead(200, { "content-encoding": "gzip" }).end(body.subarray(0, body.length / 2))
      },
    ],
    ["half a JSON document", (response) => response.end(cut.slice(0, 8))],
    ["an empty body", (response) => response.end()],
    [
      "a body slower than the timeout",
      (response) => {
        response.writeHead(200).write(cut.slice(0, 8))
      },
    ],
    ["an answer slower than the timeout", () => {}],
    ["status 500", (response) => response.writeHead(500).end()],
    ["status 503", (response) => response.writeHead(503).end("<html>")],
    ["status 408", (response) => response.writeHead(408).end()],
  ])("are mended by another attempt: %s", async (name, fault) => {
    await using server = await startServer((response, index, request) =>
      index < 2 ? fault(response, index, request) : sendJson(response, { bars: [1, 2, 3] }),
    )
    const outcomes: Array<CallRecord["outcome"]> = []
    const client = clientOf(server, {
      // Only where somebody has to wait for it: a slow machine needs its time for the others.
      attemptTimeoutMillis: name.endsWith("slower than the timeout") ? 300 : 20_000,
      onCall: ({ outcome }) => outcomes.push(outcome),
    })
    expect((await client.json(call)).body).toEqual({ bars: [1, 2, 3] })
    expect(server.requests).toHaveLength(3)
    expect(outcomes).toHaveLength(3)
    expect(outcomes[0]).not.toBe("ok")
    expect(outcomes[2]).toBe("ok")
  })

  it.each<[string, Parameters<typeof startServer>[0], ProviderFailure["_tag"]]>([
    ["reset", (response) => response.destroy(), "NetworkFailure"],
    ["hanging", () => {}, "NetworkFailure"],
    ["half body", (response) => response.end("[1,"), "MalformedResponse"],
    ["500", (response) => response.writeHead(500).end(), "VendorOutage"],
  ])("that last fail the call after all attempts: %s", async (name, fault, tag) => {
    await using server = await startServer(fault)
    const attemptTimeoutMillis = name === "hanging" ? 200 : 20_000
    const error = await failureOf(clientOf(server, { attemptTimeoutMillis, retries: 2 }).json(call))
    expect(error.reason._tag).toBe(tag)
    expect(server.requests).toHaveLength(3)
  })

  it("are given up when the total time is used up", async () => {
    await using server = await startServer(() => {})
    const client = clientOf(server, { attemptTimeoutMillis: 60, totalTimeoutMillis: 100, retries: 10 })
    expect((await failureOf(client.json(call))).message).toMatch(/no complete answer within \d+ ms/)
    expect(server.requests.length).toBeLessThanOrEqual(3)
  })

  it("name the cause when nobody listens", async () => {
    const server = await startServer(() => {})
    await server[Symbol.asyncDispose]()
    const error = await failureOf(clientOf(server, { retries: 0 }).json(call))
    expect(error.message).toMatch(/acme\.bars BTCUSDT: network failure: .*ECONNREFUSED/)
  })
})

describe("answers that another attempt would not change", () => {
  it.each<[string, Parameters<typeof startServer>[0], ProviderFailure["_tag"]]>([
    ["404", (response) => response.writeHead(404).end("not here"), "RequestRejected"],
    ["401", (response) => response.writeHead(401).end("who are you"), "AuthenticationFailed"],
    ["403", (response) => response.writeHead(403).end("<HTML>"), "BlockedByFirewall"],
    ["451", (response) => response.writeHead(451).end(), "GeoBlocked"],
    ["a web page", (response) => response.end("<html>maintenance</html>"), "MalformedResponse"],
    ["418", (response) => response.writeHead(418, { "retry-after": "100" }).end(), "Banned"],
  ])("are not asked for again: %s", async (_name, answer, tag) => {
    await using server = await startServer(answer)
    expect((await failureOf(clientOf(server).json(call))).reason._tag).toBe(tag)
    expect(server.requests).toHaveLength(1)
  })

  it("are cut off as soon as they are too large, whether announced or not", async () => {
    let sent = 0
    await using server = await startServer((response, index) => {
      if (index === 0) {
        response.writeHead(200, { "content-length": "1000000000" }).write("[")
        return
      }
      const chunk = Buffer.alloc(100_000, "1")
      const pump = (): void => {
        if (response.destroyed) return
        sent += chunk.length
        response.write(chunk, () => setImmediate(pump))
      }
      pump()
    })
    const client = clientOf(server, { maxBytes: 1_000_000 })
    for (const expected of [1, 2]) {
      const error = await failureOf(client.json(call))
      expect(error.message).toContain("larger than 1000000 bytes")
      expect(server.requests).toHaveLength(expected)
    }
    expect(sent).toBeLessThan(50_000_000)
  })

  it("are read by the vendor's own rules first, whatever the status says", async () => {
    await using server = await startServer((response) =>
      sendJson(response, { Information: "premium endpoint" }),
    )
    const client = clientOf(server, {
      classify: ({ text }) =>
        text.includes("premium") ? { _tag: "TierRequired", needed: "premium" } : undefined,
    })
    expect((await failureOf(client.json(call))).reason).toEqual({ _tag: "TierRequired", needed: "premium" })
  })
})

describe("a vendor that asks to slow down", () => {
  const inTwoSeconds = (): string => new Date(Math.ceil(Date.now() / 1000) * 1000 + 1000).toUTCString()

  it.each([
    ["seconds", () => "1"],
    ["an HTTP date", inTwoSeconds],
  ])("stops all its calls until Retry-After has passed, given as %s", async (_name, retryAfter) => {
    await using server = await startServer((response, index) =>
      index === 0
        ? response.writeHead(429, { "retry-after": retryAfter() }).end()
        : sendJson(response, index),
    )
    const limiter = createLimiter([budget])
    const paused = Promise.withResolvers<void>()
    const client = clientOf(server, {
      limiter: {
        ...limiter,
        pauseUntil: async (until, kind) => {
          await limiter.pauseUntil(until, kind)
          paused.resolve()
        },
      },
    })
    const first = client.json(call)
    await paused.promise
    await Promise.all([first, client.json(call), client.json(call)])
    expect(server.requests).toHaveLength(4)
    const [refused, ...later] = server.requests.map(({ at }) => at)
    for (const at of later) expect(at - (refused ?? 0)).toBeGreaterThanOrEqual(900)
  })

  it("fails at once with the time when the pause is longer than the caller wants to wait", async () => {
    await using server = await startServer((response) =>
      response.writeHead(429, { "retry-after": "3600" }).end(),
    )
    const client = clientOf(server, { maxWaitMillis: 1000 })
    const before = Date.now()
    const error = await failureOf(client.json(call))
    assert(error.reason._tag === "RateLimited")
    expect(error.reason.retryAt).toBeGreaterThanOrEqual(before + 3_600_000)
    await failureOf(client.json(call))
    expect(server.requests).toHaveLength(1)
  })

  it("is believed for three days at most", async () => {
    await using server = await startServer((response) =>
      response.writeHead(418, { "retry-after": "999999999" }).end(),
    )
    const error = await failureOf(clientOf(server).json(call))
    assert(error.reason._tag === "Banned")
    expect(error.reason.until).toBeLessThanOrEqual(Date.now() + 259_200_000)
  })

  it("bans every client that shares the limiter, not only the one that asked", async () => {
    await using server = await startServer((response) =>
      response.writeHead(418, { "retry-after": "600" }).end(),
    )
    const limiter = createLimiter([budget])
    await failureOf(clientOf(server, { limiter }).json(call))
    const error = await failureOf(clientOf(server, { limiter }).json(call))
    expect(error.reason._tag).toBe("Banned")
    expect(server.requests).toHaveLength(1)
  })

  it("is waited for after 503 with Retry-After too", async () => {
    await using server = await startServer((response, index) =>
      index === 0 ? response.writeHead(503, { "retry-after": "1" }).end() : sendJson(response, 1),
    )
    await clientOf(server).json(call)
    const [refused, again] = server.requests.map(({ at }) => at)
    expect((again ?? 0) - (refused ?? 0)).toBeGreaterThanOrEqual(900)
  })

  it("may be left waiting: an abort during a pause rejects with its reason", async () => {
    await using server = await startServer((response) =>
      response.writeHead(429, { "retry-after": "60" }).end(),
    )
    const controller = new AbortController()
    const reason = new Error("never mind")
    const pending = clientOf(server).json(call, { signal: controller.signal })
    await expect.poll(() => server.requests.length).toBe(1)
    setTimeout(() => controller.abort(reason), 30)
    await expect(pending).rejects.toBe(reason)
  })
})

describe("limits", () => {
  it("are paid by retries too", async () => {
    await using server = await startServer((response, index) =>
      index < 2 ? response.writeHead(500).end() : sendJson(response, 1),
    )
    const limiter = createLimiter([{ ...budget, amount: 6 }])
    const client = clientOf(server, { limiter, maxWaitMillis: 0 })
    await client.json(call)
    expect((await failureOf(client.json(call))).reason._tag).toBe("RateLimited")
    expect(server.requests).toHaveLength(3)
  })

  it("follow the server's count where it is higher", async () => {
    await using server = await startServer((response) =>
      sendJson(response, 1, 200, { "x-used-weight": "99" }),
    )
    const client = clientOf(server, {
      maxWaitMillis: 0,
      limitFacts: ({ headers }) => ({ used: { "weight-1m": Number(headers.get("x-used-weight")) } }),
    })
    await client.json(call)
    expect((await failureOf(client.json(call))).reason._tag).toBe("RateLimited")
    expect(server.requests).toHaveLength(1)
  })

  it("of a day that are used up fail with the time at which they reset", async () => {
    await using server = await startServer((response) => sendJson(response, 1))
    const limiter = createLimiter([{ id: "calls-1d", unit: "calls", amount: 1, perMillis: 86_400_000 }])
    const client = clientOf(server, { limiter })
    await client.json({ ...call, cost: { "calls-1d": 1 } })
    const error = await failureOf(client.json({ ...call, cost: { "calls-1d": 1 } }))
    assert(error.reason._tag === "QuotaExhausted")
    expect(error.reason.resetsAt).toBeGreaterThan(Date.now() + 86_000_000)
    expect(server.requests).toHaveLength(1)
  })

  it("hold for all calls together when many call at once", async () => {
    await using server = await startServer((response) => sendJson(response, 1))
    const starts: Array<number> = []
    const limiter = createLimiter([{ ...budget, amount: 8, perMillis: 250 }])
    const client = clientOf(server, {
      limiter,
      concurrency: 10,
      onCall: ({ startedAt }) => starts.push(startedAt),
    })
    await Promise.all(Array.from({ length: 20 }, () => client.json(call)))
    // The record's time is taken a moment after the booking.
    for (const start of starts)
      expect(starts.filter((other) => other >= start && other < start + 200).length).toBeLessThanOrEqual(4)
  })

  it("hold for calls in flight and for starts per time", async () => {
    let inFlight = 0
    let most = 0
    await using server = await startServer((response) => {
      inFlight += 1
      most = Math.max(most, inFlight)
      setTimeout(() => {
        inFlight -= 1
        sendJson(response, 1)
      }, 10)
    })
    const starts: Array<number> = []
    const client = clientOf(server, {
      limiter: unlimited,
      concurrency: 3,
      pace: { calls: 4, perMillis: 200 },
      onCall: ({ startedAt }) => starts.push(startedAt),
    })
    await Promise.all(Array.from({ length: 12 }, () => client.json(call)))
    expect(most).toBeLessThanOrEqual(3)
    for (const start of starts)
      expect(starts.filter((other) => other >= start && other < start + 150).length).toBeLessThanOrEqual(4)
  })
})

describe("an abort", () => {
  it("rejects with its reason and breaks the connection off", async () => {
    let isClosed = false
    await using server = await startServer((response) => {
      response.on("close", () => {
        isClosed = true
      })
      response.writeHead(200).write("[1,")
    })
    const controller = new AbortController()
    const reason = { because: "any value can be a reason" }
    const records: Array<CallRecord> = []
    const client = clientOf(server, { onCall: (record) => records.push(record) })
    const pending = client.json(call, { signal: controller.signal })
    await expect.poll(() => server.requests.length).toBe(1)
    controller.abort(reason)
    await expect(pending).rejects.toBe(reason)
    await expect.poll(() => isClosed).toBe(true)
    expect(records.map(({ outcome }) => outcome)).toEqual(["Aborted"])
    expect(server.requests).toHaveLength(1)
  })

  it("beforehand sends nothing", async () => {
    await using server = await startServer((response) => sendJson(response, 1))
    const reason = new Error("too late")
    await expect(clientOf(server).json(call, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect(server.requests).toHaveLength(0)
  })
})

describe("secrets", () => {
  const key = "s3cr3t/key+with=signs"
  const leaks = (text: string): boolean =>
    [
      key,
      encodeURIComponent(key),
      new URLSearchParams({ key }).toString().slice(4),
      Buffer.from(key).toString("base64"),
    ].some((form) => text.includes(form))

  it.each<[string, Parameters<typeof startServer>[0]]>([
    ["echoed in a 400", (response) => sendJson(response, { error: `your key ${key} is wrong` }, 400)],
    ["echoed in a 401", (response) => sendJson(response, { error: `your key ${key} is wrong` }, 401)],
    ["echoed in a page", (response) => response.end(`<html>${key}`)],
    ["echoed as the URL", (response, _index, request) => response.writeHead(404).end(request.url)],
    ["after a reset", (response) => response.destroy()],
  ])("show in no error and no record: %s", async (_name, answer) => {
    await using server = await startServer(answer)
    const records: Array<CallRecord> = []
    const client = clientOf(server, {
      secrets: [key, ""],
      headers: { "x-api-key": key },
      retries: 0,
      onCall: (record) => records.push(record),
    })
    const error = await failureOf(client.json({ ...call, query: { apikey: key } }))
    const shown = [
      error.message,
      error.stack,
      JSON.stringify(error),
      inspect(error, { depth: 20, showHidden: true }),
    ]
    expect(shown.filter((text) => leaks(text ?? ""))).toEqual([])
    expect(leaks(JSON.stringify(records))).toBe(false)
    expect(decodeURIComponent(server.requests[0]?.url.replaceAll("+", " ") ?? "")).toContain("s3cr3t/key")
  })

  it("show in no error of a fetch that puts the URL into its message and carries the request", async () => {
    await using server = await startServer(() => {})
    const client = clientOf(server, {
      secrets: [key],
      retries: 0,
      fetch: (url) =>
        Promise.reject(
          Object.assign(new Error(`cannot GET ${url}`, { cause: new Error(url) }), { request: { url } }),
        ),
    })
    const error = await failureOf(client.json({ ...call, query: { apikey: key } }))
    expect(leaks(inspect(error, { depth: 20, showHidden: true }))).toBe(false)
    expect(error.message).toMatch(/network failure: http.*\/bars\?\[redacted\]$/)
  })

  it("in a provider's own complaint are removed as well", async () => {
    await using server = await startServer(() => {})
    const error = clientOf(server, { secrets: [key] }).error(
      { operation: "bars" },
      { _tag: "MalformedResponse", issue: `no bars in ${key}` },
    )
    expect(error.message).toContain("no bars in [redacted]")
  })
})

describe("options", () => {
  it.each(["", "nonsense", "ftp://x", "http://user:pw@host", "http://host/?key=1", "http://host/#x"])(
    "that are no base URL are refused without repeating them: %j",
    (baseUrl) => {
      const make = (): VendorClient =>
        createVendorClient({ vendor: "acme", baseUrl, limiter: unlimited, pace: { calls: 1, perMillis: 1 } })
      expect(make).toThrow(InvalidInput)
      if (baseUrl !== "") expect(make).not.toThrow(baseUrl)
    },
  )

  it("with an impossible pace are refused", () => {
    const options = { vendor: "acme", baseUrl: "http://127.0.0.1", limiter: unlimited }
    expect(() => createVendorClient({ ...options, pace: { calls: 0, perMillis: 1000 } })).toThrow(
      InvalidInput,
    )
    expect(() =>
      createVendorClient({ ...options, pace: { calls: 1, perMillis: 1000 }, concurrency: 0 }),
    ).toThrow(InvalidInput)
  })

  it("with an observer get one record per attempt, and its bug fails the call visibly", async () => {
    await using server = await startServer((response, index) =>
      index === 0 ? response.writeHead(502).end("bad") : sendJson(response, [1]),
    )
    const records: Array<CallRecord> = []
    const timeframed = { ...call, operation: { ...call.operation, timeframe: "1h" } }
    await clientOf(server, { onCall: (record) => records.push(record) }).json(timeframed)
    expect(records).toMatchObject([
      {
        vendor: "acme",
        endpoint: "/bars",
        symbol: "BTCUSDT",
        timeframe: "1h",
        status: 502,
        bytes: 3,
        weight: 2,
        attempt: 1,
        outcome: "VendorOutage",
      },
      { status: 200, bytes: 3, cost: { "weight-1m": 2 }, attempt: 2, outcome: "ok" },
    ])
    for (const { startedAt, millis } of records) expect(Date.now() - startedAt).toBeGreaterThanOrEqual(millis)
    const bug = new Error("observer broke")
    const broken = clientOf(server, {
      onCall: () => {
        throw bug
      },
    })
    await expect(broken.json(call)).rejects.toBe(bug)
  })
})
