import { InvalidInput } from "@barkeep/market-data"
import * as fc from "fast-check"
import { assert, describe, expect, it } from "vitest"
import { type Budget, createLimiter, type Limiter, LimitReached, systemClock } from "../src/index.ts"
import { createVirtualClock } from "../src/testing.ts"

const perMinute: Budget = { id: "weight", unit: "weight", amount: 10, perMillis: 60_000 }
const perDay: Budget = { id: "day", unit: "calls", amount: 3, perMillis: 86_400_000 }

const refusalOf = async (
  limiter: Limiter,
  cost: Record<string, number>,
  maxWaitMillis = 0,
): Promise<LimitReached> => {
  const error: unknown = await limiter.acquire(cost, { maxWaitMillis }).then(
    () => assert.fail("granted"),
    (reason: unknown) => reason,
  )
  assert.instanceOf(error, LimitReached)
  return error
}

describe("a limiter", () => {
  it("books no more than the amount in any window of any budget, wherever it starts", async () => {
    const budgets = fc.uniqueArray(
      fc.record({
        id: fc.constantFrom("a", "b", "c"),
        unit: fc.constant("calls" as const),
        amount: fc.integer({ min: 1, max: 12 }),
        perMillis: fc.integer({ min: 1, max: 5000 }),
      }),
      { selector: ({ id }) => id, minLength: 1 },
    )
    const calls = fc.array(
      fc.record({ idle: fc.integer({ min: 0, max: 3000 }), a: fc.nat(12), b: fc.nat(12), c: fc.nat(12) }),
      { maxLength: 60 },
    )
    await fc.assert(
      fc.asyncProperty(budgets, calls, async (list, steps) => {
        const clock = createVirtualClock(1_000_000)
        const limiter = createLimiter(list, clock)
        const granted: Array<{ at: number; cost: Record<string, number> }> = []
        for (const { idle, ...wishes } of steps) {
          clock.advance(idle)
          const cost = Object.fromEntries(
            list.map(({ id, amount }) => [id, Math.min(amount, wishes[id as "a"])]),
          )
          await limiter.acquire(cost)
          granted.push({ at: clock.now(), cost })
        }
        for (const { id, amount, perMillis } of list)
          for (const { at } of granted) {
            const inWindow = granted.filter((one) => one.at >= at && one.at < at + perMillis)
            expect(inWindow.reduce((sum, { cost }) => sum + (cost[id] ?? 0), 0)).toBeLessThanOrEqual(amount)
          }
      }),
    )
  })

  it("lets a call through as soon as enough of the window has passed, not later", async () => {
    const clock = createVirtualClock(0)
    const limiter = createLimiter([perMinute], clock)
    await limiter.acquire({ weight: 4 })
    clock.set(10_000)
    await limiter.acquire({ weight: 6 })
    await limiter.acquire({ weight: 3 })
    expect(clock.now()).toBe(60_000)
    await limiter.acquire({ weight: 2 })
    expect(clock.now()).toBe(70_000)
  })

  it("serves callers in the order in which they came, whatever their cost", async () => {
    const clock = createVirtualClock(0)
    const limiter = createLimiter([perMinute], clock)
    await limiter.acquire({ weight: 5 })
    const order: Array<number> = []
    await Promise.all(
      [10, 1, 1].map(async (weight) => {
        await limiter.acquire({ weight })
        order.push(weight)
      }),
    )
    expect(order).toEqual([10, 1, 1])
  })

  it("refuses at once what would take longer than the caller waits, and books nothing for it", async () => {
    const clock = createVirtualClock(0)
    const limiter = createLimiter([perMinute, perDay], clock)
    await limiter.acquire({ weight: 8 })
    expect(await refusalOf(limiter, { weight: 3 }, 59_999)).toMatchObject({
      kind: "rate-limited",
      until: 60_000,
      budgetId: "weight",
    })
    await limiter.acquire({ weight: 2, day: 3 }, { maxWaitMillis: 0 })
    expect(await refusalOf(limiter, { day: 1 }, 80_000_000)).toMatchObject({
      kind: "quota-exhausted",
      until: 86_400_000,
      budgetId: "day",
    })
    expect(clock.now()).toBe(0)
  })

  it("makes everybody wait for a pause; of several the one that ends last counts", async () => {
    const clock = createVirtualClock(0)
    const limiter = createLimiter([perMinute], clock)
    await limiter.pauseUntil(5000, "banned")
    await limiter.pauseUntil(3000, "rate-limited")
    expect(await refusalOf(limiter, {})).toMatchObject({ kind: "banned", until: 5000, budgetId: undefined })
    await limiter.acquire({ weight: 1 })
    expect(clock.now()).toBe(5000)
  })

  it("follows the vendor's count where it is higher than ours, and keeps ours where it is lower", async () => {
    const clock = createVirtualClock(0)
    const limiter = createLimiter([perMinute], clock)
    await limiter.acquire({ weight: 2 })
    await limiter.observe({ used: { weight: 9, unknown: 5 } })
    await limiter.observe({ used: { weight: 1 } })
    await limiter.acquire({ weight: 1 }, { maxWaitMillis: 0 })
    expect((await refusalOf(limiter, { weight: 1 })).until).toBe(60_000)
  })

  it("is not stuck when the host's clock is set back", async () => {
    const clock = createVirtualClock(1_000_000_000)
    const limiter = createLimiter([perMinute], clock)
    await limiter.acquire({ weight: 10 })
    clock.set(0)
    await limiter.acquire({ weight: 10 })
    expect(clock.now()).toBe(60_000)
  })

  it("lets a waiting caller go with the signal's reason, also behind others, and serves the rest", async () => {
    const limiter = createLimiter([{ ...perMinute, amount: 1, perMillis: 60 }], systemClock)
    await limiter.acquire({ weight: 1 })
    const head = new AbortController()
    const behind = new AbortController()
    const first = limiter.acquire({ weight: 1 }, { signal: head.signal })
    const second = limiter.acquire({ weight: 1 }, { signal: behind.signal })
    const third = limiter.acquire({ weight: 1 })
    behind.abort("second")
    await expect(second).rejects.toBe("second")
    head.abort("first")
    await expect(first).rejects.toBe("first")
    await third
    await expect(limiter.acquire({ weight: 1 }, { signal: AbortSignal.abort("fourth") })).rejects.toBe(
      "fourth",
    )
  })

  it.each<[string, Record<string, number>]>([
    ["an unknown budget", { wieght: 1 }],
    ["more than the budget ever allows", { weight: 11 }],
    ["a negative cost", { weight: -1 }],
    ["no number", { weight: Number.NaN }],
  ])("refuses a cost with %s", async (_name, cost) => {
    await expect(createLimiter([perMinute]).acquire(cost)).rejects.toThrow(InvalidInput)
  })

  it.each([
    ["the same id twice", [perMinute, perMinute]],
    ["nothing to spend", [{ ...perMinute, amount: 0 }]],
    ["no length", [{ ...perMinute, perMillis: 0 }]],
  ])("refuses budgets with %s", (_name, budgets) => {
    expect(() => createLimiter(budgets)).toThrow(InvalidInput)
  })
})

