import type { Timeframe } from "@barkeep/market-data"
import { hashOf } from "./content-hash.ts"
import { withEntry } from "./open-entry.ts"
import { readBytes } from "./open-partition.ts"
import type { StoreContext } from "./store-context.ts"

/**
 * SHA-256 of a year's data file, lower-case hex: what the metadata says of exactly this file, else computed.
 * `undefined` when there is no file.
 * @throws {CacheError} `CorruptPartition`, `StorageFailure`
 */
export const hashYear = (
  context: StoreContext,
  symbol: string,
  timeframe: Timeframe,
  year: number,
): Promise<string | undefined> =>
  withEntry(context, symbol, timeframe, year, ({ partitions: [partition] }) => {
    if (partition === undefined) return undefined
    if (partition.kind === "indexed") return partition.metadata.sha256
    return hashOf(readBytes(context, partition, 0, partition.stat.size))
  })
