import { failureOfStatus, type ProviderFailure, type VendorAnswer } from "@barkeep/provider-kit"
import { describe, expect, it } from "vitest"
import { failureOfAnswer } from "../src/failures.ts"
import { day } from "./fixture.ts"

const receivedAt = Date.UTC(2026, 4, 19, 12)
const failureOf = (
  status: number,
  text: string,
  headers: Record<string, string> = {},
): ProviderFailure | undefined => {
  const answer: VendorAnswer = { status, text, headers: new Headers(headers), receivedAt }
  return failureOfAnswer(answer) ?? failureOfStatus(answer)
}

const flat = (error: string): string => JSON.stringify({ error })
const structured = (code: number | string, message: string): string =>
  JSON.stringify({
    status: { timestamp: "2026-05-17T01:39:44.892+00:00", error_code: code, error_message: message },
  })
const nested = (code: number, message: string): string =>
  JSON.stringify({ error: { status: { error_code: code, error_message: message } } })
const topLevel = (code: number, message: string): string =>
  JSON.stringify({ error_code: code, status: message })

const tooOld =
  "Your request exceeds the allowed time range. Public API users are limited to the past 365 days."
const cloudflare = (code: number): string =>
  `<!DOCTYPE html><html><head><title>Access denied</title></head><body><h1>Error code: <span>${code}</span></h1></body></html>`
const rateLimited = (millis: number): ProviderFailure => ({
  _tag: "RateLimited",
  retryAt: receivedAt + millis,
})
const refusedKey = (hint: RegExp) => ({ _tag: "AuthenticationFailed", hint: expect.stringMatching(hint) })
const outside: ProviderFailure = { _tag: "OutsideHistory", earliest: receivedAt - 365 * day }

describe("an answer of CoinGecko", () => {
  it.each<[string, Parameters<typeof failureOf>, unknown]>([
    ["candles", [200, "[[1779199200000,1,1,1,1]]"], undefined],
    ["no candle", [200, "[]"], undefined],
    ["few prices", [200, `{"prices":[[1,2]],"market_caps":[],"total_volumes":[]}`], undefined],
    ["a ping", [200, `{"gecko_says":"(V3) To the Moon!"}`], undefined],
    ["an unknown coin", [404, flat("coin not found")], { _tag: "SymbolNotFound", certain: false }],
    [
      "404 of anybody else",
      [404, "<html>"],
      { _tag: "RequestRejected", status: 404, vendorMessage: "<html>" },
    ],
    ["too old a range, with the status of a wrong key", [401, nested(10012, tooOld)], outside],
    ["too old a range, in another form", [401, structured(10012, tooOld)], outside],
    ["too old a range, in the fourth form", [401, topLevel(10012, tooOld)], outside],
    ["too old a range, no days named", [401, structured(10012, "too old")], { _tag: "OutsideHistory" }],
    [
      "a range outside a plan of two years",
      [401, nested(10012, "within the past 730 days")],
      { _tag: "OutsideHistory", earliest: receivedAt - 730 * day },
    ],
    [
      "an endpoint of a higher plan",
      [401, structured(10005, "limited to PRO API subscribers")],
      { _tag: "TierRequired", needed: expect.stringContaining("Analyst") },
    ],
    [
      "an endpoint of a higher plan, with 403",
      [403, nested(10005, "limited")],
      { _tag: "TierRequired", needed: expect.stringContaining("Analyst") },
    ],
    [
      "a missing key",
      [401, structured(10002, "API Key Missing.")],
      refusedKey(/no valid key \(API Key Missing\.\)/),
    ],
    ["a code as text", [401, structured("10002", "API Key Missing.")], refusedKey(/no valid key/)],
    [
      "a paid key at the public address",
      [400, structured(10010, "change your root URL")],
      refusedKey(/analyst tier/),
    ],
    [
      "a demo key at the address for paid ones",
      [400, structured(10011, "change your root URL")],
      refusedKey(/demo tier/),
    ],
    ["401 without a code", [401, flat("Unauthorized")], refusedKey(/Unauthorized/)],
    ["a rate limit", [429, structured(429, "You've exceeded the Rate Limit.")], rateLimited(60_000)],
    [
      "a rate limit with Retry-After 119",
      [429, structured(429, "You've exceeded the Rate Limit."), { "retry-after": "119" }],
      rateLimited(119_000),
    ],
    [
      "a rate limit with a status of success",
      [200, structured(429, "You've exceeded the Rate Limit.")],
      rateLimited(60_000),
    ],
    ["plain Throttled", [429, "Throttled"], rateLimited(60_000)],
    ["plain Throttled with another status", [403, "Throttled\n"], rateLimited(60_000)],
    ["plain Throttled with a status of success", [200, "Throttled"], rateLimited(60_000)],
    ["Throttled in JSON", [503, `"Throttled"`], rateLimited(60_000)],
    ["a web page with 429", [429, cloudflare(1015), { "retry-after": "30" }], rateLimited(30_000)],
    ["a web page about the rate with 403", [403, cloudflare(1015)], rateLimited(60_000)],
    ["a short text about the rate", [429, "error code: 1015"], rateLimited(60_000)],
    ["a web page of the firewall", [403, cloudflare(1020)], { _tag: "BlockedByFirewall", status: 403 }],
    ["a short text of the firewall", [403, "error code: 1020"], { _tag: "BlockedByFirewall", status: 403 }],
    [
      "the firewall in JSON",
      [403, structured(1020, "Access denied")],
      { _tag: "BlockedByFirewall", status: 403 },
    ],
    ["any other 403", [403, "<html>Forbidden</html>"], { _tag: "BlockedByFirewall", status: 403 }],
    [
      "days that it does not take",
      [400, flat("Invalid days parameter")],
      { _tag: "RequestRejected", status: 400, vendorMessage: flat("Invalid days parameter") },
    ],
    [
      "a missing parameter",
      [422, flat("Missing parameter vs_currency")],
      { _tag: "RequestRejected", status: 422, vendorMessage: flat("Missing parameter vs_currency") },
    ],
    [
      "a complaint with a status of success",
      [200, flat("invalid vs_currency")],
      { _tag: "RequestRejected", status: 200, vendorMessage: "invalid vs_currency" },
    ],
    [
      "an internal error",
      [500, structured(500, "Internal Server Error")],
      { _tag: "VendorOutage", status: 500 },
    ],
    ["a gateway's error", [502, "<html>Bad Gateway</html>"], { _tag: "VendorOutage", status: 502 }],
    ["maintenance", [503, ""], { _tag: "VendorOutage", status: 503 }],
    ["a timeout", [408, ""], { _tag: "VendorOutage", status: 408 }],
    [
      "half a complaint",
      [400, `{"status":{"error_co`],
      { _tag: "RequestRejected", status: 400, vendorMessage: `{"status":{"error_co` },
    ],
    ["null", [400, "null"], { _tag: "RequestRejected", status: 400, vendorMessage: "null" }],
  ])("with %s", (_name, given, expected) => {
    expect(failureOf(...given)).toEqual(expected)
  })
})
