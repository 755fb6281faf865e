// A process that writes: node writer-process.ts <folder> <mode> <first row> <count> [lock]
import { openCache } from "../src/index.ts"
import { barsAt, entryOf, hour, noon, pageOf, requestOf, times } from "./bars.ts"

const [folder = "", mode = "", first = "0", count = "1", lock = "local"] = process.argv.slice(2)
const start = Date.UTC(2024, 0, 1)
const cache = await openCache(folder, {
  clock: { now: () => noon },
  lock: lock === "network" ? "network" : "local",
  leaseMillis: 400,
  lockTimeoutMillis: 60_000,
})

if (mode === "put")
  for (let row = Number(first); row < Number(first) + Number(count); row += 1) {
    await cache.put(requestOf([pageOf(barsAt(times(start + row * hour, 1)))], entryOf()))
    process.stdout.write(`${row}\n`)
  }

// Appends and fills back in minutes, so that files of many blocks are written over again and again.
if (mode === "minutes")
  for (let put = 0; put < Number(count); put += 1) {
    const from = start + ((put * 37) % 20) * 300 * 60_000
    await cache.put(requestOf([pageOf(barsAt(times(from, 300 + put, 60_000)))], entryOf("1m")))
  }

// Holds the entry's lock until it is killed; `block` keeps its event loop busy, too.
if (mode === "hold" || mode === "block") {
  const { entryLock } = await import("../src/entry-lock.ts")
  const { openContext } = await import("../src/open-context.ts")
  const Effect = await import("effect/Effect")
  const context = openContext(folder, { lock: lock === "network" ? "network" : "local", leaseMillis: 400 })
  await Effect.runPromise(
    Effect.scoped(
      Effect.gen(function* () {
        yield* entryLock(context, "BTCUSDT", "1h")
        process.stdout.write("held\n")
        if (mode === "block") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1200)
        else yield* Effect.sleep(600_000)
      }),
    ),
  )
  process.stdout.write("released\n")
}
