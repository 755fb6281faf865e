import { failureOfStatus, type ProviderFailure, type VendorAnswer } from "@barkeep/provider-kit"
import { describe, expect, it } from "vitest"
import { failureOfAnswer, isEmptyWindow } from "../src/failures.ts"
import { penaltyMillis } from "../src/penalties.ts"
import { readFixture } from "./fixture.ts"

interface Refusal {
  readonly name: string
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: string
  readonly reason: ProviderFailure
}

const receivedAt = 1_742_500_000_000

const answer = (status: number, text: string, headers: Record<string, string> = {}): VendorAnswer => ({
  status,
  headers: new Headers(headers),
  text,
  receivedAt,
})

describe("a refusal", () => {
  it.each(readFixture("refusals.json") as ReadonlyArray<Refusal>)("means $reason._tag: $name", (refusal) => {
    const { status, headers, body, reason } = refusal
    const refused = answer(status, body, headers)
    expect(failureOfAnswer(refused, penaltyMillis(0)) ?? failureOfStatus(refused)).toMatchObject(reason)
  })
})

it("takes no good answer for a refusal", () => {
  for (const name of ["daily-with-events.json", "no-session.json"])
    expect(failureOfAnswer(answer(200, JSON.stringify(readFixture(name))), 1)).toBeUndefined()
})

it("leaves text that is no JSON to the client", () => {
  expect(failureOfAnswer(answer(200, `{"chart":{"result`), 1)).toBeUndefined()
  expect(failureOfAnswer(answer(200, "<html></html>"), 1)).toBeUndefined()
})

it("says in the hint what to do about the consent page", () => {
  const refused = failureOfAnswer(answer(302, "", { location: "https://consent.yahoo.com/v2/x" }), 1)
  expect(refused).toMatchObject({ hint: expect.stringMatching(/consent.*proxy/) as string })
})

it("tells an empty window from a range that Yahoo does not keep any more", () => {
  expect(isEmptyWindow({ _tag: "OutsideHistory" })).toBe(true)
  expect(isEmptyWindow({ _tag: "OutsideHistory", earliest: 1 })).toBe(false)
  expect(isEmptyWindow({ _tag: "SymbolNotFound", certain: false })).toBe(false)
})

it("leaves Yahoo alone for longer with every refusal in a row", () => {
  expect([0, 1, 2, 3, 100].map(penaltyMillis)).toEqual([90_000, 600_000, 3_600_000, 3_600_000, 3_600_000])
})
