import { barCount } from "@barkeep/market-data"
import { ProviderError, unlimited } from "@barkeep/provider-kit"
import { BarProviderService } from "@barkeep/provider-kit/effect"
import { createVirtualClock } from "@barkeep/provider-kit/testing"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { expect, it } from "vitest"
import { layer, make } from "../src/effect.ts"
import { answerOf, local, localRange, stock } from "./fixture.ts"
import { startReplay } from "./replay-server.ts"

const clock = createVirtualClock(local("2025-03-24 20:00"))
const daily = {
  instrument: stock(),
  timeframe: "1d",
  range: localRange("2025-03-10 00:00", "2025-03-12 00:00"),
} as const

it("serves the same bars as a service", async () => {
  await using server = await startReplay(clock.now, () => ({
    body: answerOf([[local("2025-03-10 09:30"), 1, 2, 1, 2, 5]]),
  }))
  const program = Effect.gen(function* () {
    const provider = yield* BarProviderService
    const pages = yield* Stream.runCollect(provider.bars(daily))
    return pages.map((page) => barCount(page.bars))
  })
  const yahoo = layer({ baseUrl: server.baseUrl, clock, limiter: unlimited })
  expect(await Effect.runPromise(Effect.provide(program, yahoo))).toEqual([1])
})

it("has its errors in the type", async () => {
  await using server = await startReplay(clock.now, () => ({
    status: 404,
    body: { chart: { result: null, error: { code: "Not Found" } } },
  }))
  const yahoo = make({ baseUrl: server.baseUrl, clock, limiter: unlimited })
  const error = await Effect.runPromise(Effect.flip(yahoo.events(daily)))
  expect(error).toBeInstanceOf(ProviderError)
  expect(error.reason).toEqual({ _tag: "SymbolNotFound", certain: false })
})
