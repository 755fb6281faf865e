import { type Cache, openCache } from "@barkeep/cache-core"
import type { Configuration } from "./configuration.ts"
import { knownInstrument } from "./known-instrument.ts"
import type { CommandContext } from "./run-command.ts"

/** The configuration and the cache of one command. */
export interface Workplace {
  readonly configuration: Configuration
  readonly cache: Cache
}

/** Opens the cache the flags and the configuration name, and closes it after `body`. */
export const withCache = async <A>(
  flags: { readonly cacheDir: string | undefined; readonly overrides?: string | undefined },
  { configure }: Pick<CommandContext, "configure">,
  body: (workplace: Workplace) => Promise<A>,
): Promise<A> => {
  const configuration = configure({ cacheDir: flags.cacheDir, overridesFile: flags.overrides })
  const cache = await openCache(configuration.cacheDir, { instrumentOf: knownInstrument })
  try {
    return await body({ configuration, cache })
  } finally {
    await cache.close()
  }
}
