import * as fc from "fast-check"
import { Temporal } from "temporal-polyfill"
import { describe, expect, it } from "vitest"
import { instantsOfLocal, InvalidInput, parseIsoTime, toLocalMillis, zoneOffsets } from "../src/index.ts"

const year2024 = { from: parseIsoTime("2024-01-01T00:00:00Z"), to: parseIsoTime("2025-01-01T00:00:00Z") }

describe("zone offsets", () => {
  it("agrees with Temporal at any instant of the range, and the instant comes back from its wall-clock time", () => {
    const zones = [
      "UTC",
      "America/New_York",
      "Europe/London",
      "Australia/Lord_Howe",
      "Africa/Casablanca",
      "Asia/Tokyo",
    ]
    fc.assert(
      fc.property(
        fc.integer({ min: year2024.from, max: year2024.to - 1 }),
        fc.constantFrom(...zones),
        (time, timeZone) => {
          const zone = zoneOffsets(timeZone, year2024)
          const moment = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(timeZone)
          const local = toLocalMillis(zone, time)
          expect(local - time).toBe(moment.offsetNanoseconds / 1e6)
          expect(instantsOfLocal(zone, local)).toContain(time)
        },
      ),
    )
  })

  it("a wall-clock time is shown twice when clocks go back, never when they go forward", () => {
    const zone = zoneOffsets("America/New_York", year2024)
    expect(instantsOfLocal(zone, Date.UTC(2024, 10, 3, 1, 30))).toEqual([
      parseIsoTime("2024-11-03T05:30:00Z"),
      parseIsoTime("2024-11-03T06:30:00Z"),
    ])
    expect(instantsOfLocal(zone, Date.UTC(2024, 2, 10, 2, 30))).toEqual([])
  })

  it("refuses a name that is no zone", () => {
    expect(() => zoneOffsets("New York", year2024)).toThrow(InvalidInput)
  })
})
