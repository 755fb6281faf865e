import { openCacheFiles } from "@barkeep/cache-core"
import type { CacheFiles } from "@barkeep/cleanup"
import { knownInstrument } from "./known-instrument.ts"
import type { CommandContext } from "./run-command.ts"

/** Opens the files of the cache that the flags and the configuration name, and waits for moves under way after `body`. */
export const withCacheFiles = async <A>(
  flags: { readonly cacheDir: string | undefined },
  { configure }: Pick<CommandContext, "configure">,
  body: (files: CacheFiles) => Promise<A>,
): Promise<A> => {
  const { cacheDir } = configure({ cacheDir: flags.cacheDir })
  const files = await openCacheFiles(cacheDir, { instrumentOf: knownInstrument })
  try {
    return await body(files)
  } finally {
    await files.close()
  }
}
