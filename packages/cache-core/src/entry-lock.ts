import { performance } from "node:perf_hooks"
import type { InvalidInput, Timeframe } from "@barkeep/market-data"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { CacheError } from "./cache-error.ts"
import { makeFolders } from "./commit.ts"
import { fileLock } from "./file-lock.ts"
import { lockFolder, lockName } from "./layout.ts"
import { leaseLock } from "./lease-lock.ts"
import type { HeldLock, LockAttempt } from "./lock-note.ts"
import { isNetworkFolder } from "./network-folder.ts"
import type { StoreContext } from "./store-context.ts"
import { attempt } from "./typed-failures.ts"

/**
 * The entry's lock, held until the scope closes. Waits for other processes up to the cache's lock timeout, asleep
 * between short tries; waiting can be interrupted.
 */
export const entryLock = (
  context: StoreContext,
  symbol: string,
  timeframe: Timeframe,
): Effect.Effect<HeldLock, CacheError | InvalidInput, Scope.Scope> =>
  Effect.acquireRelease(waitForLock(context, symbol, timeframe), (lock) => Effect.sync(() => lock.release()))

// Runs uninterruptibly but for its naps, so that a lock that was got is always given to the scope.
const waitForLock = Effect.fnUntraced(function* (
  context: StoreContext,
  symbol: string,
  timeframe: Timeframe,
) {
  const { lock, path: file } = yield* attempt(() => prepareLock(context, symbol, timeframe))
  const deadline = performance.now() + context.lockTimeoutMillis
  const tries = Effect.gen(function* () {
    for (let napMillis = 2; ; napMillis = Math.min(napMillis * 1.5, 50)) {
      const held = yield* attempt(async () => lock.tryNow())
      if (held !== undefined) return held
      if (performance.now() >= deadline)
        return yield* Effect.fail(
          new CacheError({ path: file, operation: "lock", reason: { _tag: "LockHeld", by: lock.holder() } }),
        )
      yield* Effect.interruptible(Effect.sleep(napMillis))
    }
  })
  return yield* tries.pipe(
    Effect.onExit((exit) => (exit._tag === "Success" ? Effect.void : Effect.sync(() => lock.giveUp()))),
  )
})

const prepareLock = async (
  context: StoreContext,
  symbol: string,
  timeframe: Timeframe,
): Promise<{ readonly lock: LockAttempt; readonly path: string }> => {
  const folder = lockFolder(context)
  await makeFolders(context, folder)
  const name = lockName(context, symbol, timeframe)
  return isNetworkFolder(context, folder)
    ? { lock: leaseLock(`${name}.lease`, context.clock, context.leaseMillis), path: `${name}.lease` }
    : { lock: await fileLock(`${name}.lock`, context.clock), path: `${name}.lock` }
}