describe("a call on its way", () => {
  it("is as young as now until it has arrived, and ages from then on", async () => {
    const clock = createVirtualClock(0)
    const limiter = createLimiter([{ ...perMinute, amount: 2, perMillis: 1000 }], clock)
    const arrival = Promise.withResolvers<void>()
    await limiter.acquire({ weight: 1 }, { arrived: arrival.promise })
    clock.set(5000)
    await limiter.acquire({ weight: 1 }, { maxWaitMillis: 0 })
    const refusal = limiter.acquire({ weight: 1 }, { maxWaitMillis: 0 })
    await expect(refusal).rejects.toMatchObject({ until: 6000 })
    clock.set(5500)
    arrival.resolve()
    await arrival.promise
    clock.set(6000)
    await limiter.acquire({ weight: 1 }, { maxWaitMillis: 0 })
    await expect(limiter.acquire({ weight: 1 }, { maxWaitMillis: 0 })).rejects.toMatchObject({ until: 6500 })
  })
})

describe("the host's clock", () => {
  it("sleeps no shorter than asked, not at all for nothing, and wakes up on an abort", async () => {
    const start = performance.now()
    await systemClock.sleep(0)
    await systemClock.sleep(-5)
    await systemClock.sleep(20)
    expect(performance.now() - start).toBeGreaterThan(15)
    await expect(systemClock.sleep(1e10, AbortSignal.timeout(5))).rejects.toMatchObject({
      name: "TimeoutError",
    })
    await expect(systemClock.sleep(5, AbortSignal.abort("before"))).rejects.toBe("before")
  })
})
