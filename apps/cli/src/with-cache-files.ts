import { openCacheFiles } from "@barkeep/cache-core"
import type { CacheFiles } from "@barkeep/cleanup"
import { InvalidInput, type Instrument } from "@barkeep/market-data"
import { classifyTicker } from "@barkeep/ticker-classifier"
import { loadConfiguration } from "./configuration.ts"

/** Opens the files of the cache that the flags and the configuration name, and waits for moves under way after `body`. */
export const withCacheFiles = async <A>(
  flags: { readonly cacheDir: string | undefined },
  body: (files: CacheFiles) => Promise<A>,
): Promise<A> => {
  const { cacheDir } = loadConfiguration({ cacheDir: flags.cacheDir })
  const files = await openCacheFiles(cacheDir, { instrumentOf })
  try {
    return await body(files)
  } finally {
    await files.close()
  }
}

/** What a symbol is, for files that do not say their time zone; nothing where it would be a guess. */
const instrumentOf = (symbol: string): Instrument | undefined => {
  try {
    const { instrument, certainty } = classifyTicker(symbol)
    return certainty === "guess" || instrument.symbol !== symbol ? undefined : instrument
  } catch (error) {
    if (error instanceof InvalidInput) return undefined
    throw error
  }
}
