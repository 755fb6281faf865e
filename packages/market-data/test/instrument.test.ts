import { expect, it } from "vitest"
import { zoneOfDays } from "../src/index.ts"

it.each([
  ["24/7", "UTC"],
  ["24/5", "UTC"],
  ["XNYS", "America/New_York"],
])("days of a market %s start in %s", (market, zone) => {
  expect(zoneOfDays({ market, timeZone: "America/New_York" })).toBe(zone)
})
