import { zoneOffsets } from "@barkeep/market-data"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { civilText, midnightOf, parseOffsetTime } from "../src/civil-time.ts"
import { localText, monthBorders, yearOf, yearRange } from "../src/local-time.ts"

const time = fc.integer({ min: Date.UTC(1600, 0), max: Date.UTC(2600, 0) })

describe("times as text", () => {
  it("are those of the Gregorian calendar", () => {
    fc.assert(
      fc.property(time, (millis) => {
        const date = new Date(millis)
        expect(civilText(millis)).toBe(date.toISOString().slice(0, millis % 1000 === 0 ? 19 : 23))
        expect(midnightOf(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate())).toBe(
          Math.floor(millis / 86_400_000) * 86_400_000,
        )
      }),
    )
  })

  it("read back as the same instant, in any zone", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(1972, 0), max: Date.UTC(2040, 0) }),
        fc.constantFrom("UTC", "America/New_York", "Asia/Kolkata", "Europe/London", "Pacific/Apia"),
        (millis, timeZone) => {
          const zone = zoneOffsets(timeZone, { from: millis - 1, to: millis + 1 })
          expect(parseOffsetTime(localText(millis, zone))).toBe(millis)
        },
      ),
    )
  })

  it.each([
    "2023-02-30T00:00:00+00:00",
    "2023-13-01T00:00:00+00:00",
    "2023-01-01T25:00:00+00:00",
    "2023-01-01 00:00",
  ])("that name no instant are refused: %s", (text) => expect(() => parseOffsetTime(text)).toThrow(/time/))
})

describe("years of a zone", () => {
  it("begin at its own midnight", () => {
    expect(yearRange(2024, "America/New_York").from).toBe(Date.parse("2024-01-01T05:00:00Z"))
    expect(yearRange(2024, "Asia/Tokyo").to).toBe(Date.parse("2024-12-31T15:00:00Z"))
    expect(yearOf(Date.parse("2024-01-01T04:59:59.999Z"), "America/New_York")).toBe(2023)
    expect(yearOf(Date.parse("2024-12-31T15:00:00Z"), "Asia/Tokyo")).toBe(2025)
  })

  it("have twelve months that tile them", () => {
    const borders = monthBorders(2024, "Europe/London")
    expect(borders.length).toBe(13)
    expect(borders[7]).toBe(Date.parse("2024-07-31T23:00:00Z"))
    expect([borders[0], borders[12]]).toEqual([
      yearRange(2024, "Europe/London").from,
      yearRange(2024, "Europe/London").to,
    ])
  })
})
