import type { TimeRange } from "@barkeep/market-data"
import { yearOf } from "./civil-day.ts"
import type { Halt } from "./session.ts"
import type { SessionTable } from "./session-table.ts"

/** The known halts that overlap the range, ascending. */
export const haltsIn = (table: SessionTable, range: TimeRange): ReadonlyArray<Halt> => {
  const halts: Array<Halt> = []
  const [first, last] = [yearOf(table.dayAt(range.from)), yearOf(table.dayAt(range.to))]
  for (const { days, startSecond, endSecond, reason, scope, source } of table.rules.halts)
    for (let year = first; year <= last; year += 1)
      for (const day of days(year)) {
        const from = table.instantAt(day, startSecond * 1000)
        const to = table.instantAt(day, endSecond * 1000)
        if (to > range.from && from < range.to)
          halts.push({ from, to, reason, scope, ...(source !== undefined && { source }) })
      }
  return halts.toSorted((a, b) => a.from - b.from)
}
