import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import type { Budget } from "../src/index.ts"
import { fullestWindow, type LedgerFolder, makeLedgerFolder, readBookings } from "./ledger-folder.ts"
import { type LoopbackServer, sendJson, startServer } from "./loopback-server.ts"

interface Worker {
  readonly pid: number
  readonly isRunning: () => boolean
  /** `kill -9`. */
  readonly kill: () => Promise<void>
  /** What it said when it ended by itself. @throws when it failed */
  readonly lastWords: () => Promise<string>
}

interface Work {
  readonly budgets: ReadonlyArray<Budget>
  readonly cost: Readonly<Record<string, number>>
  readonly maxWaitMillis?: number
}

const startWorker = ({ path }: LedgerFolder, { baseUrl }: LoopbackServer, work: Work): Worker => {
  const child: ChildProcess = spawn(
    process.execPath,
    [
      "--conditions=@barkeep/source",
      fileURLToPath(new URL("ledger-worker.ts", import.meta.url)),
      JSON.stringify({ folder: path, url: baseUrl, ...work }),
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  )
  let said = ""
  let complaints = ""
  child.stdout?.on("data", (text) => (said += String(text)))
  child.stderr?.on("data", (text) => (complaints += String(text)))
  const closed = once(child, "close")
  return {
    pid: child.pid ?? 0,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    kill: async () => {
      child.kill("SIGKILL")
      await closed
    },
    lastWords: async () => {
      await closed
      if (child.exitCode !== 0) throw new Error(complaints)
      return said.trim()
    },
  }
}

const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10))
}

const callsOf = ({ requests }: LoopbackServer, { pid }: Worker): number =>
  requests.filter(({ url }) => url === `/${pid}`).length

describe("processes that share a ledger", () => {
  it("stay within every budget together, also when some of them are killed, and all get their share", async () => {
    using folder = makeLedgerFolder()
    await using server = await startServer((response) => sendJson(response, {}))
    const limits: ReadonlyArray<Budget> = [
      { id: "a", unit: "calls", amount: 40, perMillis: 1000 },
      { id: "b", unit: "calls", amount: 12, perMillis: 200 },
    ]
    // Kept longer than the test lasts, so that it tells afterwards when each call was booked.
    const everything: Budget = { id: "all", unit: "calls", amount: 1e9, perMillis: 3_600_000 }
    const work: Work = { budgets: [...limits, everything], cost: { a: 1, b: 1, all: 1 } }
    const workers = Array.from({ length: 8 }, () => startWorker(folder, server, work))
    await until(() => workers.every((worker) => callsOf(server, worker) > 0))
    const [survivors, victims] = [workers.slice(3), workers.slice(0, 3)]
    for (const victim of victims) {
      await victim.kill()
      const sofar = server.requests.length
      await until(() => server.requests.length >= sofar + 15)
    }
    const before = survivors.map((worker) => callsOf(server, worker))
    await until(() => survivors.every((worker, index) => callsOf(server, worker) >= (before[index] ?? 0) + 3))
    expect(survivors.filter((worker) => !worker.isRunning())).toEqual([])
    await Promise.all(survivors.map((worker) => worker.kill()))

    const booked = readBookings(folder, "all")
    const arrived = server.requests.map(({ at }) => ({ at, cost: 1 }))
    // Every call has a booking of its own before it, but for the server's whole milliseconds.
    const lateness = arrived.map(({ at }, index) => at - (booked[index]?.at ?? Number.POSITIVE_INFINITY))
    expect(Math.min(...lateness)).toBeGreaterThan(-2)
    for (const { amount, perMillis } of limits) {
      expect(fullestWindow(booked, perMillis)).toBeLessThanOrEqual(amount)
      // Calls are on their way for different times, by which windows are shorter where they arrive.
      expect(fullestWindow(arrived, perMillis - Math.max(...lateness) - 2)).toBeLessThanOrEqual(amount)
    }
  })

  it("make no more than 25 calls a day over all runs, whatever is killed in between", async () => {
    using folder = makeLedgerFolder()
    await using server = await startServer((response) => sendJson(response, {}))
    const budgets: ReadonlyArray<Budget> = [
      { id: "calls-1d", unit: "calls", amount: 25, perMillis: 86_400_000 },
      { id: "calls-1s", unit: "calls", amount: 3, perMillis: 150 },
    ]
    const work: Work = { budgets, cost: { "calls-1d": 1, "calls-1s": 1 }, maxWaitMillis: 60_000 }
    const crashed = [startWorker(folder, server, work), startWorker(folder, server, work)]
    await until(() => server.requests.length >= 8)
    await Promise.all(crashed.map((worker) => worker.kill()))
    const last = [startWorker(folder, server, work), startWorker(folder, server, work)]
    const words = await Promise.all(last.map((worker) => worker.lastWords()))
    expect(words).toEqual([1, 2].map(() => expect.stringMatching(/^budget calls-1d used up until /)))
    const limiter = (await folder.open()).limiterFor("acme", budgets)
    await expect(limiter.acquire({ "calls-1d": 1 }, { maxWaitMillis: 0 })).rejects.toThrow("calls-1d used up")
    expect(readBookings(folder, "calls-1d")).toHaveLength(25)
    expect(server.requests.length).toBeLessThanOrEqual(25)
    // A killed process had at most one call booked and not made.
    expect(server.requests.length).toBeGreaterThanOrEqual(23)
  })

  it("pass one that is killed while it is first in line", async () => {
    using folder = makeLedgerFolder()
    await using server = await startServer((response) => sendJson(response, {}))
    const budgets: ReadonlyArray<Budget> = [
      { id: "weight", unit: "weight", amount: 10, perMillis: 20_000 },
      { id: "probes", unit: "calls", amount: 1e6, perMillis: 20_000 },
    ]
    const limiter = (await folder.open()).limiterFor("acme", budgets)
    await limiter.acquire({ weight: 5 })
    const first = startWorker(folder, server, { budgets, cost: { weight: 10 } })
    const isLineEmpty = (): Promise<boolean> =>
      limiter.acquire({ probes: 1 }, { maxWaitMillis: 0 }).then(
        () => true,
        () => false,
      )
    while (await isLineEmpty()) await new Promise((resolve) => setTimeout(resolve, 20))
    const served = limiter.acquire({ weight: 1 })
    await first.kill()
    await served
    const [five, one] = readBookings(folder, "weight")
    expect((one?.at ?? 0) - (five?.at ?? 0)).toBeLessThan(20_000)
  })
})
