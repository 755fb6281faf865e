// The same cache as an Effect service, and a failure caught by its tag. Arguments: the cache folder.
import { CacheStore, layer } from "@barkeep/cache-core/effect"
import * as Effect from "effect/Effect"

const program = Effect.gen(function* () {
  const cache = yield* CacheStore
  const { close } = yield* cache.read("BTCUSDT", "1h")
  const failure = yield* (
    cache
      // @ts-expect-error a timeframe that does not exist
      .read("BTCUSDT", "7h")
      .pipe(
        Effect.map(() => "read"),
        Effect.catchTag("InvalidInput", ({ field }) => Effect.succeed(`InvalidInput ${field}`)),
      )
  )
  return `${close.length} rows, ${failure}`
})
console.log(await Effect.runPromise(program.pipe(Effect.provide(layer(process.argv[2] ?? "")))))
