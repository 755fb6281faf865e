import { InvalidInput } from "@barkeep/market-data"
import * as fc from "fast-check"
import { assert, describe, expect, it } from "vitest"
import { type Budget, createLimiter, type Limiter, LimitReached, type PauseKind } from "../src/index.ts"
import { openStore } from "../src/ledger/ledger-store.ts"
import { createMirror, leaseMillis } from "../src/ledger/window-mirror.ts"
import type { LimitLedger } from "../src/ledger.ts"
import { createVirtualClock, type VirtualClock } from "../src/testing.ts"
import { fullestWindow, makeLedgerFolder, readBookings } from "./ledger-folder.ts"

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

describe("a limiter of a ledger", () => {
  const budgets = fc.uniqueArray(
    fc.record({
      id: fc.constantFrom("a", "b", "c"),
      unit: fc.constant("calls" as const),
      amount: fc.integer({ min: 1, max: 12 }),
      perMillis: fc.integer({ min: 1, max: 5000 }),
    }),
    { selector: ({ id }) => id, minLength: 1 },
  )
  const wishes = fc.record({ a: fc.nat(12), b: fc.nat(12), c: fc.nat(12) })
  const costOf = (list: ReadonlyArray<Budget>, wanted: Record<string, number>): Record<string, number> =>
    Object.fromEntries(list.map(({ id, amount }) => [id, Math.min(amount, wanted[id] ?? 0)]))

  it("books no more than the amount in any window, for any mix of processes, budgets and reopenings", async () => {
    const steps = fc.array(
      fc.record({ idle: fc.nat(3000), user: fc.nat(2), isReopened: fc.nat(9), cost: wishes }),
      { maxLength: 50 },
    )
    await fc.assert(
      fc.asyncProperty(budgets, steps, async (list, schedule) => {
        using folder = makeLedgerFolder(true)
        const clock = createVirtualClock(1_000_000)
        const start = async () => {
          const ledger = await folder.open({ clock })
          return { ledger, limiter: ledger.limiterFor("acme", list) }
        }
        const users = [await start(), await start(), await start()]
        const granted: Array<{ at: number; cost: Record<string, number> }> = []
        for (const { idle, user, isReopened, cost: wanted } of schedule) {
          clock.advance(idle)
          if (isReopened === 0) {
            users[user]?.ledger.close()
            users[user] = await start()
          }
          const cost = costOf(list, wanted)
          await users[user]?.limiter.acquire(cost)
          granted.push({ at: clock.now(), cost })
        }
        for (const { id, amount, perMillis } of list) {
          const booked = granted.map(({ at, cost }) => ({ at, cost: cost[id] ?? 0 }))
          expect(fullestWindow(booked, perMillis)).toBeLessThanOrEqual(amount)
        }
      }),
      { numRuns: 80 },
    )
  })

  it("grants, refuses and names the same as a limiter of one process does", async () => {
    const kinds = fc.constantFrom<PauseKind>("rate-limited", "banned", "quota-exhausted")
    const step = fc.record({
      idle: fc.nat(3000),
      cost: wishes,
      maxWaitMillis: fc.option(fc.nat(4000), { nil: undefined }),
      observed: fc.option(wishes, { freq: 3, nil: undefined }),
      pause: fc.option(fc.record({ millis: fc.nat(4000), kind: kinds }), { freq: 4, nil: undefined }),
    })
    type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never
    const steps = fc.array(step, { maxLength: 40 })
    const play = async (
      limiter: Limiter,
      clock: VirtualClock,
      list: ReadonlyArray<Budget>,
      schedule: ReadonlyArray<Step>,
    ): Promise<ReadonlyArray<unknown>> => {
      const seen: Array<unknown> = []
      for (const { idle, cost, maxWaitMillis, observed, pause } of schedule) {
        clock.advance(idle)
        if (observed !== undefined) await limiter.observe({ used: observed })
        if (pause !== undefined) await limiter.pauseUntil(clock.now() + pause.millis, pause.kind)
        const options = maxWaitMillis === undefined ? {} : { maxWaitMillis }
        const outcome = await limiter.acquire(costOf(list, cost), options).then(
          () => "granted",
          ({ until, kind, budgetId }: LimitReached) => ({ until, kind, budgetId }),
        )
        seen.push({ at: clock.now(), outcome })
      }
      return seen
    }
    await fc.assert(
      fc.asyncProperty(budgets, steps, async (list, schedule) => {
        using folder = makeLedgerFolder(true)
        const [one, other] = [createVirtualClock(1_000_000), createVirtualClock(1_000_000)]
        const ledger = await folder.open({ clock: one })
        expect(await play(ledger.limiterFor("acme", list), one, list, schedule)).toEqual(
          await play(createLimiter(list, other), other, list, schedule),
        )
      }),
      { numRuns: 80 },
    )
  })

  it("knows in a later run what an earlier one has booked, and what its pauses were", async () => {
    using folder = makeLedgerFolder()
    const clock = createVirtualClock(0)
    const first = await folder.open({ clock })
    await first.limiterFor("acme", [perMinute, perDay]).acquire({ weight: 8, day: 3 })
    await first.limiterFor("acme", [perMinute, perDay]).pauseUntil(7000, "banned")
    first.close()
    clock.set(5000)
    const limiter = (await folder.open({ clock })).limiterFor("acme", [perMinute, perDay])
    expect(await refusalOf(limiter, {})).toMatchObject({ kind: "banned", until: 7000, budgetId: undefined })
    clock.set(7000)
    await limiter.acquire({ weight: 2 }, { maxWaitMillis: 0 })
    expect(await refusalOf(limiter, { weight: 1 })).toMatchObject({ until: 60_000, budgetId: "weight" })
    expect(await refusalOf(limiter, { day: 1 }, 86_392_999)).toMatchObject({
      kind: "quota-exhausted",
      until: 86_400_000,
      budgetId: "day",
    })
  })

  it("tells everybody at once of a pause and of a vendor's higher count", async () => {
    using folder = makeLedgerFolder()
    const clock = createVirtualClock(0)
    const limiters = [await folder.open({ clock }), await folder.open({ clock })].map((ledger) =>
      ledger.limiterFor("acme", [perMinute]),
    ) as [Limiter, Limiter]
    await limiters[0].acquire({ weight: 2 })
    await limiters[1].observe({ used: { weight: 9, unknown: 5 } })
    await limiters[1].observe({ used: { weight: Number.NaN } })
    expect((await refusalOf(limiters[0], { weight: 2 })).until).toBe(60_000)
    await limiters[0].pauseUntil(90_000, "rate-limited")
    await limiters[0].pauseUntil(80_000, "banned")
    expect(await refusalOf(limiters[1], {})).toMatchObject({ kind: "rate-limited", until: 90_000 })
    await limiters[1].acquire({ weight: 10 })
    expect(clock.now()).toBe(90_000)
  })

  it("keeps vendors apart", async () => {
    using folder = makeLedgerFolder()
    const ledger = await folder.open({ clock: createVirtualClock(0) })
    const [acme, other] = [ledger.limiterFor("acme", [perDay]), ledger.limiterFor("other", [perDay])]
    await acme.acquire({ day: 3 })
    await acme.pauseUntil(1e9, "banned")
    await other.acquire({ day: 3 }, { maxWaitMillis: 0 })
    expect((await refusalOf(other, { day: 1 })).kind).toBe("quota-exhausted")
  })

  it("counts the same calls when a tier's amounts change, each tier against its own", async () => {
    using folder = makeLedgerFolder()
    const clock = createVirtualClock(0)
    const ledger = await folder.open({ clock })
    const free = ledger.limiterFor("acme", [perDay])
    const paid = ledger.limiterFor("acme", [{ ...perDay, amount: 5 }, perMinute])
    await free.acquire({ day: 2 })
    await paid.acquire({ day: 2, weight: 1 }, { maxWaitMillis: 0 })
    expect((await refusalOf(free, { day: 1 })).until).toBe(86_400_000)
    await paid.acquire({ day: 1 }, { maxWaitMillis: 0 })
    expect((await refusalOf(paid, { day: 1 })).until).toBe(86_400_000)
    const { vendors } = await ledger.snapshot()
    expect(vendors[0]?.budgets[0]).toMatchObject({ id: "day", amount: 5, used: 5 })
  })

  it("still knows the bookings that a longer window of a newer version needs", async () => {
    using folder = makeLedgerFolder()
    const clock = createVirtualClock(0)
    const ledger = await folder.open({ clock })
    await ledger.limiterFor("acme", [perMinute]).acquire({ weight: 10 })
    clock.set(100_000)
    // Old bookings are swept out when a limiter begins.
    await ledger.limiterFor("acme", [perMinute]).acquire({ weight: 1 })
    const longer = ledger.limiterFor("acme", [{ ...perMinute, perMillis: 120_000 }])
    expect((await refusalOf(longer, { weight: 1 })).until).toBe(120_000)
  })

  it("removes bookings that no window reaches any more", async () => {
    using folder = makeLedgerFolder()
    const clock = createVirtualClock(0)
    const limiter = (await folder.open({ clock })).limiterFor("acme", [perMinute])
    for (let call = 0; call < 600; call += 1) {
      clock.advance(6000)
      await limiter.acquire({ weight: 1 })
    }
    expect(readBookings(folder, "weight").length).toBeLessThan(300)
  })

  it("serves its callers in the order in which they came, whatever their cost", async () => {
    using folder = makeLedgerFolder()
    const clock = createVirtualClock(0)
    const limiter = (await folder.open({ clock })).limiterFor("acme", [perMinute])
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

  it("lets nobody who came later go before a process that waits for something expensive", async () => {
    using folder = makeLedgerFolder()
    const budget: Budget = { id: "weight", unit: "weight", amount: 8, perMillis: 400 }
    const [patient, busy] = [await folder.open(), await folder.open()].map((ledger) =>
      ledger.limiterFor("acme", [budget]),
    ) as [Limiter, Limiter]
    const end = new AbortController()
    // Spread over the window, so that there is never room for eight at once while anybody takes one that gets free.
    for (let call = 0; call < 8; call += 1) {
      await busy.acquire({ weight: 1 })
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    const served = patient.acquire({ weight: 8 }).finally(() => end.abort())
    while (!end.signal.aborted) await busy.acquire({ weight: 1 })
    await served
    expect(readBookings(folder, "weight").map(({ cost }) => cost)).toContain(8)
  })

  it("lets a waiting caller go with the signal's reason, also behind others, and serves the rest", async () => {
    using folder = makeLedgerFolder()
    const ledger = await folder.open()
    const limiter = ledger.limiterFor("acme", [{ ...perMinute, amount: 1, perMillis: 200 }])
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
    expect(readBookings(folder, "weight")).toHaveLength(2)
  })

  it("frees its place in line at once when the caller that has it goes", async () => {
    using folder = makeLedgerFolder()
    const probes: Budget = { ...perMinute, id: "probes" }
    const [waiting, other] = [await folder.open(), await folder.open()].map((ledger) =>
      ledger.limiterFor("acme", [perMinute, probes]),
    ) as [Limiter, Limiter]
    await waiting.acquire({ weight: 10 })
    const controller = new AbortController()
    const gone = waiting.acquire({ weight: 1 }, { signal: controller.signal })
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect((await refusalOf(other, { probes: 1 }, 50_000)).budgetId).toBeUndefined()
    controller.abort("gone")
    await expect(gone).rejects.toBe("gone")
    await new Promise((resolve) => setImmediate(resolve))
    await other.acquire({ probes: 1 }, { maxWaitMillis: 0 })
  })

  it("forgets what it did in a transaction that failed", async () => {
    using folder = makeLedgerFolder()
    const clock = createVirtualClock(0)
    const { path } = await folder.open({ clock })
    const store = await openStore(path, clock, 0)
    const mirror = createMirror("acme", [perMinute])
    const failing = store.transact((view) => {
      mirror.update(view)
      mirror.book(view, [["weight", 10]])
      throw new Error("no space left")
    })
    await expect(failing).rejects.toThrow("no space left")
    await store.transact((view) => {
      mirror.update(view)
      mirror.book(view, [["weight", 4]])
    })
    const used = await store.transact((view) => {
      mirror.update(view)
      return mirror.windows().get("weight")?.used(0)
    })
    store.close()
    expect(used).toBe(4)
    expect(readBookings(folder, "weight")).toEqual([{ at: 0, cost: 4 }])
  })

  it.each<[string, Record<string, number>]>([
    ["an unknown budget", { wieght: 1 }],
    ["more than the budget ever allows", { weight: 11 }],
    ["a negative cost", { weight: -1 }],
    ["no number", { weight: Number.NaN }],
  ])("refuses a cost with %s", async (_name, cost) => {
    using folder = makeLedgerFolder(true)
    const limiter = (await folder.open()).limiterFor("acme", [perMinute])
    await expect(limiter.acquire(cost)).rejects.toThrow(InvalidInput)
  })

  it("refuses budgets that share an id", async () => {
    using folder = makeLedgerFolder(true)
    const ledger = await folder.open()
    expect(() => ledger.limiterFor("acme", [perMinute, perMinute])).toThrow(InvalidInput)
  })
})

describe("a call on its way", () => {
  const burst: Budget = { id: "burst", unit: "calls", amount: 1, perMillis: 1000 }
  /** Settling is a transaction of its own, some turns of the event loop later. */
  const settled = async (ledger: LimitLedger, isSettled: (used: number) => boolean): Promise<void> => {
    for (;;) {
      const { vendors } = await ledger.snapshot()
      if (isSettled(vendors[0]?.budgets[0]?.used ?? 0)) return
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }

  it("is as young as now for everybody until it has arrived, and ages from then on", async () => {
    using folder = makeLedgerFolder()
    const clock = createVirtualClock(0)
    const [ledger, elsewhere] = [await folder.open({ clock }), await folder.open({ clock })]
    const [own, other] = [ledger.limiterFor("acme", [burst]), elsewhere.limiterFor("acme", [burst])]
    const arrival = Promise.withResolvers<void>()
    await own.acquire({ burst: 1 }, { arrived: arrival.promise })
    clock.set(900)
    expect((await refusalOf(other, { burst: 1 })).until).toBe(1900)
    expect((await refusalOf(own, { burst: 1 })).until).toBe(1900)
    clock.set(1500)
    arrival.resolve()
    while (readBookings(folder, "burst").length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
    clock.set(2000)
    expect((await refusalOf(other, { burst: 1 })).until).toBe(2500)
    clock.set(2500)
    await other.acquire({ burst: 1 }, { maxWaitMillis: 0 })
    expect(readBookings(folder, "burst")).toEqual([
      { at: 1500, cost: 1 },
      { at: 2500, cost: 1 },
    ])
  })

  it("that fails has arrived too, for all anybody knows", async () => {
    using folder = makeLedgerFolder()
    const clock = createVirtualClock(0)
    const limiter = (await folder.open({ clock })).limiterFor("acme", [burst])
    const arrival = Promise.withResolvers<void>()
    await limiter.acquire({ burst: 1 }, { arrived: arrival.promise })
    arrival.reject(new Error("connection reset"))
    while (readBookings(folder, "burst").length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
    expect((await refusalOf(limiter, { burst: 1 })).until).toBe(1000)
  })

  it("of a process that is gone counts until its lease ends, and holds nobody up for longer", async () => {
    using folder = makeLedgerFolder()
    const clock = createVirtualClock(0)
    const gone = await folder.open({ clock })
    await gone.limiterFor("acme", [burst]).acquire({ burst: 1 }, { arrived: new Promise(() => {}) })
    gone.close()
    const ledger = await folder.open({ clock })
    const limiter = ledger.limiterFor("acme", [burst])
    clock.set(leaseMillis - 1)
    expect((await refusalOf(limiter, { burst: 1 })).until).toBe(leaseMillis + 999)
    await limiter.acquire({ burst: 1 })
    expect(clock.now()).toBeLessThanOrEqual(leaseMillis + 1000)
    expect(readBookings(folder, "burst").map(({ at }) => at)).toEqual([leaseMillis, clock.now()])
  })

  it("counts among a day's calls, also for `snapshot` and after its process is gone", async () => {
    using folder = makeLedgerFolder()
    const clock = createVirtualClock(0)
    const first = await folder.open({ clock })
    const limiter = first.limiterFor("acme", [perDay])
    const arrival = Promise.withResolvers<void>()
    await limiter.acquire({ day: 1 }, { arrived: arrival.promise })
    await limiter.acquire({ day: 2 }, { arrived: new Promise(() => {}) })
    const use = async () => (await first.snapshot()).vendors[0]?.budgets[0]
    expect(await use()).toMatchObject({ used: 3, freesUpAt: 86_400_000 })
    expect((await refusalOf(limiter, { day: 1 })).kind).toBe("quota-exhausted")
    arrival.resolve()
    await settled(first, (used) => used === 3)
    first.close()
    clock.set(3_600_000)
    const later = (await folder.open({ clock })).limiterFor("acme", [perDay])
    expect((await refusalOf(later, { day: 3 })).until).toBe(86_400_000 + leaseMillis)
  })

  it("is forgotten by a reset, also when it arrives afterwards", async () => {
    using folder = makeLedgerFolder()
    const clock = createVirtualClock(0)
    const ledger = await folder.open({ clock })
    const limiter = ledger.limiterFor("acme", [perDay])
    const arrival = Promise.withResolvers<void>()
    await limiter.acquire({ day: 3 }, { arrived: arrival.promise })
    await ledger.reset("acme")
    arrival.resolve()
    await limiter.acquire({ day: 3 }, { maxWaitMillis: 0 })
    expect(readBookings(folder, "day").map(({ cost }) => cost)).toEqual([3])
  })
})

describe("a snapshot", () => {
  it("shows what is used of every budget, when the oldest of it gets free, and the pauses", async () => {
    using folder = makeLedgerFolder()
    const clock = createVirtualClock(1000)
    const ledger = await folder.open({ clock })
    await ledger.limiterFor("binance", [perMinute]).acquire({ weight: 4 })
    clock.set(2000)
    await ledger.limiterFor("acme", [perDay, perMinute]).acquire({ day: 1 })
    await ledger.limiterFor("acme", [perDay]).pauseUntil(50_000, "banned")
    clock.set(3000)
    await ledger.limiterFor("acme", [perDay]).pauseUntil(60_000, "banned")
    await ledger.limiterFor("acme", [perDay]).pauseUntil(4000, "rate-limited")
    const dayUse = { ...perDay, used: 1, freesUpAt: 86_402_000 }
    const banned = { kind: "banned", until: 60_000, since: 2000 }
    expect(await ledger.snapshot()).toEqual({
      at: 3000,
      vendors: [
        {
          vendor: "acme",
          budgets: [dayUse, { ...perMinute, used: 0, freesUpAt: undefined }],
          pauses: [{ kind: "rate-limited", until: 4000, since: 3000 }, banned],
        },
        { vendor: "binance", budgets: [{ ...perMinute, used: 4, freesUpAt: 61_000 }], pauses: [] },
      ],
    })
    clock.set(61_000)
    expect((await ledger.snapshot()).vendors).toEqual([
      { vendor: "acme", budgets: [dayUse, { ...perMinute, used: 0, freesUpAt: undefined }], pauses: [] },
      { vendor: "binance", budgets: [{ ...perMinute, used: 0, freesUpAt: undefined }], pauses: [] },
    ])
  })
})

describe("a reset", () => {
  it("forgets one vendor's bookings and pauses for everybody, and nothing of the others", async () => {
    using folder = makeLedgerFolder()
    const clock = createVirtualClock(0)
    const [ledger, elsewhere] = [await folder.open({ clock }), await folder.open({ clock })]
    const acme = elsewhere.limiterFor("acme", [perDay])
    const other = elsewhere.limiterFor("other", [perDay])
    await acme.acquire({ day: 3 })
    await other.acquire({ day: 3 })
    await acme.pauseUntil(1e9, "banned")
    await ledger.reset("acme")
    await acme.acquire({ day: 3 }, { maxWaitMillis: 0 })
    expect((await refusalOf(acme, { day: 1 })).kind).toBe("quota-exhausted")
    expect((await refusalOf(other, { day: 1 })).kind).toBe("quota-exhausted")
    await ledger.reset()
    await other.acquire({ day: 3 }, { maxWaitMillis: 0 })
    expect((await ledger.snapshot()).vendors.map(({ vendor }) => vendor)).toEqual(["other"])
  })
})
