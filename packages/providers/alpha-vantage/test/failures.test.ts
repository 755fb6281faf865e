import { failureOfStatus, type ProviderFailure, type VendorAnswer } from "@barkeep/provider-kit"
import { describe, expect, it } from "vitest"
import { failureOfAnswer } from "../src/failures.ts"
import { key, local, readShared } from "./fixture.ts"
import { texts } from "./vendor-texts.ts"

const receivedAt = local("2026-03-05 23:15")
const midnight = local("2026-03-06 00:00")

const failureOf = (body: unknown, status = 200): ProviderFailure | undefined => {
  const text = typeof body === "string" ? body : JSON.stringify(body, undefined, 4)
  const answer: VendorAnswer = { status, text, headers: new Headers(), receivedAt }
  return failureOfAnswer(answer) ?? failureOfStatus(answer)
}

const tierRequired = {
  _tag: "TierRequired",
  needed: expect.stringContaining("premium plan"),
} as unknown as ProviderFailure
const refusedKey = {
  _tag: "AuthenticationFailed",
  hint: expect.stringContaining("api-key"),
} as unknown as ProviderFailure

describe("an answer of Alpha Vantage", () => {
  it.each<[string, unknown, ProviderFailure | undefined]>([
    ["bars", { "Meta Data": {}, "Time Series (Daily)": {} }, undefined],
    ["CSV", "timestamp,open,high,low,close,volume\r\n", undefined],
    ["a burst", { Information: texts.burst }, { _tag: "RateLimited", retryAt: receivedAt + 1500 }],
    [
      "the day's calls used up",
      { Information: texts.daily(key) },
      { _tag: "QuotaExhausted", resetsAt: midnight },
    ],
    [
      "the day's calls used up, as a note",
      { Note: texts.daily(key) },
      { _tag: "QuotaExhausted", resetsAt: midnight },
    ],
    [
      "the minute's calls used up, in older words",
      { Note: texts.legacyNote },
      { _tag: "RateLimited", retryAt: receivedAt + 60_000 },
    ],
    ["a premium parameter", { Information: texts.premiumParameter }, tierRequired],
    ["a premium endpoint", { Information: texts.premiumEndpoint }, tierRequired],
    ["the demo key", { Information: texts.demoKey }, refusedKey],
    ["a wrong key", { "Error Message": texts.badKey }, refusedKey],
    [
      "an invalid call",
      { "Error Message": texts.invalidCall("TIME_SERIES_DAILY") },
      { _tag: "SymbolNotFound", certain: false },
    ],
    [
      "nothing",
      {},
      { _tag: "MalformedResponse", issue: "an empty object, without bars and without a reason" },
    ],
    [
      "made-up rows",
      { data: [], message: "The data above is an artificial sample." },
      {
        _tag: "MalformedResponse",
        issue: "made-up rows, as Alpha Vantage shows them for endpoints of other plans",
      },
    ],
    [
      "words never heard",
      { Information: "Something new." },
      { _tag: "RequestRejected", status: 200, vendorMessage: "Something new." },
    ],
  ])("with %s", (_name, body, expected) => {
    expect(failureOf(body)).toEqual(expected)
  })

  it.each<[string, unknown, number, ProviderFailure]>([
    [
      "a gateway's complaint",
      { message: "Endpoint request timed out" },
      504,
      { _tag: "VendorOutage", status: 504 },
    ],
    ["an empty object", {}, 502, { _tag: "VendorOutage", status: 502 }],
    [
      "a page of the firewall",
      "<html>Just a moment...</html>",
      403,
      { _tag: "BlockedByFirewall", status: 403 },
    ],
    ["a rate limit", { Information: texts.burst }, 429, { _tag: "RateLimited", retryAt: receivedAt + 1500 }],
  ])("with %s and another status", (_name, body, status, expected) => {
    expect(failureOf(body, status)).toEqual(expected)
  })

  it("about bursts is no used up day, though it names the limit of the day and premium plans", () => {
    expect(texts.burst).toMatch(/25 requests per day.*premium endpoints/)
    expect(failureOf({ Information: texts.burst })?._tag).toBe("RateLimited")
  })

  it("about the day is no refused tier, though it names premium plans", () => {
    expect(failureOf({ Information: texts.daily(key) })?._tag).toBe("QuotaExhausted")
  })

  it("is read by the same words where CSV was asked for, with blanks before the brace", () => {
    expect(failureOf(`\r\n  ${JSON.stringify({ Information: texts.premiumEndpoint })}`)).toEqual(tierRequired)
  })

  it("never gives back the key, however it is written", () => {
    const failure = failureOf({
      Information: `We have detected your API key as ${key.toLowerCase()} and something new.`,
    })
    expect(failure?._tag).toBe("RequestRejected")
    expect(JSON.stringify(failure).toLowerCase()).not.toContain(key.toLowerCase())
  })

  const observed = readShared("providers/alphavantage/observed-messages.json")
  const expectedTags: Record<string, ProviderFailure["_tag"]> = {
    "burst-limit": "RateLimited",
    "daily-limit (echoes the caller's key!)": "QuotaExhausted",
    "premium-parameter": "TierRequired",
    "premium-endpoint": "TierRequired",
    "legacy-rate-limit": "RateLimited",
    "unknown-symbol-or-bad-parameter": "SymbolNotFound",
    "bad-key": "AuthenticationFailed",
    "demo-key": "AuthenticationFailed",
    empty: "MalformedResponse",
  }
  it.skipIf(observed === undefined)(
    "as observed by others is understood (needs the shared test data)",
    () => {
      const { replies } = JSON.parse(observed ?? "") as {
        replies: ReadonlyArray<{ class: string; body: unknown }>
      }
      expect(replies.map((reply) => reply.class).toSorted()).toEqual(Object.keys(expectedTags).toSorted())
      const tags = replies.map((reply) => [reply.class, failureOf(reply.body)?._tag])
      expect(Object.fromEntries(tags)).toEqual(expectedTags)
    },
  )
})
