import {
  type Bars,
  barCount,
  concatBars,
  type Coverage,
  firstRowAtOrAfter,
  mergeCoverage,
  type ProvenanceSpan,
  sliceBars,
  type Timeframe,
  type TimeRange,
} from "@barkeep/market-data"
import { readEmptyAnswers } from "./empty-answers.ts"
import { describePartition, type StoredEntry } from "./entry-description.ts"
import { carriedOver } from "./foreign-rows.ts"
import { type EntryLocation, locateEntry, orphanYearsIn, yearsIn } from "./layout.ts"
import { checkNotLost, closePartition, type OpenPartition, openPartition } from "./open-partition.ts"
import { blocksOf, endOfBlocksBefore, firstBlockReaching } from "./partition-metadata.ts"
import { readBlockRows, readForeign, readRows } from "./read-rows.ts"
import type { StoreContext } from "./store-context.ts"

/**
 * The stored bars that open inside the range, ascending.
 * @throws {CacheError} for the first year that cannot be read; nothing is skipped
 */
export const readEntry = async (
  context: StoreContext,
  symbol: string,
  timeframe: Timeframe,
  range?: TimeRange,
): Promise<Bars> => {
  const location = locateEntry(context, symbol, timeframe)
  const parts: Array<Bars> = []
  for (const year of yearsReaching(context, location, range)) {
    const bars = await withPartition(context, location, year, (partition) =>
      readRows(context, partition, timeframe, range),
    )
    if (bars !== undefined) parts.push(bars)
  }
  return concatBars(parts)
}

/** The same in pieces of at most some ten thousand rows, with the memory of one piece (of one year for foreign files). */
export async function* readEntryBlocks(
  context: StoreContext,
  symbol: string,
  timeframe: Timeframe,
  range?: TimeRange,
): AsyncGenerator<Bars, void, undefined> {
  const location = locateEntry(context, symbol, timeframe)
  for (const year of yearsReaching(context, location, range)) {
    const partition = await openPartition(context, location, year)
    if (partition === undefined) continue
    try {
      for (const bars of piecesOf(context, partition, timeframe, range)) if (barCount(bars) > 0) yield bars
    } finally {
      closePartition(context, partition)
    }
  }
}

/** @throws {CacheError} */
export const readCoverage = async (
  context: StoreContext,
  symbol: string,
  timeframe: Timeframe,
): Promise<Coverage> => {
  const location = locateEntry(context, symbol, timeframe)
  const parts: Array<Coverage> = [readEmptyAnswers(context, symbol, timeframe)]
  for (const year of yearsReaching(context, location, undefined)) {
    const coverage = await withPartition(context, location, year, (partition) =>
      partition.kind === "indexed"
        ? partition.metadata.coverage
        : (partition.earlier?.coverage.map((span) => ({ ...span, settled: false })) ?? []),
    )
    if (coverage !== undefined) parts.push(coverage)
  }
  return mergeCoverage(...parts)
}

/** @throws {CacheError} */
export const readProvenance = async (
  context: StoreContext,
  symbol: string,
  timeframe: Timeframe,
  range?: TimeRange,
): Promise<ReadonlyArray<ProvenanceSpan>> => {
  const location = locateEntry(context, symbol, timeframe)
  const spans: Array<ProvenanceSpan> = []
  for (const year of yearsReaching(context, location, range)) {
    const part = await withPartition(context, location, year, (partition) =>
      provenanceOf(context, partition, timeframe, range),
    )
    if (part !== undefined) spans.push(...part)
  }
  return spans
}

/** What is stored under this name; `undefined` for an unknown entry. @throws {CacheError} */
export const describeEntry = async (
  context: StoreContext,
  symbol: string,
  timeframe: Timeframe,
): Promise<StoredEntry | undefined> => {
  const location = locateEntry(context, symbol, timeframe)
  const newest = yearsIn(location).at(-1)
  return newest === undefined
    ? undefined
    : withPartition(context, location, newest, (partition) => describePartition(partition, timeframe))
}

/** Runs `body` with an open partition; `undefined` when there is none. */
export const withPartition = async <A>(
  context: StoreContext,
  location: EntryLocation,
  year: number,
  body: (partition: OpenPartition) => A | Promise<A>,
): Promise<A | undefined> => {
  const partition = await openPartition(context, location, year)
  if (partition === undefined) return undefined
  try {
    return await body(partition)
  } finally {
    closePartition(context, partition)
  }
}

const averageYear = 31_556_952_000
const widestOffset = 2 * 86_400_000

/**
 * The years whose files may hold rows of the range.
 * @throws {CacheError} when metadata of ours tells of a file that is not there
 */
const yearsReaching = (
  context: StoreContext,
  location: EntryLocation,
  range: TimeRange | undefined,
): ReadonlyArray<number> => {
  // The zone of the files is not known yet; a year more on each side costs a look at one block index.
  const mayReach = (year: number): boolean =>
    range === undefined ||
    ((year + 1 - 1970) * averageYear + widestOffset > range.from &&
      (year - 1970) * averageYear - widestOffset < range.to)
  for (const year of orphanYearsIn(location)) if (mayReach(year)) checkNotLost(context, location, year)
  return yearsIn(location).filter(mayReach)
}

/** About 23,000 rows of full blocks: a megabyte of columns. */
const blocksPerPiece = 16

function* piecesOf(
  context: StoreContext,
  partition: OpenPartition,
  timeframe: Timeframe,
  range: TimeRange | undefined,
): Generator<Bars, void, undefined> {
  const slice = (bars: Bars): Bars => (range === undefined ? bars : sliceBars(bars, range))
  if (partition.kind === "foreign") {
    yield slice(readForeign(context, partition, timeframe).bars)
    return
  }
  const { blocks } = partition.metadata
  const end = range === undefined ? blocks.length.length : endOfBlocksBefore(blocks, range.to)
  for (
    let start = range === undefined ? 0 : firstBlockReaching(blocks, range.from);
    start < end;
    start += blocksPerPiece
  )
    yield slice(
      readBlockRows(
        context,
        partition,
        timeframe,
        blocksOf(blocks, start, Math.min(end, start + blocksPerPiece)),
      ),
    )
}

const provenanceOf = async (
  context: StoreContext,
  partition: OpenPartition,
  timeframe: Timeframe,
  range: TimeRange | undefined,
): Promise<ReadonlyArray<ProvenanceSpan>> => {
  const spans =
    partition.kind === "indexed"
      ? partition.metadata.provenance
      : carriedOver(partition, readForeign(context, partition, timeframe).bars, timeframe).spans
  if (range === undefined) return spans
  const { openTime } = await readRows(context, partition, timeframe, range)
  return spans.flatMap((span) => {
    const from = Math.max(span.from, range.from)
    const to = Math.min(span.to, range.to)
    const rows = firstRowAtOrAfter(openTime, to) - firstRowAtOrAfter(openTime, from)
    return rows > 0 ? [{ ...span, from, to, rows }] : []
  })
}
