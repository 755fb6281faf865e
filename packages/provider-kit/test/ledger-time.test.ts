import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { systemLedgerClock } from "../src/ledger.ts"
import { nextMark, type TimeMark } from "../src/ledger/ledger-time.ts"
import { createVirtualClock } from "../src/testing.ts"
import { type Booked, fullestWindow, makeLedgerFolder } from "./ledger-folder.ts"
import { createMachine } from "./scripted-machine.ts"

const hour = 3_600_000
const budget = { id: "calls", unit: "calls", amount: 5, perMillis: 4000 } as const
/** The coarser of a machine's clocks goes in such steps. */
const clockStep = 10

describe("the ledger's time", () => {
  const mark = (time: number, wall: number, scope?: string, millis = 0): TimeMark => ({
    time,
    wall,
    elapsed: scope === undefined ? undefined : { scope, millis },
  })

  it.each<[string, TimeMark, TimeMark | undefined, Omit<TimeMark, "time">, number]>([
    ["goes on with the wall clock", mark(100, 100), undefined, mark(0, 130), 130],
    ["stands still while the wall clock is set back", mark(100, 100), undefined, mark(0, 40), 100],
    ["goes on from where the wall clock was set back to", mark(100, 40), undefined, mark(0, 55), 115],
    [
      "believes elapsed time of its boot, not a clock set ahead",
      mark(100, 100, "b", 7),
      undefined,
      mark(0, 9e9, "b", 17),
      110,
    ],
    [
      "believes elapsed time of its boot, not a clock set back",
      mark(100, 100, "b", 7),
      undefined,
      mark(0, 3, "b", 17),
      110,
    ],
    ["believes the wall clock after a boot", mark(100, 100, "b", 9e9), undefined, mark(0, 160, "c", 3), 160],
    [
      "believes its own count where boots have no name",
      mark(105, 9e9, "p", 7),
      mark(100, 100, "q", 50),
      mark(0, 9e9, "q", 62),
      112,
    ],
    [
      "follows others who are ahead",
      mark(500, 500, "p", 7),
      mark(100, 100, "q", 50),
      mark(0, 9e9, "q", 62),
      500,
    ],
    ["never goes back within a process", mark(100, 100), mark(140, 140), mark(0, 90), 140],
  ])("%s", (_name, stored, own, reading, time) => {
    expect(nextMark(stored, own, reading).time).toBe(time)
  })

  it("has a count of elapsed time on this host that goes on and belongs to something", () => {
    const before = systemLedgerClock.elapsed?.()
    const after = systemLedgerClock.elapsed?.()
    expect(after?.scope).toBe(before?.scope)
    expect(after?.millis).toBeGreaterThan(before?.millis ?? Number.NaN)
  })
})

