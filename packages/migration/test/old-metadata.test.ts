import { parseIsoTime } from "@barkeep/market-data"
import { describe, expect, it } from "vitest"
import { parseOldMetadata } from "../src/old-metadata.ts"

const parse = (value: unknown, year = 2019) =>
  parseOldMetadata(new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value)), year)
const noon = parseIsoTime("2026-01-05T12:00:00Z")

describe("the reader of old metadata", () => {
  it.each([
    ["a year folder's", { provider: "yahoo", created_at: "2026-01-05T12:00:00" }, "yahoo"],
    [
      "the unified cache's",
      { data_source: "binance", last_updated: "2026-01-05T12:00:00.123456" },
      "binance",
    ],
    ["the original migration's", { data_source: "yahoo", migrated_at: "2026-01-05T12:00:00" }, "yahoo"],
    ["a zoned one", { provider: "x", created_at: "2026-01-05T13:00:00+01:00" }, "x"],
    [
      "one of several years",
      {
        provider: "outer",
        years: { "2018": { provider: "a" }, "2019": { provider: "b", last_modified: "2026-01-05T12:00:00" } },
      },
      "b",
    ],
  ])("reads %s provider and time", (_what, content, provider) => {
    const metadata = parse(content)
    expect(metadata.provider).toBe(provider)
    expect(Math.floor((metadata.writtenAt as number) / 1000)).toBe(noon / 1000)
  })

  it("keeps damaged metadata as text, and says nothing by it", () => {
    expect(parse('{"symbol": "C41", "timefr')).toEqual({
      provider: undefined,
      writtenAt: undefined,
      content: '{"symbol": "C41", "timefr',
    })
    expect(parse("[1]").provider).toBeUndefined()
    expect(parseOldMetadata(undefined, 2019).content).toBeUndefined()
  })
})
