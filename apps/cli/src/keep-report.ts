import type { Timeframe } from "@barkeep/market-data"
import { entryKey, mergeReports, type StoreReport, toReportDocument } from "@barkeep/validation"
import { writeWhole } from "./report-file.ts"
import { reportPath } from "./report-path.ts"

/**
 * Keeps a report beside the bars it is about, with what an earlier one says of entries that were not judged this time,
 * as long as these are still stored. Nothing is written when the file says so already.
 * @returns what the file says now
 */
export const keepReport = async (
  cacheDir: string,
  report: StoreReport,
  previous: StoreReport | undefined,
  stored: ReadonlyArray<{ readonly symbol: string; readonly timeframe: Timeframe }>,
): Promise<StoreReport> => {
  const names = new Set(stored.map(entryKey))
  const merged = mergeReports(report, previous)
  const kept = { ...merged, entries: merged.entries.filter((entry) => names.has(entryKey(entry))) }
  if (isSame(kept, previous)) return previous
  if (kept.entries.length > 0)
    await writeWhole(reportPath(cacheDir), `${JSON.stringify(toReportDocument(kept), null, 2)}\n`)
  return kept
}

/** The report that is on the disk already: every entry was taken over as it was. */
const isSame = (report: StoreReport, previous: StoreReport | undefined): previous is StoreReport =>
  previous !== undefined &&
  report.rulesVersion === previous.rulesVersion &&
  report.settings === previous.settings &&
  report.missing.length === 0 &&
  previous.missing.length === 0 &&
  report.entries.length === previous.entries.length &&
  report.entries.every((entry, index) => entry === previous.entries[index])
