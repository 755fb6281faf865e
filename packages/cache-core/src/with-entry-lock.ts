import { parseTimeframe, type Timeframe } from "@barkeep/market-data"
import { openContext } from "./open-context.ts"
import type { CacheOptions } from "./store-context.ts"
import { folderOfSymbol } from "./symbol-names.ts"

/**
 * Runs `body` while nobody else, in this process or another, writes to the entry; for programs that put files of a cache
 * back as they were. `body` may read through a `Cache`, but a write to the same entry would wait for itself.
 * @throws {CacheError} `LockHeld`, `StorageFailure`
 * @throws {InvalidInput}
 */
export const withEntryLock = async <A>(
  folder: string,
  symbol: string,
  timeframe: Timeframe,
  body: () => Promise<A>,
  options: CacheOptions = {},
): Promise<A> => {
  folderOfSymbol(symbol)
  const context = openContext(folder, options)
  const [{ makeWriter }, Effect] = await Promise.all([import("./put-pages.ts"), import("effect/Effect")])
  return Effect.runPromise(makeWriter(context).exclusively(symbol, parseTimeframe(timeframe), body))
}
