import { it } from "@effect/vitest"
import { barCount, concatBars, equalBars, InvalidInput } from "@barkeep/market-data"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { assert, describe } from "vitest"
import { nodeFileSystem, openCache } from "../src/index.ts"
import { CacheStore, layer, makeFiles } from "../src/effect.ts"
import { barsAt, day, entryOf, pageOf, requestOf, temporaryFolder, times } from "./support.ts"

const newYear = Date.UTC(2024, 0, 1)
const bars = barsAt(times(newYear, 3000))

describe("the cache as an Effect service", () => {
  it.live("writes and reads like the Promise API", () =>
    Effect.gen(function* () {
      const {
        put,
        read,
        readBlocks,
        coverage,
        describe: describeEntry,
        entries,
        verify,
        store,
      } = yield* CacheStore
      assert.strictEqual((yield* put(requestOf([pageOf(bars)]))).rowsAdded, 3000)
      assert.isTrue(equalBars(yield* read("BTCUSDT", "1h"), bars))
      const pieces = yield* Stream.runCollect(readBlocks("BTCUSDT", "1h"))
      assert.isTrue(equalBars(concatBars([...pieces]), bars))
      assert.lengthOf(yield* coverage("BTCUSDT", "1h"), 1)
      assert.strictEqual((yield* describeEntry("BTCUSDT", "1h"))?.adjustment, "none")
      assert.lengthOf(yield* entries, 1)
      assert.deepStrictEqual((yield* verify()).findings, [])
      assert.strictEqual(barCount(yield* Effect.promise(() => store.read("BTCUSDT", "1h"))), 3000)
    }).pipe(Effect.provide(layer(temporaryFolder()))),
  )

  it.live("fails with typed errors, not with defects", () =>
    Effect.gen(function* () {
      const { put, read, readBlocks } = yield* CacheStore
      assert.instanceOf(yield* Effect.flip(read("", "1h")), InvalidInput)
      assert.instanceOf(yield* Effect.flip(Stream.runDrain(readBlocks("", "1h"))), InvalidInput)
      yield* put(requestOf([pageOf(bars)]))
      const mixed = put(
        requestOf([pageOf(bars, { adjustment: "splits" })], entryOf("1h", undefined, "splits")),
      )
      const tag = yield* mixed.pipe(
        Effect.catchTag("CacheError", (error) => Effect.succeed(error.reason._tag)),
      )
      assert.strictEqual(tag, "MixedAdjustment")
    }).pipe(Effect.provide(layer(temporaryFolder()))),
  )

  it.live("is interrupted between two years, never within one, and lets go of the lock", () => {
    const folder = temporaryFolder()
    let commits = 0
    let started: () => void = () => {}
    const first = new Promise<void>((resolve) => (started = resolve))
    const fileSystem = {
      ...nodeFileSystem,
      writeNew: async (...parameters: Parameters<typeof nodeFileSystem.writeNew>) => {
        started()
        await new Promise((resolve) => void setTimeout(resolve, 30))
        await nodeFileSystem.writeNew(...parameters)
        if (parameters[0].includes("metadata")) commits += 1
      },
    }
    const years = barsAt(times(Date.UTC(2015, 0), 10, 366 * day))
    return Effect.gen(function* () {
      const { put } = yield* CacheStore
      const fiber = yield* Effect.forkChild(put(requestOf([pageOf(years)], entryOf("1d"))))
      yield* Effect.promise(() => first)
      yield* Fiber.interrupt(fiber)
      const exit = yield* Fiber.await(fiber)
      assert.isTrue(Exit.isFailure(exit))
      const cache = yield* Effect.promise(() => openCache(folder, { lockTimeoutMillis: 1 }))
      const rows = barCount(yield* Effect.promise(() => cache.read("BTCUSDT", "1d")))
      assert.strictEqual(rows, commits)
      assert.isAbove(rows, 0)
      assert.isBelow(rows, 10)
      assert.deepStrictEqual((yield* Effect.promise(() => cache.verify())).findings, [])
      const again = yield* Effect.promise(() => cache.put(requestOf([pageOf(years)], entryOf("1d"))))
      assert.strictEqual(again.rowsAdded, 10 - rows)
    }).pipe(Effect.provide(layer(folder, { fileSystem })))
  })

  it.live("gives its files to a cleanup", () =>
    Effect.gen(function* () {
      const folder = temporaryFolder()
      const cache = yield* Effect.promise(() => openCache(folder))
      yield* Effect.promise(() => cache.put(requestOf([pageOf(barsAt(times(Date.UTC(2024, 0), 3)))])))
      const files = yield* makeFiles(folder)
      const entry = { symbol: "BTCUSDT", timeframe: "1h" } as const
      const outcome = yield* Effect.promise(() => files.setAside({ ...entry, year: 2024, why: "test" }))
      assert.strictEqual(outcome._tag, "SetAside")
      assert.lengthOf(yield* Effect.promise(() => files.cases()), 1)
      const failure = yield* Effect.flip(Effect.scoped(makeFiles("")))
      assert.strictEqual(failure._tag, "InvalidInput")
    }).pipe(Effect.scoped),
  )
})
