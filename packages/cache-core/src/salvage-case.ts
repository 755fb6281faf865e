import * as path from "node:path"
import {
  barCount,
  barEnd,
  type Bars,
  emptyBars,
  equalRow,
  type ProvenanceSpan,
  type PutRequest,
  spanIndexAt,
  subtractRanges,
  takeRows,
  tileSpans,
  type TimeRange,
  zoneOfDays,
} from "@barkeep/market-data"
import { CacheError, corrupt } from "./cache-error.ts"
import { yearRange } from "./local-years.ts"
import type { CachePutResult } from "./put-result.ts"
import { quarantineFolder, type Quarantined, writeQuarantineNote } from "./quarantine.ts"
import { readDamagedYear, type ReadableYear } from "./read-damaged-year.ts"
import { describeEntry, readCoverage, readEntry } from "./read-entry.ts"
import { salvagePages } from "./salvage-pages.ts"
import type { StoreContext } from "./store-context.ts"

/** What became of the readable rows of one case. */
export interface SalvageResult {
  readonly id: string
  /** Rows of the case that can be read with certainty. */
  readonly rows: number
  readonly rowsAdded: number
  /** Rows whose time the cache has with other values; those of the cache stayed. */
  readonly rowsDiffering: number
}

/** How much of a case the cache has as well. */
export interface CasePresence {
  readonly readableRows: number
  /** Readable rows that the cache does not have with the same values. */
  readonly missingRows: number
  /** True when something in the case may exist nowhere else. */
  readonly isOnlyCopy: boolean
}

/** The years of a case that have a data file, with what can be read of them. @throws {CacheError} */
const readCase = async (
  context: StoreContext,
  quarantined: Quarantined,
): Promise<ReadonlyArray<{ readonly year: number; readonly readable: ReadableYear | undefined }>> => {
  const { id, symbol, timeframe } = quarantined
  const folder = path.join(quarantineFolder(context), id)
  const known = await knownEntry(context, quarantined)
  // What the entry is counts more than a guess about one of its files.
  const reading =
    known === undefined || known.guessed ? context : { ...context, instrumentOf: () => known.instrument }
  const years: Array<{ readonly year: number; readonly readable: ReadableYear | undefined }> = []
  for (const { name } of quarantined.files) {
    const match = /^(\d{4})\.csv\.gz$/.exec(name)
    if (match === null) continue
    const year = Number(match[1])
    years.push({ year, readable: await readDamagedYear(reading, { symbol, timeframe, folder }, year) })
  }
  return years
}

/**
 * Puts the rows of a case that can be read with certainty back into the cache; rows that are there stay. The case is
 * kept. Their provenance says which case they come from.
 * @throws {CacheError} what a put throws: when the entry is of another kind by now; `CorruptPartition` when the market
 * of the rows would have to be guessed
 */
export const salvageCase = async (
  context: StoreContext,
  quarantined: Quarantined,
  put: (request: PutRequest) => Promise<CachePutResult>,
): Promise<SalvageResult> => {
  let rows = 0
  let rowsAdded = 0
  let rowsDiffering = 0
  for (const { year, readable } of await readCase(context, quarantined)) {
    if (readable === undefined || barCount(readable.bars) === 0) continue
    const file = quarantined.files.find(({ name }) => name === `${year}.csv.gz`)
    if (readable.isGuess)
      throw corrupt(
        path.join(quarantineFolder(context), quarantined.id, `${year}.csv.gz`),
        "read",
        `nothing says of which market ${quarantined.symbol} is, and with that in which time zone its times are written`,
      )
    const evidence = {
      quarantine: quarantined.id,
      ...(file === undefined ? {} : { sha256: file.sha256 }),
      covered_by_checksum: readable.summary.proven ? "yes" : "no",
    }
    rows += barCount(readable.bars)
    const { lacking, differing } = await lackingRows(context, quarantined, readable)
    rowsDiffering += differing
    if (barCount(lacking.bars) === 0) continue
    const result = await put({ entry: readable.entry, pages: salvagePages(lacking, evidence) })
    rowsAdded += result.rowsAdded
    rowsDiffering += result.rowsDiffering
  }
  return { id: quarantined.id, rows, rowsAdded, rowsDiffering }
}

