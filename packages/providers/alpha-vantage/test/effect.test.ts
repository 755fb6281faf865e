import { barCount } from "@barkeep/market-data"
import { BarProviderService } from "@barkeep/provider-kit/effect"
import { createVirtualClock } from "@barkeep/provider-kit/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { layer, make } from "../src/effect.ts"
import { key, local, localRange, stock } from "./fixture.ts"
import { trueBars } from "./vendor-market.ts"
import { startVendor } from "./vendor-server.ts"

const now = local("2024-04-19 13:37")
const range = localRange("2024-02-01 00:00", "2024-04-01 00:00")
const clock = createVirtualClock(now)
const vendor = Effect.acquireDisposable(Effect.promise(() => startVendor({ clock })))

describe("Alpha Vantage in Effect's terms", () => {
  it.live("serves the provider service", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* vendor
      const rows = yield* Effect.gen(function* () {
        const provider = yield* BarProviderService
        const pages = provider.bars({ instrument: stock(), timeframe: "30m", range })
        return yield* Stream.runFold(
          pages,
          () => 0,
          (sum, page) => sum + barCount(page.bars),
        )
      }).pipe(Effect.provide(layer({ apiKey: key, tier: "premium", baseUrl, clock, callsPerMinute: 60_000 })))
      assert.strictEqual(rows, barCount(trueBars("30m", range, now)))
    }),
  )

  it.live("fails with a ProviderError that can be caught by its tag", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* vendor
      const caught = yield* make({ apiKey: "wrong", baseUrl, clock }).tierOfKey.pipe(
        Effect.catchTag("ProviderError", (error) => Effect.succeed(error.reason._tag)),
      )
      assert.strictEqual(caught, "AuthenticationFailed")
    }),
  )
})
