import { setImmediate as nextTurn } from "node:timers/promises"
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
import type { Block } from "./codec/index.ts"
import { readAnswers } from "./empty-answers.ts"
import { describePartition, type StoredEntry } from "./entry-description.ts"
import { carriedOver } from "./foreign-rows.ts"
import { closeEntry, openEntry, withEntry } from "./open-entry.ts"
import type { IndexedPartition, OpenPartition } from "./partition-kinds.ts"
import { blocksOf, endOfBlocksBefore, firstBlockReaching } from "./partition-metadata.ts"
import { readBlockRows, readForeign, readRows } from "./read-rows.ts"
import type { StoreContext } from "./store-context.ts"

/**
 * The stored bars that open inside the range, ascending.
 * @throws {CacheError} for the first year that cannot be read; nothing is skipped
 */
export const readEntry = (
  context: StoreContext,
  symbol: string,
  timeframe: Timeframe,
  range?: TimeRange,
): Promise<Bars> =>
  withEntry(context, symbol, timeframe, range, async ({ partitions }) => {
    const parts: Array<Bars> = []
    for (const partition of partitions) parts.push(await readRows(context, partition, timeframe, range))
    return concatBars(parts)
  })

/** The same in pieces of at most some ten thousand rows, with the memory of one piece (of one year for foreign files). */
export async function* readEntryBlocks(
  context: StoreContext,
  symbol: string,
  timeframe: Timeframe,
  range?: TimeRange,
): AsyncGenerator<Bars, void, undefined> {
  const entry = await openEntry(context, symbol, timeframe, range)
  try {
    for (const partition of entry.partitions)
      for (const bars of piecesOf(context, partition, timeframe, range)) {
        if (barCount(bars) > 0) yield bars
        // Memory of earlier pieces is collected in turns of the event loop.
        await nextTurn()
      }
  } finally {
    closeEntry(context, entry)
  }
}

/** @throws {CacheError} */
export const readCoverage = async (
  context: StoreContext,
  symbol: string,
  timeframe: Timeframe,
): Promise<Coverage> => {
  for (;;) {
    const coverage = await withEntry(context, symbol, timeframe, undefined, ({ partitions, isCurrent }) => {
      const answers = readAnswers(context, symbol, timeframe)
      return isCurrent() ? mergeCoverage(answers, ...partitions.map(coverageOf)) : undefined
    })
    if (coverage !== undefined) return coverage
  }
}

/** @throws {CacheError} */
export const readProvenance = (
  context: StoreContext,
  symbol: string,
  timeframe: Timeframe,
  range?: TimeRange,
): Promise<ReadonlyArray<ProvenanceSpan>> =>
  withEntry(context, symbol, timeframe, range, async ({ partitions }) => {
    const spans: Array<ProvenanceSpan> = []
    for (const partition of partitions)
      spans.push(...(await provenanceOf(context, partition, timeframe, range)))
    return spans
  })

/** What is stored under this name; `undefined` for an unknown entry. @throws {CacheError} */
export const describeEntry = (
  context: StoreContext,
  symbol: string,
  timeframe: Timeframe,
): Promise<StoredEntry | undefined> =>
  withEntry(context, symbol, timeframe, "newest", ({ partitions: [newest] }) =>
    newest === undefined ? undefined : describePartition(newest, timeframe),
  )

// Whoever rewrote a file may have taken rows out: what was answered there may be asked for again.
const coverageOf = (partition: OpenPartition): Coverage =>
  partition.kind === "indexed"
    ? partition.metadata.coverage
    : (partition.earlier?.coverage.map((span) => ({ ...span, settled: false })) ?? [])

/** About 11,500 rows of full blocks: half a megabyte of columns. */
const blocksPerPiece = 8
/** Compressed, with room to spare. */
const usualPieceBytes = 500_000

/** The rows of a partition in pieces; those of a file of this library lie in memory of their own. */
export function* piecesOf(
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
  const memory = pieceMemory()
  for (const blocks of blockPieces(partition, range))
    yield slice(readBlockRows(context, partition, timeframe, blocks, memory))
}

/** For the compressed bytes of a usual piece. */
export const pieceMemory = (): Uint8Array => new Uint8Array(usualPieceBytes)

/** The blocks that reach into the range, in pieces. */
export function* blockPieces(
  { metadata: { blocks } }: IndexedPartition,
  range: TimeRange | undefined,
): Generator<ReadonlyArray<Block>, void, undefined> {
  const end = range === undefined ? blocks.length.length : endOfBlocksBefore(blocks, range.to)
  let start = range === undefined ? 0 : firstBlockReaching(blocks, range.from)
  for (; start < end; start += blocksPerPiece)
    yield blocksOf(blocks, start, Math.min(end, start + blocksPerPiece))
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
      : carriedOver(partition, readForeign(context, partition, timeframe).bars.openTime, timeframe).spans
  if (range === undefined) return spans
  const { openTime } = await readRows(context, partition, timeframe, range)
  return spans.flatMap((span) => {
    const from = Math.max(span.from, range.from)
    const to = Math.min(span.to, range.to)
    const rows = firstRowAtOrAfter(openTime, to) - firstRowAtOrAfter(openTime, from)
    return rows > 0 ? [{ ...span, from, to, rows }] : []
  })
}
