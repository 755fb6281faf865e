import { type BarPage, intersectRanges, openTimeOf, sliceBars, zoneOfDays } from "@barkeep/market-data"
import { type Settling, splitSettled } from "./split-settled.ts"

/** The pages of one window. */
export interface ClosedPages {
  readonly pages: ReadonlyArray<BarPage>
  /** True when every later window lies in the future. */
  readonly reachesPresent: boolean
}

/**
 * What is closed of an answer whose bars lie on the clock's grid: first what is settled, then what may still be
 * corrected. The running bar changes with every trade, so the pages end where the last closed bar ends.
 */
export const closedPages = (page: BarPage, settling: Omit<Settling, "anchor">): ClosedPages => {
  const { range } = page
  const { instrument, timeframe, now } = settling
  const closedUntil = openTimeOf(timeframe, now, zoneOfDays(instrument))
  const reachesPresent = closedUntil < range.to
  const closed = intersectRanges(range, { from: range.from, to: closedUntil })
  if (closed === undefined) return { pages: [], reachesPresent }
  const pages = splitSettled({ ...page, range: closed, bars: sliceBars(page.bars, closed) }, settling)
  return { pages, reachesPresent }
}
