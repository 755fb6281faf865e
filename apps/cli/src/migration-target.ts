import { existsSync } from "node:fs"
import { readdir } from "node:fs/promises"
import * as path from "node:path"
import { type Cache, withEntryLock } from "@barkeep/cache-core"
import type { Timeframe } from "@barkeep/market-data"
import type { MigrationTarget } from "@barkeep/migration"

/** A cache as migrations write to it. */
export const migrationTarget = (cache: Cache): MigrationTarget => ({
  folder: cache.folder,
  store: cache,
  entryFiles: async (symbol, timeframe) => {
    const folder = path.dirname((await cache.partition(symbol, timeframe, anyYear)).data)
    const answers = await cache.answersFile(symbol, timeframe)
    return { folder, files: [...(await filesIn(folder)), ...(existsSync(answers) ? [answers] : [])] }
  },
  exclusively: <A>(symbol: string, timeframe: Timeframe, body: () => Promise<A>) =>
    withEntryLock(cache.folder, symbol, timeframe, body),
  // A lock of an entry that cannot be: a folder name with `_` in front is no symbol's.
  alone: (body) => withEntryLock(cache.folder, "_MIGRATION", "1d", body),
})

/** The folder of an entry is the same for all years. */
const anyYear = 2000

const filesIn = async (folder: string): Promise<ReadonlyArray<string>> =>
  existsSync(folder)
    ? (await readdir(folder, { withFileTypes: true }))
        .filter((item) => item.isFile())
        .map((item) => path.join(folder, item.name))
        .toSorted()
    : []
