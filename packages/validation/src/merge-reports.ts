import { entryKey } from "./report-document.ts"
import type { StoreReport } from "./store-report.ts"

/**
 * A report of some entries together with what an earlier report says of the others, so that validating one symbol
 * does not forget the rest. Entries of another rules version or other settings are left out: they would be judged
 * otherwise today.
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
  return { ...report, entries: entries.toSorted((a, b) => (entryKey(a) < entryKey(b) ? -1 : 1)) }
}
