import type { Timeframe } from "@barkeep/market-data"
import { orFailure } from "./attempt.ts"
import type { CacheFiles, QuarantineCase } from "./cache-files.ts"
import type { Salvage } from "./report.ts"

export interface SalvageOptions {
  readonly files: CacheFiles
  /** Only says what would be put back. */
  readonly dryRun?: boolean
  readonly symbols?: ReadonlyArray<string>
  readonly timeframes?: ReadonlyArray<Timeframe>
  readonly signal?: AbortSignal
  readonly onDone?: (salvage: Salvage) => void
}

/**
 * Puts the rows of damaged years that can be read with certainty back into the cache, once for each case. Rows that are
 * in the cache stay; the case stays in the quarantine, and the provenance of the rows names it.
 * @throws the store's typed error when the quarantine cannot be listed; the signal's reason when aborted, between two cases
 */
export const salvageCases = async (options: SalvageOptions): Promise<ReadonlyArray<Salvage>> => {
  const { files, dryRun = false, signal, onDone } = options
  const salvages: Array<Salvage> = []
  for (const found of (await files.cases()).filter((one) => isSalvageable(one, options))) {
    signal?.throwIfAborted()
    const { id, readable } = found
    const rows = readable?.rows ?? 0
    const salvage: Salvage = dryRun
      ? { _tag: "Planned", id, rows }
      : await orFailure<Salvage>(
          async () => ({ _tag: "Salvaged", ...(await files.salvage(id)) }),
          (error) => ({ _tag: "Refused", id, rows, error: error.message }),
        )
    salvages.push(salvage)
    onDone?.(salvage)
  }
  return salvages
}

/** Damaged years with readable rows. What was replaced or set aside for another reason is not put back. */
const isSalvageable = (
  { symbol, timeframe, year, copied, readable, salvagedAt }: QuarantineCase,
  filter: Pick<SalvageOptions, "symbols" | "timeframes"> = {},
): boolean =>
  year !== undefined &&
  copied !== true &&
  salvagedAt === undefined &&
  readable !== undefined &&
  readable.rows > 0 &&
  filter.symbols?.includes(symbol) !== false &&
  filter.timeframes?.includes(timeframe) !== false
