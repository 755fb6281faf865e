import { type BarPage, emptyBars } from "@barkeep/market-data"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import {
  BarProviderService,
  type EffectBarProvider,
  fromBarProvider,
  layer,
  toBarProvider,
} from "../src/effect.ts"
import { type BarProvider, ProviderError } from "../src/index.ts"
import { acme, createModelProvider, hour, listedAt, startModelVendor } from "./model-vendor.ts"

const request = {
  instrument: acme,
  timeframe: "1h",
  range: { from: listedAt, to: listedAt + 25 * hour },
} as const
const failure = new ProviderError({ provider: "acme", operation: "hours" }, { _tag: "GeoBlocked" })
const page: BarPage = {
  range: request.range,
  bars: emptyBars,
  provenance: {
    provider: "acme",
    endpoint: "/hours",
    method: "direct",
    adjustment: "none",
    fetchedAt: 1,
    settled: true,
  },
}

const { capabilities } = createModelProvider({ baseUrl: "http://127.0.0.1" })
const providerOf = (bars: EffectBarProvider["bars"]): BarProvider =>
  toBarProvider({ id: "acme", capabilities, plan: () => Result.fail(failure), bars })

const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => assert.fail("resolved"),
    (error: unknown) => error,
  )

describe("a provider of Effects as one of Promises", () => {
  it("rejects with the typed error itself, after the pages before it", async () => {
    const provider = providerOf(() => Stream.concat(Stream.make(page), Stream.fail(failure)))
    const iterator = provider.bars(request)[Symbol.asyncIterator]()
    assert.strictEqual((await iterator.next()).value, page)
    assert.strictEqual(await rejection(iterator.next()), failure)
  })

  it("throws the plan's error itself", () => {
    assert.throws(() => providerOf(() => Stream.empty).plan(request), failure.message)
  })

  it("rejects a bug with the bug", async () => {
    const bug = new TypeError("undefined is not a bar")
    const provider = providerOf(() => Stream.die(bug))
    assert.strictEqual(await rejection(Array.fromAsync(provider.bars(request))), bug)
  })

  it("rejects an abort with its reason, of any type, and interrupts what runs", async () => {
    let isInterrupted = false
    let started = Promise.withResolvers<void>()
    const hanging = Effect.onInterrupt(
      Effect.andThen(
        Effect.sync(() => started.resolve()),
        Effect.never,
      ),
      () =>
        Effect.sync(() => {
          isInterrupted = true
        }),
    )
    const provider = providerOf(() => Stream.concat(Stream.make(page), Stream.fromEffect(hanging)))
    for (const reason of [new Error("no"), "no", 0]) {
      isInterrupted = false
      started = Promise.withResolvers<void>()
      const controller = new AbortController()
      const pending = Array.fromAsync(provider.bars(request, { signal: controller.signal }))
      void started.promise.then(() => controller.abort(reason))
      assert.strictEqual(await rejection(pending), reason)
      assert.isTrue(isInterrupted)
    }
  })

  it("interrupts what runs when the reader leaves", async () => {
    let isReleased = false
    const provider = providerOf(() =>
      Stream.ensuring(
        Stream.concat(Stream.make(page), Stream.never),
        Effect.sync(() => {
          isReleased = true
        }),
      ),
    )
    for await (const first of provider.bars(request)) {
      assert.strictEqual(first, page)
      break
    }
    assert.isTrue(isReleased)
  })

  it("finds the first bar, fails with the error itself and is aborted with the reason", async () => {
    const findThrough = (found: Effect.Effect<number | undefined, ProviderError>) => {
      const call = { endpoint: "/hours", cost: {} }
      const provider = toBarProvider({
        id: "acme",
        capabilities,
        plan: () => Result.succeed([]),
        bars: () => Stream.empty,
        firstBar: { call, find: () => found },
      })
      return provider.firstBar?.find
    }
    assert.strictEqual(await findThrough(Effect.succeed(7))?.(acme, "1h"), 7)
    assert.strictEqual(
      await rejection(findThrough(Effect.fail(failure))?.(acme, "1h") ?? Promise.resolve()),
      failure,
    )
    const signal = AbortSignal.timeout(5)
    const pending = findThrough(Effect.never)?.(acme, "1h", { signal }) ?? Promise.resolve()
    assert.strictEqual(await rejection(pending), signal.reason)
  })
})

describe("a provider of Promises as one of Effects", () => {
  it.live("gives the same pages through the service", () =>
    Effect.gen(function* () {
      const vendor = yield* Effect.acquireDisposable(Effect.promise(startModelVendor))
      const provider = createModelProvider({ baseUrl: vendor.baseUrl })
      const program = Effect.gen(function* () {
        const service = yield* BarProviderService
        const plan = yield* Effect.fromResult(service.plan(request))
        const pages = yield* Stream.runCollect(service.bars(request))
        assert(service.firstBar !== undefined)
        const first = yield* service.firstBar.find(acme, "1h")
        return { plan, pages, first }
      })
      const { plan, pages, first } = yield* Effect.provide(program, layer(fromBarProvider(provider)))
      assert.deepStrictEqual(plan, provider.plan(request))
      assert.deepStrictEqual(
        pages.map(({ range, bars }) => ({ range, bars })),
        (yield* Effect.promise(() => Array.fromAsync(provider.bars(request)))).map(({ range, bars }) => ({
          range,
          bars,
        })),
      )
      assert.strictEqual(first, pages[0]?.bars.openTime[0])
    }),
  )

  it.live("fails with its errors and dies of its bugs", () =>
    Effect.gen(function* () {
      const failing = (error: unknown): EffectBarProvider =>
        fromBarProvider({
          id: "acme",
          capabilities,
          plan: () => {
            throw error
          },
          bars: () => Stream.toAsyncIterable(Stream.fail(error)),
        })
      const typed = yield* Effect.flip(Stream.runDrain(failing(failure).bars(request)))
      assert.strictEqual(typed, failure)
      assert.deepStrictEqual(failing(failure).plan(request), Result.fail(failure))
      const bug = new TypeError("bug")
      const exit = yield* Effect.exit(Stream.runDrain(failing(bug).bars(request)))
      assert.isTrue(Exit.isFailure(exit) && Cause.hasDies(exit.cause) && Cause.squash(exit.cause) === bug)
    }),
  )

  it.live("aborts the provider's calls when interrupted", () =>
    Effect.gen(function* () {
      let signal: AbortSignal | undefined
      const provider = fromBarProvider({
        id: "acme",
        capabilities,
        plan: () => [],
        bars: async function* (_request, options) {
          signal = options?.signal
          yield page
          await new Promise((resolve) => signal?.addEventListener("abort", resolve))
        },
      })
      const fiber = yield* Effect.forkChild(Stream.runDrain(provider.bars(request)))
      yield* Effect.sleep(10)
      yield* Fiber.interrupt(fiber)
      assert.strictEqual(signal?.aborted, true)
    }),
  )
})
