import type { EntryDescription } from "@barkeep/market-data"
import { type StoredEntry, validateStore, type StoreReport } from "@barkeep/validation"
import type { MemoryStore } from "./memory-store.ts"

/** A validation of entries in memory, and the list of their files that it is about. */
export const reportOf = async (
  store: MemoryStore,
  entries: ReadonlyArray<EntryDescription>,
  now: number,
): Promise<{ readonly report: StoreReport; readonly entries: ReadonlyArray<StoredEntry> }> => {
  const stored = entries.map(({ instrument: { symbol }, timeframe }): StoredEntry => {
    const { openTime } = store.bars(symbol, timeframe)
    const years = new Set(Array.from(openTime, (time) => new Date(time).getUTCFullYear()))
    return {
      symbol,
      timeframe,
      fingerprint: "",
      years: [...years].map((year) => ({
        year,
        path: `${symbol}/${timeframe}/${year}`,
        fingerprint: `${openTime.length}`,
      })),
    }
  })
  const report = await validateStore({
    now,
    source: {
      read: store.read,
      describe: store.describe,
      coverage: store.coverage,
      provenance: store.provenance,
      entries: async () => stored,
    },
  })
  return { report, entries: stored }
}
