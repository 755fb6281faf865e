import type { EntryReport, StoredEntry } from "@barkeep/validation"
import { StaleReport } from "./errors.ts"

/**
 * Checks that a report's entries are about the files that are stored: by their SHA-256, and where a file has none by
 * its fingerprint.
 * @throws {StaleReport} naming every file that differs
 */
export const checkFresh = (
  reported: ReadonlyArray<EntryReport>,
  stored: ReadonlyArray<StoredEntry>,
): void => {
  const changed = reported.flatMap((entry) => {
    const now = stored.find(
      ({ symbol, timeframe }) => symbol === entry.symbol && timeframe === entry.timeframe,
    )
    const judged = entry.years.filter((year) => year.path !== undefined)
    const years = new Set([...judged.map(({ year }) => year), ...(now?.years ?? []).map(({ year }) => year)])
    return [...years]
      .toSorted((a, b) => a - b)
      .filter((year) => {
        const before = judged.find((each) => each.year === year)
        const after = now?.years.find((each) => each.year === year)
        if (before === undefined || after === undefined) return true
        return before.sha256 === undefined || after.sha256 === undefined
          ? before.fingerprint !== after.fingerprint
          : before.sha256 !== after.sha256
      })
      .map((year) => `${entry.symbol} ${entry.timeframe} ${year}`)
  })
  if (changed.length > 0) throw new StaleReport(changed)
}
