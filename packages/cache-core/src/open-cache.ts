import type { Cache } from "./cache.ts"
import { makeCache } from "./make-cache.ts"
import { openContext } from "./open-context.ts"
import type { CacheOptions } from "./store-context.ts"

/**
 * Opens a cache folder. Nothing is created: a folder that does not exist is an empty cache until the first write.
 * @throws {InvalidInput} when `folder` is no path
 * @throws {CacheError} `StorageFailure` when something else than a folder is there, or it cannot be looked at
 * @example
 * const cache = await openCache("./cache")
 * await cache.listSymbols() // => []
 */
export const openCache = async (folder: string, options: CacheOptions = {}): Promise<Cache> => {
  const context = openContext(folder, options)
  return makeCache(context, async () => {
    const { makeWriter } = await import("./put-pages.ts")
    return makeWriter(context)
  })
}
