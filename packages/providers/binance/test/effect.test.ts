import { barCount } from "@barkeep/market-data"
import { BarProviderService } from "@barkeep/provider-kit/effect"
import { startVendorSimulator } from "@barkeep/vendor-simulator"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { layer, make } from "../src/effect.ts"
import { hour, pair } from "./fixture.ts"

const from = Date.UTC(2024, 0, 1)
const request = {
  instrument: pair("BTCUSDT"),
  timeframe: "1h",
  range: { from, to: from + 1500 * hour },
} as const

const simulator = Effect.acquireDisposable(Effect.promise(() => startVendorSimulator()))

describe("Binance in Effect's terms", () => {
  it.live("serves the provider service", () =>
    Effect.gen(function* () {
      const { urls } = yield* simulator
      const rows = yield* Effect.gen(function* () {
        const provider = yield* BarProviderService
        return yield* Stream.runFold(
          provider.bars(request),
          () => 0,
          (sum, page) => sum + barCount(page.bars),
        )
      }).pipe(Effect.provide(layer({ baseUrl: urls.BARKEEP_BINANCE_URL })))
      assert.strictEqual(rows, 1500)
    }),
  )

  it.live("fails with a ProviderError that can be caught by its tag", () =>
    Effect.gen(function* () {
      const { urls } = yield* simulator
      const binance = make({ baseUrl: urls.BARKEEP_BINANCE_URL })
      const caught = yield* binance
        .exchangeInfo("NOSUCH")
        .pipe(Effect.catchTag("ProviderError", (error) => Effect.succeed(error.reason)))
      assert.deepStrictEqual(caught, { _tag: "SymbolNotFound", certain: true })
    }),
  )
})
