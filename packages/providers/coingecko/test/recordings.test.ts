import { barRows, isoTime, type Timeframe } from "@barkeep/market-data"
import { failureOfStatus, type ProviderFailure } from "@barkeep/provider-kit"
import * as Result from "effect/Result"
import { describe, expect, it } from "vitest"
import { parseCoinsList } from "../src/coins-list.ts"
import { failureOfAnswer } from "../src/failures.ts"
import { ohlcToBars } from "../src/ohlc-to-bars.ts"
import { samplesToBars } from "../src/samples-to-bars.ts"
import { type SampledTimeframe, sampleStepMillis } from "../src/timeframes.ts"
import { day, hour, readRecording } from "./fixture.ts"

interface Observed {
  readonly errors: ReadonlyArray<{
    readonly status: number | string
    readonly headers?: Record<string, string>
    readonly body_raw?: string | null
    readonly body_template?: string
  }>
  readonly samples: ReadonlyArray<{ readonly what: string; readonly body: unknown }>
}

const observed = readRecording("observed-responses.json") as Observed | undefined
const examples = readRecording("oas/examples.json") as Record<string, unknown> | undefined
const receivedAt = Date.UTC(2026, 4, 20)

const lastTime = (rows: unknown): number =>
  ((rows as ReadonlyArray<ReadonlyArray<number>>).at(-1) as [number])[0]

/** What becomes of candles, as the answer of a call that was made when the last of them had come. */
const readOhlc = (payload: unknown, timeframe: Timeframe): ReadonlyArray<string> | string => {
  const now = lastTime(payload) + 1000
  const range = { from: now - 90 * day, to: now }
  const result = ohlcToBars(payload, {
    timeframe,
    range,
    closes: { ...range, to: now + day },
    now,
    isSizeImplied: true,
  })
  if (Result.isFailure(result)) return result.failure
  return [...barRows(result.success.bars)].map(({ openTime, close }) => `${isoTime(openTime)} ${close}`)
}

const readSamples = (payload: unknown, timeframe: SampledTimeframe): ReadonlyArray<string> | string => {
  const now = lastTime((payload as { prices: unknown }).prices) + 1000
  const range = { from: now - 90 * day, to: now + hour }
  const result = samplesToBars(payload, {
    timeframe,
    range,
    asked: range,
    stepMillis: sampleStepMillis(timeframe),
    now: now + 2 * hour,
  })
  if (Result.isFailure(result)) return result.failure
  return [...barRows(result.success.bars)].map(({ openTime, close }) => `${isoTime(openTime)} ${close}`)
}

describe.skipIf(observed === undefined)("errors as observed by others (needs the shared test data)", () => {
  const tags: ReadonlyArray<readonly [RegExp | null, number, ProviderFailure["_tag"]]> = [
    [/10012/, 401, "OutsideHistory"],
    [/"error_code":429/, 429, "RateLimited"],
    [/Throttled/, 429, "RateLimited"],
    [null, 429, "RateLimited"],
    // Cut off in the quotation: not even JSON any more.
    [/10002/, 401, "AuthenticationFailed"],
    [/10005/, 401, "TierRequired"],
    [/coin not found/, 404, "SymbolNotFound"],
    [null, 400, "RequestRejected"],
    [/Missing parameter/, 422, "RequestRejected"],
  ]
  it.each(tags)("%s with %s is %s", (body, status, tag) => {
    const found = (observed?.errors ?? []).filter((error) => {
      const text = error.body_raw ?? error.body_template ?? ""
      return body === null ? text === "" && error.status === status : body.test(text)
    })
    expect(found.length).toBeGreaterThan(0)
    for (const { headers = {}, body_raw, body_template } of found) {
      const answer = {
        status,
        headers: new Headers(headers),
        text: body_raw ?? body_template ?? "",
        receivedAt,
      }
      expect((failureOfAnswer(answer) ?? failureOfStatus(answer))?._tag).toBe(tag)
    }
  })

  it("leaves no observed error without a row in this table", () => {
    expect(observed?.errors).toHaveLength(tags.length)
  })
})

describe.skipIf(observed === undefined)("answers as observed by others (need the shared test data)", () => {
  const sample = (what: string): unknown => observed?.samples.find((each) => each.what.startsWith(what))?.body

  it("four-hour candles open four hours before their stamps", () => {
    const bars = readOhlc(sample("ohlc rublix"), "4h")
    expect(bars).toHaveLength(10)
    expect(bars[0]).toBe("2021-07-10T08:00:00Z 0.01293")
    expect(bars[9]).toBe("2021-07-11T20:00:00Z 0.013424")
    expect(readOhlc(sample("ohlc rublix"), "30m")).toBe("candles are 4 h apart instead of 30m")
  })

  it.each(["market_chart daily, 5 days", "market_chart days=1 interval=daily"])(
    "%s is too coarse for anything",
    (what) => {
      for (const timeframe of ["1h", "4h", "1d"] as const)
        expect(readSamples(sample(what), timeframe)).toMatch(/apart instead of 1 h$/)
    },
  )
})

