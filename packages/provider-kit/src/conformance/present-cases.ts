import assert from "node:assert/strict"
import { barEnd, type EpochMillis, hasSessions, openTimeOf, zoneOfDays } from "@barkeep/market-data"
import type { BarRequest } from "../bar-provider.ts"
import type { ConformanceCase, ConformanceSetup } from "./bar-provider-conformance.ts"
import { assertTiles, barsOf, collectPages } from "./collect-pages.ts"

/** A vendor's `Date` header counts whole seconds, and its answer takes a while. */
const clockSlackMillis = 3000

/** What happens where history meets the present. */
export const presentCases = (
  { makeProvider, now, presentRange }: ConformanceSetup,
  request: BarRequest,
): ReadonlyArray<ConformanceCase> => {
  if (now === undefined || presentRange === undefined) return []
  const { instrument, timeframe } = request
  const timeZone = zoneOfDays(instrument)
  const endOf = (openTime: EpochMillis): EpochMillis => barEnd(timeframe, openTime, timeZone)
  const make = () => makeProvider({ fetch: globalThis.fetch })
  return [
    {
      name: "gives closed bars only and does not claim to cover the running one",
      run: async () => {
        const asked = now()
        const pages = await collectPages(make(), { ...request, range: presentRange })
        const answered = now()
        assertTiles(pages, presentRange)
        const last = barsOf(pages).openTime.at(-1)
        assert.ok(last !== undefined, "there are bars before the present")
        assert.ok(endOf(last) <= answered, "the last bar is closed")
        const covered = pages.at(-1)?.range.to ?? presentRange.from
        assert.ok(covered <= answered, "the future is not covered")
        if (hasSessions(instrument)) return
        assert.ok(covered <= openTimeOf(timeframe, answered), "the running bar is not covered")
        assert.ok(
          covered >= openTimeOf(timeframe, asked - clockSlackMillis),
          "the last closed bar is covered",
        )
      },
    },
    {
      name: "calls bars settled only when the vendor does not correct them any more",
      run: async () => {
        const provider = make()
        const pages = await collectPages(provider, { ...request, range: presentRange })
        const answered = now()
        for (const page of pages.filter(({ provenance }) => provenance.settled)) {
          const last = page.bars.openTime.at(-1)
          if (last === undefined) continue
          const settledAt = endOf(last) + provider.capabilities.settleMillis
          assert.ok(settledAt <= answered, `bar ${last} is settled at ${settledAt}, not at ${answered}`)
        }
      },
    },
  ]
}
