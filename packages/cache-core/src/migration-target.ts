import * as fs from "node:fs/promises"
import * as path from "node:path"
import type { Timeframe } from "@barkeep/market-data"
import type { Cache } from "./cache.ts"
import { codeOf } from "./cache-error.ts"
import { withEntryLock } from "./with-entry-lock.ts"

/** A cache as migrations write to it; what `@barkeep/migration` calls a `MigrationTarget`. */
export interface CacheMigrationTarget {
  readonly folder: string
  readonly store: Cache
  /** Where an entry is, or would be, and the files that a write to it may change, absolute, as far as they exist. */
  readonly entryFiles: (
    symbol: string,
    timeframe: Timeframe,
  ) => Promise<{ readonly folder: string; readonly files: ReadonlyArray<string> }>
  /** Runs `body` while nobody else writes to the entry. */
  readonly exclusively: <A>(symbol: string, timeframe: Timeframe, body: () => Promise<A>) => Promise<A>
  /** Runs `body` while no other migration writes to this cache. */
  readonly alone: <A>(body: () => Promise<A>) => Promise<A>
}

/** The target for a cache. */
export const migrationTarget = (cache: Cache): CacheMigrationTarget => ({
  folder: cache.folder,
  store: cache,
  entryFiles: async (symbol, timeframe) => {
    const folder = path.dirname((await cache.partition(symbol, timeframe, anyYear)).data)
    const answers = await cache.answersFile(symbol, timeframe)
    const inAnswers = (await filesIn(path.dirname(answers))).filter((file) => file === answers)
    return { folder, files: [...(await filesIn(folder)), ...inAnswers] }
  },
  exclusively: (symbol, timeframe, body) => withEntryLock(cache.folder, symbol, timeframe, body),
  // A lock of an entry that cannot be: no symbol's folder name starts with an underscore.
  alone: (body) => withEntryLock(cache.folder, "_MIGRATION", "1d", body),
})

/** The folder of an entry is the same for all years. */
const anyYear = 2000

const filesIn = async (folder: string): Promise<ReadonlyArray<string>> => {
  try {
    const items = await fs.readdir(folder, { withFileTypes: true })
    return items
      .filter((item) => item.isFile())
      .map((item) => path.join(folder, item.name))
      .toSorted()
  } catch (cause) {
    if (codeOf(cause) === "ENOENT" || codeOf(cause) === "ENOTDIR") return []
    throw cause
  }
}