describe.skipIf(examples === undefined)("CoinGecko's own examples (need the shared test data)", () => {
  const halfHours = ["2026-05-19T13:30:00Z 76818", "2026-05-19T14:00:00Z 76422"]
  const fourHours = ["2024-03-02T12:00:00Z 61845", "2024-03-02T16:00:00Z 62139", "2024-03-02T20:00:00Z 62068"]
  const days = ["2025-11-30T00:00:00Z 90406", "2025-12-01T00:00:00Z 86281"]
  const fiveMinutes = ["2026-05-17T14:20:00Z 77953.82550382407", "2026-05-17T14:25:00Z 78052.87543398788"]
  const hours = [
    "2024-01-01T00:00:00Z 42261.0406175669",
    "2024-01-01T01:00:00Z 42493.2764087546",
    "2024-01-01T02:00:00Z 42654.0731066594",
  ]

  it.each<[string, Timeframe, unknown]>([
    ["demo-api.json@HEAD /coins/{id}/ohlc 200", "30m", halfHours],
    ["demo-api.json@HEAD /coins/{id}/ohlc 200", "4h", expect.stringContaining("is no close of a 4h candle")],
    ["pro-api.json@HEAD /coins/{id}/ohlc/range 200", "1d", days],
    ["pro-api.json@HEAD /coins/{id}/ohlc/range 200", "1h", "candles are 1 d apart instead of 1h"],
    ["coingecko-demo.json@8171415~1 /coins/{id}/ohlc 200", "4h", fourHours],
    ["coingecko-pro.json@8171415~1 /coins/{id}/ohlc/range 200", "1h", "candles are 4 h apart instead of 1h"],
    [
      "coingecko-pro.json@8171415~1 /coins/{id}/ohlc/range 200",
      "1d",
      expect.stringContaining("is no close of a 1d candle"),
    ],
  ])("%s as %s", (name, timeframe, expected) => {
    expect(readOhlc(examples?.[name], timeframe)).toEqual(expected)
  })

  it.each<[string, SampledTimeframe, unknown]>([
    ["demo-api.json@HEAD /coins/{id}/market_chart/range 200", "5m", fiveMinutes],
    [
      "demo-api.json@HEAD /coins/{id}/market_chart/range 200",
      "15m",
      ["2026-05-17T14:15:00Z 78052.87543398788"],
    ],
    ["coingecko-demo.json@8171415~1 /coins/{id}/market_chart/range 200", "1h", hours],
    [
      "coingecko-demo.json@8171415~1 /coins/{id}/market_chart/range 200",
      "15m",
      "prices are 1 h apart instead of 5 min",
    ],
    [
      "coingecko-demo.json@8171415~1 /coins/{id}/market_chart 200",
      "1d",
      "prices are 15 h apart instead of 1 h",
    ],
  ])("%s as %s", (name, timeframe, expected) => {
    expect(readSamples(examples?.[name], timeframe)).toEqual(expected)
  })

  it("are all read: those of candles and prices above or the same again, lists of coins, and pings", () => {
    const names = [
      "demo-api.json@HEAD /coins/{id}/ohlc 200",
      "pro-api.json@HEAD /coins/{id}/ohlc/range 200",
      "coingecko-demo.json@8171415~1 /coins/{id}/ohlc 200",
      "coingecko-pro.json@8171415~1 /coins/{id}/ohlc/range 200",
      "demo-api.json@HEAD /coins/{id}/market_chart/range 200",
      "coingecko-demo.json@8171415~1 /coins/{id}/market_chart/range 200",
      "coingecko-demo.json@8171415~1 /coins/{id}/market_chart 200",
    ]
    const readAbove = new Set(names.map((name) => JSON.stringify(examples?.[name])))
    for (const [name, body] of Object.entries(examples ?? {})) {
      if (name.includes("/coins/list")) {
        const coins = Result.getOrThrow(parseCoinsList(body))
        expect(coins).toHaveLength((body as ReadonlyArray<unknown>).length)
        expect(coins[0]?.id).toMatch(/^(0chain|official-trump)$/)
      } else if (name.includes("/ping")) expect(body).toEqual({ gecko_says: "(V3) To the Moon!" })
      else expect([name, readAbove.has(JSON.stringify(body))]).toEqual([name, true])
    }
  })
})
