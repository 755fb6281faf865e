import { timeframes } from "@barkeep/market-data"
import { entryKey } from "./entry-key.ts"
import type { EntryReport, StoreReport } from "./store-report.ts"

/**
 * A report of some entries together with what an earlier report says of the others, so that validating one symbol
 * does not forget the rest; by symbol, the finest timeframe first. Entries of another rules version or other settings
 * are left out: they would be judged otherwise today.
 */
export const mergeReports = (report: StoreReport, earlier: StoreReport | undefined): StoreReport => {
  if (
    earlier === undefined ||
    earlier.rulesVersion !== report.rulesVersion ||
    earlier.settings !== report.settings
  )
    return report
  const judged = new Set(report.entries.map(entryKey))
  const entries = [...report.entries, ...earlier.entries.filter((entry) => !judged.has(entryKey(entry)))]
  return { ...report, entries: entries.toSorted(bySymbol) }
}

const bySymbol = (a: EntryReport, b: EntryReport): number =>
  a.symbol === b.symbol
    ? timeframes.indexOf(a.timeframe) - timeframes.indexOf(b.timeframe)
    : a.symbol < b.symbol
      ? -1
      : 1
