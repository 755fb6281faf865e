import { barCount } from "@barkeep/market-data"
import { unlimited } from "@barkeep/provider-kit"
import { BarProviderService } from "@barkeep/provider-kit/effect"
import { createVirtualClock } from "@barkeep/provider-kit/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { layer, make } from "../src/effect.ts"
import { startCoingecko } from "./coingecko-server.ts"
import { bitcoin, day } from "./fixture.ts"

const now = Date.UTC(2026, 4, 19, 14, 7, 23, 456)
const clock = createVirtualClock(now)
const listings = [
  { id: "bitcoin", symbol: "btc", listedAt: Date.UTC(2013, 3, 28) },
  { id: "twin-one", symbol: "twin", listedAt: Date.UTC(2024, 0, 1) },
  { id: "twin-two", symbol: "twin", listedAt: Date.UTC(2024, 0, 1) },
]
const server = Effect.acquireDisposable(Effect.promise(() => startCoingecko(clock, listings)))
const request = {
  instrument: bitcoin,
  timeframe: "4h",
  range: { from: now - 9 * day, to: now - 2 * day },
} as const

describe("CoinGecko in Effect's terms", () => {
  it.live("serves the provider service", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* server
      const rows = yield* Effect.gen(function* () {
        const provider = yield* BarProviderService
        return yield* Stream.runFold(
          provider.bars(request),
          () => 0,
          (sum, page) => sum + barCount(page.bars),
        )
      }).pipe(Effect.provide(layer({ baseUrl, clock, limiter: unlimited })))
      assert.strictEqual(rows, 42)
    }),
  )

  it.live("fails with errors that can be caught by their tags", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* server
      const coingecko = make({ baseUrl, clock, limiter: unlimited })
      const candidates = yield* coingecko
        .findCoinId("twin")
        .pipe(
          Effect.catchTag("AmbiguousCoin", (error) =>
            Effect.succeed(error.candidates.map(({ id }) => id).join()),
          ),
        )
      assert.strictEqual(candidates, "twin-one,twin-two")
      const reason = yield* coingecko
        .findCoinId("nosuch")
        .pipe(Effect.catchTag("ProviderError", (error) => Effect.succeed(error.reason._tag)))
      assert.strictEqual(reason, "SymbolNotFound")
    }),
  )

  it.live("gives price points as a provider of their own", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* server
      const coingecko = make({ baseUrl, clock, limiter: unlimited })
      const pages = yield* Stream.runCollect(coingecko.sampled.bars(request))
      assert.deepStrictEqual(
        pages.map(({ provenance }) => provenance.evidence?.["ohlc"]),
        ["sampled"],
      )
    }),
  )
})
