import { type Cache, openCache } from "@barkeep/cache-core"
import { type Configuration, loadConfiguration } from "./configuration.ts"
import { knownInstrument } from "./known-instrument.ts"

/** The configuration and the cache of one command. */
export interface Workplace {
  readonly configuration: Configuration
  readonly cache: Cache
}

/** Opens the cache the flags and the configuration name, and closes it after `body`. */
export const withCache = async <A>(
  flags: { readonly cacheDir: string | undefined; readonly overrides?: string | undefined },
  body: (workplace: Workplace) => Promise<A>,
): Promise<A> => {
  const configuration = loadConfiguration({ cacheDir: flags.cacheDir, overridesFile: flags.overrides })
  const cache = await openCache(configuration.cacheDir, { instrumentOf: knownInstrument })
  try {
    return await body({ configuration, cache })
  } finally {
    await cache.close()
  }
}
