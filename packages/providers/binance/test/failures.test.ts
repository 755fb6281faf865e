import { failureOfStatus, type ProviderFailure, type VendorAnswer } from "@barkeep/provider-kit"
import { timeframes } from "@barkeep/market-data"
import { describe, expect, it } from "vitest"
import { failureOfAnswer, usedWeight } from "../src/failures.ts"
import { readShared } from "./fixture.ts"

const receivedAt = Date.UTC(2026, 7, 24, 12)
const answer = (status: number, text: string, headers: Record<string, string> = {}): VendorAnswer => ({
  status,
  text,
  headers: new Headers(headers),
  receivedAt,
})
const failureOf = (...given: Parameters<typeof answer>): ProviderFailure | undefined => {
  const whole = answer(...given)
  return failureOfAnswer(whole) ?? failureOfStatus(whole)
}
const complaint = (code: number, msg: string): string => JSON.stringify({ code, msg })

const restricted = "Service unavailable from a restricted location according to 'b. Eligibility'."
const banned = (until: number): string =>
  complaint(
    -1003,
    `Way too much request weight used; IP banned until ${until}. Please use WebSocket Streams.`,
  )

describe("an answer of Binance", () => {
  it.each<[string, Parameters<typeof answer>, ProviderFailure | undefined]>([
    ["bars", [200, "[]"], undefined],
    ["pairs", [200, `{"timezone":"UTC","symbols":[]}`], undefined],
    [
      "an unknown symbol",
      [400, complaint(-1121, "Invalid symbol.")],
      { _tag: "SymbolNotFound", certain: true },
    ],
    [
      "a symbol with impossible letters",
      [
        400,
        complaint(
          -1100,
          "Illegal characters found in parameter 'symbol'; legal range is '^[A-Z0-9-_.]{1,20}$'.",
        ),
      ],
      { _tag: "SymbolNotFound", certain: true },
    ],
    [
      "another parameter with impossible letters",
      [400, complaint(-1100, "Illegal characters found in parameter 'startTime'.")],
      {
        _tag: "RequestRejected",
        status: 400,
        vendorMessage: "-1100 Illegal characters found in parameter 'startTime'.",
      },
    ],
    [
      "an unknown interval",
      [400, complaint(-1120, "Invalid interval.")],
      { _tag: "UnsupportedTimeframe", supported: timeframes },
    ],
    [
      "an unread parameter",
      [400, complaint(-1104, "Not all sent parameters were read.")],
      { _tag: "RequestRejected", status: 400, vendorMessage: "-1104 Not all sent parameters were read." },
    ],
    [
      "too much weight",
      [
        429,
        complaint(-1003, "Too much request weight used; current limit is 6000 request weight per 1 MINUTE."),
        { "retry-after": "17" },
      ],
      { _tag: "RateLimited", retryAt: receivedAt + 17_000 },
    ],
    [
      "too many in the queue",
      [429, complaint(-1003, "Too many requests queued.")],
      { _tag: "RateLimited", retryAt: receivedAt + 60_000 },
    ],
    [
      "429 of a proxy",
      [429, "slow down", { "retry-after": "3" }],
      { _tag: "RateLimited", retryAt: receivedAt + 3000 },
    ],
    [
      "a ban whose text ends later",
      [418, banned(receivedAt + 500_000), { "retry-after": "400" }],
      { _tag: "Banned", until: receivedAt + 500_000 },
    ],
    [
      "a ban whose header ends later",
      [418, banned(receivedAt + 300_000), { "retry-after": "400" }],
      { _tag: "Banned", until: receivedAt + 400_000 },
    ],
    [
      "a ban by text alone",
      [418, banned(receivedAt + 300_000)],
      { _tag: "Banned", until: receivedAt + 300_000 },
    ],
    [
      "a ban by header alone",
      [418, "", { "retry-after": "400" }],
      { _tag: "Banned", until: receivedAt + 400_000 },
    ],
    ["a ban without an end", [418, ""], { _tag: "Banned", until: receivedAt + 120_000 }],
    [
      "a ban with another status",
      [429, banned(receivedAt + 300_000)],
      { _tag: "Banned", until: receivedAt + 300_000 },
    ],
    [
      "a restricted place",
      [451, JSON.stringify({ code: 0, msg: restricted }, null, 2)],
      { _tag: "GeoBlocked" },
    ],
    [
      "a restricted place with another status",
      [403, JSON.stringify({ code: 0, msg: restricted })],
      { _tag: "GeoBlocked" },
    ],
    ["451 of anybody", [451, ""], { _tag: "GeoBlocked" }],
    [
      "a firewall",
      [403, "<HTML><TITLE>ERROR: The request could not be satisfied</TITLE></HTML>"],
      { _tag: "BlockedByFirewall", status: 403 },
    ],
    [
      "an internal error",
      [500, complaint(-1001, "Internal error; unable to process your request.")],
      { _tag: "VendorOutage", status: 500 },
    ],
    [
      "overload",
      [503, complaint(-1008, "Server is currently overloaded with other requests.")],
      { _tag: "VendorOutage", status: 503 },
    ],
    [
      "a backend timeout",
      [504, complaint(-1007, "Timeout waiting for response from backend server.")],
      { _tag: "VendorOutage", status: 504 },
    ],
    [
      "a server fault with status 400",
      [400, complaint(-1000, "An unknown error occurred.")],
      { _tag: "VendorOutage", status: 400 },
    ],
    ["502 of a gateway", [502, "<html>Bad Gateway</html>"], { _tag: "VendorOutage", status: 502 }],
    ["404", [404, "<html>"], { _tag: "RequestRejected", status: 404, vendorMessage: "<html>" }],
    [
      "a complaint with status 200",
      [200, complaint(-1121, "Invalid symbol.")],
      { _tag: "SymbolNotFound", certain: true },
    ],
    [
      "half a complaint",
      [400, `{"code":-1121,"ms`],
      { _tag: "RequestRejected", status: 400, vendorMessage: `{"code":-1121,"ms` },
    ],
  ])("with %s", (_name, given, expected) => {
    expect(failureOf(...given)).toEqual(expected)
  })

  it("tells the end of a ban by its own clock, which may differ from ours", () => {
    const itsClock = receivedAt - 86_400_000
    const failure = failureOf(418, banned(itsClock + 300_000), { date: new Date(itsClock).toUTCString() })
    expect(failure).toEqual({ _tag: "Banned", until: receivedAt + 300_000 })
  })

  it.each([
    ["42", { used: { "weight-1m": 42 } }],
    ["", undefined],
    ["many", undefined],
    ["-1", undefined],
  ])("counts the used weight %j", (text, expected) => {
    expect(usedWeight(answer(200, "[]", { "X-MBX-USED-WEIGHT-1M": text }))).toEqual(expected)
  })

  it("without the header counts nothing", () => {
    expect(usedWeight(answer(200, "[]"))).toBeUndefined()
  })

  const observed = readShared("providers/binance/observed-errors.json")
  const expectedTags: Record<string, ReadonlyArray<ProviderFailure["_tag"]>> = {
    451: ["GeoBlocked"],
    418: ["Banned"],
    429: ["RateLimited"],
    403: ["BlockedByFirewall"],
    400: ["SymbolNotFound", "UnsupportedTimeframe", "RequestRejected"],
    500: ["VendorOutage"],
    503: ["VendorOutage"],
    504: ["VendorOutage"],
  }
  it.skipIf(observed === undefined)(
    "as observed by others is understood (needs the shared test data)",
    () => {
      const { replies } = JSON.parse(observed ?? "") as {
        replies: ReadonlyArray<{ status: number; body_raw?: string; body_template?: string }>
      }
      expect(replies.length).toBeGreaterThan(10)
      for (const { status, body_raw, body_template } of replies)
        expect(expectedTags[status]).toContain(failureOf(status, body_raw ?? body_template ?? "")?._tag)
    },
  )
})
