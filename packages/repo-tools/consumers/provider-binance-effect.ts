// The provider as a layer, its bars as a Stream. Arguments: where Binance is.
import { layer } from "@barkeep/provider-binance/effect"
import { BarProviderService } from "@barkeep/provider-kit/effect"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

const instrument = { symbol: "BTCUSDT", assetClass: "crypto", market: "24/7", timeZone: "UTC" } as const
const range = { from: Date.UTC(2024, 0, 1), to: Date.UTC(2024, 0, 31) }
const program = Effect.gen(function* () {
  const provider = yield* BarProviderService
  const pages = provider.bars({ instrument, timeframe: "1d", range })
  return yield* Stream.runFold(
    pages,
    () => 0,
    (rows, page) => rows + page.bars.close.length,
  )
})
console.log(await Effect.runPromise(Effect.provide(program, layer({ baseUrl: process.argv[2] ?? "" }))))