describe("whatever happens to the clocks", () => {
  const cost = fc.integer({ min: 1, max: 5 })
  const acquire = fc.record({ do: fc.constant("acquire" as const), process: fc.nat(1), cost })
  const run = fc.record({ do: fc.constant("run" as const), millis: fc.nat(5000) })
  const suspend = fc.record({ do: fc.constant("suspend" as const), millis: fc.nat(20_000) })
  const setWall = fc.record({
    do: fc.constant("setWall" as const),
    millis: fc.oneof(fc.integer({ min: -10 * hour, max: 10 * hour }), fc.integer({ min: -3000, max: 3000 })),
  })
  const restart = fc.record({ do: fc.constant("restart" as const), process: fc.nat(1) })
  const reboot = fc.record({
    do: fc.constant("reboot" as const),
    millis: fc.nat(20_000),
    setBack: fc.oneof(fc.constant(0), fc.nat(10 * hour)),
  })
  type Step =
    | { readonly do: "acquire"; readonly process: number; readonly cost: number }
    | { readonly do: "run" | "suspend" | "setWall"; readonly millis: number }
    | { readonly do: "restart"; readonly process: number }
    | { readonly do: "reboot"; readonly millis: number; readonly setBack: number }

  /** Plays the steps with two processes; returns what was granted at which true time. */
  const play = async (steps: ReadonlyArray<Step>, hasNamedBoots: boolean): Promise<ReadonlyArray<Booked>> => {
    using folder = makeLedgerFolder(true)
    const machine = createMachine(1_700_000_000_000)
    let started = 0
    const start = async () => {
      started += 1
      const ledger = await folder.open({
        clock: machine.clockFor(hasNamedBoots ? undefined : `process ${started}`),
      })
      return { ledger, limiter: ledger.limiterFor("acme", [budget]) }
    }
    const processes = [await start(), await start()]
    const granted: Array<Booked> = []
    let offsetOfLastBooking = 0
    for (const step of steps)
      if (step.do === "acquire") {
        const asked = machine.trueTime()
        await processes[step.process]?.limiter.acquire({ calls: step.cost })
        granted.push({ at: machine.trueTime(), cost: step.cost })
        offsetOfLastBooking = machine.wallOffset()
        expect(machine.trueTime() - asked, "waited").toBeLessThanOrEqual(budget.perMillis + 1000 + clockStep)
      } else if (step.do === "restart") {
        processes[step.process]?.ledger.close()
        processes[step.process] = await start()
      } else if (step.do === "reboot") {
        for (const { ledger } of processes) ledger.close()
        // What the clock was set ahead by since the last booking cannot be told from time that passed.
        const offset = Math.min(machine.wallOffset(), offsetOfLastBooking) - step.setBack
        machine.reboot(step.millis, offset)
        processes.splice(0, 2, await start(), await start())
      } else machine[step.do](step.millis)
    return granted
  }

  it("books no more than the amount in any window of true time, over restarts and boots too", async () => {
    const steps = fc.array(
      fc.oneof({ weight: 6, arbitrary: acquire }, run, suspend, setWall, restart, reboot),
      {
        maxLength: 40,
      },
    )
    await fc.assert(
      fc.asyncProperty(steps, async (list) => {
        expect(fullestWindow(await play(list, true), budget.perMillis - clockStep)).toBeLessThanOrEqual(
          budget.amount,
        )
      }),
      { numRuns: 120 },
    )
  })

  it("does so between living processes also where boots have no names", async () => {
    const steps = fc.array(fc.oneof({ weight: 4, arbitrary: acquire }, run, suspend, setWall), {
      maxLength: 40,
    })
    await fc.assert(
      fc.asyncProperty(steps, async (list) => {
        expect(fullestWindow(await play(list, false), budget.perMillis - clockStep)).toBeLessThanOrEqual(
          budget.amount,
        )
      }),
      { numRuns: 80 },
    )
  })

  it("is not stuck when there is only a wall clock and it is set back", async () => {
    using folder = makeLedgerFolder(true)
    const clock = createVirtualClock(1_000_000_000)
    const limiter = (await folder.open({ clock })).limiterFor("acme", [budget])
    await limiter.acquire({ calls: 5 })
    clock.set(0)
    await limiter.acquire({ calls: 5 })
    expect(clock.now()).toBe(4000)
  })

  it("keeps a day's quota used up when the clock is set to the next day in between", async () => {
    using folder = makeLedgerFolder(true)
    const machine = createMachine(1_700_000_000_000)
    const daily = { id: "calls-1d", unit: "calls", amount: 2, perMillis: 24 * hour } as const
    const acquireOnce = async (): Promise<string> => {
      const ledger = await folder.open({ clock: machine.clockFor() })
      try {
        await ledger.limiterFor("acme", [daily]).acquire({ "calls-1d": 1 }, { maxWaitMillis: 0 })
        return "granted"
      } catch (error) {
        return String(error)
      } finally {
        ledger.close()
      }
    }
    expect(await acquireOnce()).toBe("granted")
    expect(await acquireOnce()).toBe("granted")
    machine.setWall(25 * hour)
    expect(await acquireOnce()).toContain("budget calls-1d used up until 2023-11-16T23:13:20")
    machine.run(24 * hour)
    expect(await acquireOnce()).toBe("granted")
  })
})
