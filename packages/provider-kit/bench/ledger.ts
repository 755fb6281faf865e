// What the limit ledger costs: one call's booking and the answer's count, alone and against other processes.
// Run with: node --conditions=@barkeep/source bench/ledger.ts [processes ...]
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createLimiter } from "../src/sliding-window-limiter.ts"
import type { Limiter } from "../src/limiter.ts"
import { openLimitLedger } from "../src/ledger.ts"

// Binance's window with all of its minute's 3000 calls in it, but never used up.
const budget = { id: "weight-1m", unit: "weight", amount: 1e9, perMillis: 61_000 } as const
const calls = 5000

const measure = async (limiter: Limiter): Promise<string> => {
  for (let call = 0; call < 3000; call += 1) await limiter.acquire({ "weight-1m": 2 })
  const times: Array<number> = []
  const cpu = process.cpuUsage()
  for (let call = 0; call < calls; call += 1) {
    const started = performance.now()
    await limiter.acquire({ "weight-1m": 2 })
    await limiter.observe({ used: { "weight-1m": 2 } })
    times.push(performance.now() - started)
  }
  const { user, system } = process.cpuUsage(cpu)
  times.sort((one, other) => one - other)
  const micros = (share: number): string =>
    `${((times[Math.floor(share * (calls - 1))] ?? 0) * 1000).toFixed(0)} µs`
  return `median ${micros(0.5)}, 99 % ${micros(0.99)}, longest ${micros(1)}, CPU ${((user + system) / calls).toFixed(0)} µs a call`
}

const folder = process.argv[2]
if (folder?.startsWith("/") === true) {
  const ledger = await openLimitLedger(folder)
  console.log(await measure(ledger.limiterFor("binance", [budget])))
  ledger.close()
} else {
  console.log(`in the process: ${await measure(createLimiter([budget]))}`)
  for (const processes of process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1, 2, 4]) {
    const shared = mkdtempSync(join(tmpdir(), "barkeep-ledger-"))
    console.log(`a ledger with ${processes} at it:`)
    const children = Array.from({ length: processes }, () =>
      spawn(process.execPath, [...process.execArgv, import.meta.filename, shared], { stdio: "inherit" }),
    )
    await Promise.all(children.map((child) => once(child, "close")))
    rmSync(shared, { recursive: true })
  }
}
