import { readFile, stat } from "node:fs/promises"
import type { Cache } from "@barkeep/cache-core"
import type { StoredYear, ValidationSource } from "@barkeep/validation"

/** A cache as validation reads it. A year's fingerprint is the size and time of its two files. */
export const validationSource = (cache: Cache): ValidationSource => ({
  read: cache.read,
  describe: cache.describe,
  coverage: cache.coverage,
  provenance: cache.provenance,
  entries: async () => {
    const entries = await cache.entries()
    return Promise.all(
      entries.map(async ({ symbol, timeframe, years }) => ({
        symbol,
        timeframe,
        years: await Promise.all(
          years.map(async (year): Promise<StoredYear> => {
            const { data, metadata } = await cache.partition(symbol, timeframe, year)
            const [dataMark, metadataMark, sha256] = await Promise.all([
              markOf(data),
              markOf(metadata),
              readSha256(metadata),
            ])
            return {
              year,
              path: data,
              fingerprint: `${dataMark} ${metadataMark}`,
              ...(sha256 === undefined ? {} : { sha256 }),
            }
          }),
        ),
      })),
    )
  },
})

const markOf = async (path: string): Promise<string> => {
  try {
    const { size, mtimeNs } = await stat(path, { bigint: true })
    return `${size}@${mtimeNs}`
  } catch (error) {
    // Files of other programs have no metadata; that a data file is gone shows when it is read.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "absent"
    throw error
  }
}

/** The hash that the metadata claims for the data file; absent for files of other programs. */
const readSha256 = async (metadata: string): Promise<string | undefined> => {
  try {
    const { sha256 } = JSON.parse(await readFile(metadata, "utf8")) as { readonly sha256?: unknown }
    return typeof sha256 === "string" ? sha256 : undefined
  } catch {
    // Absent or damaged metadata is a finding of the validation itself.
    return undefined
  }
}
