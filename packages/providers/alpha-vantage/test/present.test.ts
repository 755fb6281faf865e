import type { Timeframe } from "@barkeep/market-data"
import { createVirtualClock } from "@barkeep/provider-kit/testing"
import { describe, expect, it } from "vitest"
import { createAlphaVantage } from "../src/index.ts"
import { barsOf, day, key, local, stock, wall } from "./fixture.ts"
import { startVendor } from "./vendor-server.ts"

const friday = "2024-04-19 13:37"

/** The pages of the last days before and the first after what the vendor's clock shows. */
const pagesAround = async (timeframe: Timeframe, at: string, hostOffset = 0, withDate = true) => {
  const now = local(at)
  await using server = await startVendor({ clock: createVirtualClock(now) })
  const alphaVantage = createAlphaVantage({
    apiKey: key,
    tier: "premium",
    callsPerMinute: 60_000,
    baseUrl: server.baseUrl,
    clock: createVirtualClock(now + hostOffset),
    fetch: async (url, init) => {
      const response = await fetch(url, init)
      return withDate ? response : new Response(response.body)
    },
  })
  const range = { from: now - 20 * day, to: now + 20 * day }
  return await Array.fromAsync(alphaVantage.bars({ instrument: stock(), timeframe, range }))
}

const lastOf = (pages: Awaited<ReturnType<typeof pagesAround>>) =>
  wall(barsOf(pages).openTime.at(-1) ?? 0).slice(0, 16)
const endOf = (pages: Awaited<ReturnType<typeof pagesAround>>) =>
  wall(pages.at(-1)?.range.to ?? 0).slice(0, 16)

describe("the present", () => {
  it.each([
    // In the session, after its close, after midnight: the day's row changes until the day is over.
    ["1d", friday, "2024-04-18 00:00", "2024-04-19 00:00"],
    ["1d", "2024-04-19 18:00", "2024-04-18 00:00", "2024-04-19 00:00"],
    ["1d", "2024-04-20 00:00", "2024-04-19 00:00", "2024-04-20 00:00"],
    ["1w", friday, "2024-04-08 00:00", "2024-04-15 00:00"],
    ["1w", "2024-04-22 00:05", "2024-04-15 00:00", "2024-04-22 00:00"],
    ["1m", friday, "2024-04-19 13:36", "2024-04-19 13:37"],
    ["5m", friday, "2024-04-19 13:30", "2024-04-19 13:35"],
    ["1h", friday, "2024-04-19 12:00", "2024-04-19 13:00"],
    ["30m", "2024-04-19 20:30", "2024-04-19 15:30", "2024-04-19 20:30"],
  ] as const)("holds no running bar: %s at %s ends with %s", async (timeframe, at, last, end) => {
    const pages = await pagesAround(timeframe, at)
    expect([lastOf(pages), endOf(pages)]).toEqual([last, end])
  })

  it.each(["1d", "30m"] as const)(
    "%s of the last week are provisional, in pages of their own",
    async (timeframe) => {
      const pages = await pagesAround(timeframe, friday)
      const boundary = timeframe === "1d" ? "2024-04-12 00:00:00" : "2024-04-12 13:08:00"
      for (const { range, provenance } of pages) expect(provenance.settled).toBe(wall(range.to) <= boundary)
      expect(pages.map(({ range }) => wall(range.from))).toContain(boundary)
    },
  )

  it.each([
    ["a minute behind", -60_000],
    ["a minute ahead", 60_000],
    ["a week ahead", 7 * day],
  ])("is the vendor's, not the host's whose clock is %s", async (_name, offset) => {
    const pages = await pagesAround("5m", friday, offset)
    expect([lastOf(pages), endOf(pages)]).toEqual(["2024-04-19 13:30", "2024-04-19 13:35"])
  })

  it("is the host's where a proxy took the vendor's clock away", async () => {
    const pages = await pagesAround("5m", friday, 0, false)
    expect([lastOf(pages), endOf(pages)]).toEqual(["2024-04-19 13:30", "2024-04-19 13:35"])
  })
})