/** The rows that the cache has none for, with the answers that nobody has given anew since. */
const lackingRows = async (
  context: StoreContext,
  { symbol, timeframe }: Quarantined,
  readable: ReadableYear,
): Promise<{ readonly lacking: ReadableYear; readonly differing: number }> => {
  const { bars } = readable
  const range = { from: bars.openTime[0] as number, to: (bars.openTime.at(-1) as number) + 1 }
  const stored = await readEntry(context, symbol, timeframe, range)
  const answered = await readCoverage(context, symbol, timeframe)
  const rowOf = rowsByTime(stored)
  const lacking: Array<number> = []
  let differing = 0
  for (const [row, time] of bars.openTime.entries()) {
    const other = rowOf.get(time)
    if (other === undefined) lacking.push(row)
    else if (!equalRow(bars, row, stored, other)) differing += 1
  }
  const timezone = zoneOfDays(readable.entry.instrument)
  const rest = takeRows(bars, lacking)
  return {
    differing,
    lacking: {
      ...readable,
      bars: rest,
      spans: tileSpans(
        rest.openTime,
        (row) => readable.spans[spanIndexAt(readable.spans, rest.openTime[row] as number)] as ProvenanceSpan,
        (openTime) => barEnd(timeframe, openTime, timezone),
      ),
      coverage: readable.coverage.flatMap((span) =>
        subtractRanges([span], answered).map((part) => ({ ...span, ...part })),
      ),
    },
  }
}

/** Notes that the readable rows of a case are in the cache. @throws {CacheError} */
export const noteSalvaged = (context: StoreContext, quarantined: Quarantined): Promise<void> => {
  const salvagedAt = context.clock.now()
  return writeQuarantineNote(context, { ...quarantined, salvagedAt })
}

/** What of a case the cache has as well. @throws {CacheError} */
export const casePresence = async (
  context: StoreContext,
  quarantined: Quarantined,
): Promise<CasePresence> => {
  const { symbol, timeframe } = quarantined
  let readableRows = 0
  let missingRows = 0
  let isOnlyCopy = false
  for (const { year, readable } of await readCase(context, quarantined)) {
    const file = quarantined.files.find(({ name }) => name === `${year}.csv.gz`)
    if (file?.sizeBytes === 0) continue
    const zone = readable === undefined ? "UTC" : zoneOfDays(readable.entry.instrument)
    const stored = await storedBars(context, symbol, timeframe, yearRange(year, zone))
    const summary = readable?.summary
    const missing = readable === undefined ? 0 : rowsNotIn(readable.bars, stored)
    readableRows += summary?.rows ?? 0
    missingRows += missing
    const held = Math.max(summary?.claimedRows ?? 1, (summary?.rows ?? 0) + (summary?.leftOut.length ?? 0))
    if (missing > 0 || barCount(stored) < held || (summary?.otherYears ?? 0) > 0) isOnlyCopy = true
  }
  return { readableRows, missingRows, isOnlyCopy }
}

const rowsNotIn = (bars: Bars, stored: Bars): number => {
  const rowOf = rowsByTime(stored)
  let rows = 0
  for (const [row, time] of bars.openTime.entries()) {
    const other = rowOf.get(time)
    if (other === undefined || !equalRow(bars, row, stored, other)) rows += 1
  }
  return rows
}

const rowsByTime = ({ openTime }: Bars): ReadonlyMap<number, number> =>
  new Map(Array.from(openTime, (time, row) => [time, row] as const))

const storedBars = async (
  context: StoreContext,
  symbol: Quarantined["symbol"],
  timeframe: Quarantined["timeframe"],
  range: TimeRange,
): Promise<Bars> => {
  try {
    return await readEntry(context, symbol, timeframe, range)
  } catch (error) {
    // What cannot be read is no second copy.
    if (error instanceof CacheError) return emptyBars
    throw error
  }
}

const knownEntry = async (
  context: StoreContext,
  { symbol, timeframe }: Quarantined,
): ReturnType<typeof describeEntry> => {
  try {
    return await describeEntry(context, symbol, timeframe)
  } catch (error) {
    if (error instanceof CacheError && error.reason._tag === "CorruptPartition") return undefined
    throw error
  }
}
