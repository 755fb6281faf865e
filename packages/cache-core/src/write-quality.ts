import { isDeepStrictEqual } from "node:util"
import type { Timeframe } from "@barkeep/market-data"
import { commitPartition } from "./commit.ts"
import type { FileStat } from "./file-system.ts"
import { guard, locateEntry, partitionPaths } from "./layout.ts"
import { withPartition } from "./open-partition.ts"
import type { DataQuality } from "./partition-metadata.ts"
import type { StoreContext } from "./store-context.ts"

/** What a validation has measured of one year's file. */
export interface MeasuredQuality {
  readonly year: number
  /** SHA-256 of the data file that was measured. */
  readonly sha256: string
  readonly quality: NonNullable<DataQuality>
}

/** What became of a measured quality. */
export interface QualityOutcome {
  readonly year: number
  /**
   * `same`: the metadata says so already. `other-data`: the file is not the one that was measured any more. `foreign`:
   * the file has no metadata of ours.
   */
  readonly outcome: "written" | "same" | "other-data" | "foreign"
  /** The metadata file before and after; absent when nothing was written. */
  readonly before?: FileStat
  readonly after?: FileStat
}

/**
 * Notes measured qualities in the metadata of an entry's years: each as one step, with nothing else changed; the data
 * files, their generation and hash stay as they are. Only under the entry's lock.
 * @throws {CacheError}
 */
export const writeQuality = async (
  context: StoreContext,
  symbol: string,
  timeframe: Timeframe,
  measured: ReadonlyArray<MeasuredQuality>,
  checkLock: () => void,
): Promise<ReadonlyArray<QualityOutcome>> => {
  const location = locateEntry(context, symbol, timeframe)
  const outcomes: Array<QualityOutcome> = []
  for (const { year, sha256, quality } of measured) {
    const file = partitionPaths(location.folder, year).metadata
    const metadata = await withPartition(context, location, year, (partition) =>
      partition.kind === "indexed" ? partition.metadata : undefined,
    )
    if (metadata === undefined) outcomes.push({ year, outcome: "foreign" })
    else if (metadata.sha256 !== sha256) outcomes.push({ year, outcome: "other-data" })
    else if (isDeepStrictEqual(metadata.dataQuality, quality)) outcomes.push({ year, outcome: "same" })
    else {
      const before = statOf(context, file)
      await commitPartition(context, {
        folder: location.folder,
        metadata: { ...metadata, dataQuality: quality },
        expected: metadata.generation,
        checkLock,
      })
      const after = statOf(context, file)
      outcomes.push({
        year,
        outcome: "written",
        ...(before === undefined ? {} : { before }),
        ...(after === undefined ? {} : { after }),
      })
    }
  }
  return outcomes
}

const statOf = (context: StoreContext, file: string): FileStat | undefined =>
  guard(file, "write", () => context.files.stat(file))
