import {
  barCount,
  barEnd,
  type Bars,
  type Coverage,
  type EntryDescription,
  type EpochMillis,
  isIntraday,
  type PutRequest,
  type ProvenanceSpan,
} from "@barkeep/market-data"
import type { CacheError } from "./cache-error.ts"
import { type Block, encodeFile } from "./codec/index.ts"
import { commitPartition } from "./commit.ts"
import type { ContentHashes } from "./content-hash.ts"
import { checkSameEntry, describePartition, fileTimeZone } from "./entry-description.ts"
import { carriedOver } from "./foreign-rows.ts"
import type { EntryLocation } from "./layout.ts"
import { firstSpans, joinSpans, mergeAnswers, mergeRows, noRows } from "./merge-year.ts"
import { closePartition, type IndexedPartition, openPartition, readBytes } from "./open-partition.ts"
import {
  blocksOf,
  firstBlockReaching,
  type PartitionMetadata,
  toBlockIndex,
} from "./partition-metadata.ts"
import { quarantineFiles, type Quarantined } from "./quarantine.ts"
import { readBlockRows, readForeign, textStyle } from "./read-rows.ts"
import type { YearPages } from "./split-pages.ts"
import type { StoreContext } from "./store-context.ts"

/** What a put did to one year. */
export interface YearOutcome {
  readonly rowsAdded: number
  readonly rowsReplaced: number
  readonly rowsDiffering: number
  readonly quarantined: ReadonlyArray<Quarantined>
}

export interface YearWrite {
  readonly context: StoreContext
  readonly hashes: ContentHashes
  readonly location: EntryLocation
  readonly request: PutRequest
  readonly incoming: YearPages
  /** Answers for the year that were kept elsewhere while it had no partition. */
  readonly earlierAnswers: Coverage
  readonly checkLock: () => void
}

/**
 * Merges what was put for one year into its partition and commits it. Writes nothing when nothing changes. Only under
 * the entry's lock.
 * @returns `undefined` when the year has no partition and gets no row: then there is nothing to write
 * @throws {CacheError}
 */
export const putYear = async (write: YearWrite): Promise<YearOutcome | undefined> => {
  const existing = await readExisting(write)
  if (existing === undefined && write.incoming.runs.length === 0) return undefined
  const { request, incoming } = write
  const endOf = barEnds(request.entry)
  const kept = existing?.kept ?? noKept
  const merged = mergeRows(
    existing?.bars ?? noRows,
    existing?.spans ?? [],
    incoming,
    request.pages,
    request.policy ?? "keep",
    endOf,
  )
  const head = firstSpans(
    existing?.spans ?? [],
    kept.rows,
    kept.blocks.at(-1)?.lastOpenTime ?? 0,
    merged.bars.openTime[0] ?? Number.POSITIVE_INFINITY,
    endOf,
  )
  const provenance = joinSpans(head, merged.provenance)
  const coverage = mergeAnswers(mergeAnswersBefore(existing?.coverage ?? [], write.earlierAnswers), incoming)
  const current = existing?.metadata
  const sameRows = merged.added === 0 && merged.replaced === 0 && current !== undefined
  if (sameRows && isSame(current.provenance, provenance) && isSame(current.coverage, coverage))
    return toOutcome(merged, existing?.quarantined)
  const now = write.context.clock.now()
  const identity = {
    symbol: write.location.symbol,
    timeframe: request.entry.timeframe,
    year: incoming.year,
    generation: (existing?.generation ?? 0) + 1,
    createdAt: existing?.createdAt ?? now,
    lastUpdated: now,
    instrument: request.entry.instrument,
    timezone: fileTimeZone(request.entry.instrument),
    adjustment: request.entry.adjustment,
    ...anchorOf(existing?.anchor, request.entry),
    provenance,
    coverage,
  }
  const commit = { folder: write.location.folder, checkLock: write.checkLock }
  if (sameRows)
    await commitPartition(write.context, { ...commit, metadata: { ...current, ...identity } })
  else {
    const file = encode(write, merged.bars, kept, current?.sha256)
    await commitPartition(write.context, {
      ...commit,
      data: file.parts,
      metadata: { ...identity, ...file.facts, dataQuality: null },
    })
  }
  return toOutcome(merged, existing?.quarantined)
}

interface KeptBlocks {
  readonly blocks: ReadonlyArray<Block>
  /** The file up to the end of the last kept block. */
  readonly bytes: Uint8Array
  readonly rows: number
}

/** What is on the disk, as far as the put may change it. */
interface Existing {
  readonly kept: KeptBlocks
  /** The rows after the kept blocks. */
  readonly bars: Bars
  /** Provenance of all rows. */
  readonly spans: ReadonlyArray<ProvenanceSpan>
  readonly coverage: Coverage
  /** Of the file as it is; absent when it has to be written anew whatever is put. */
  readonly metadata?: PartitionMetadata
  readonly generation: number
  readonly createdAt?: EpochMillis
  readonly anchor?: EntryDescription["anchor"]
  readonly quarantined: ReadonlyArray<Quarantined>
}

const noKept: KeptBlocks = { blocks: [], bytes: new Uint8Array(0), rows: 0 }

const readExisting = async (write: YearWrite): Promise<Existing | undefined> => {
  const { context, location, incoming, request } = write
  const partition = await openPartition(context, location, incoming.year)
  if (partition === undefined) return undefined
  try {
    checkSameEntry(partition.path, describePartition(partition, location.timeframe), request.entry)
    if (partition.kind === "indexed") return readTail(write, partition)
    const timeZone = partition.facts.guessed ? fileTimeZone(request.entry.instrument) : partition.timezone
    const decoded = readForeign(context, partition, location.timeframe, timeZone)
    const quarantined =
      decoded.extraColumns.length === 0
        ? []
        : [
            await quarantineFiles(context, {
              location,
              year: incoming.year,
              why: `written by another program with more columns (${decoded.extraColumns.join(", ")}); the file is rewritten without them`,
              keepInPlace: true,
            }),
          ]
    return {
      kept: noKept,
      bars: decoded.bars,
      ...carriedOver(partition, decoded.bars, location.timeframe),
      quarantined,
    }
  } finally {
    closePartition(context, partition)
  }
}

const readTail = (write: YearWrite, partition: IndexedPartition): Existing => {
  const { metadata } = partition
  const first = write.incoming.runs.reduce(
    (least, run) => Math.min(least, run.bars.openTime[0] as number),
    Number.POSITIVE_INFINITY,
  )
  const count = metadata.blocks.length.length
  const reaching = firstBlockReaching(metadata.blocks, first)
  const isOpen = (metadata.blocks.rows[count - 1] as number) < rowsPerBlock
  const cut = reaching === count && isOpen && write.incoming.runs.length > 0 ? count - 1 : reaching
  const keptBlocks = blocksOf(metadata.blocks, 0, cut)
  const last = keptBlocks.at(-1)
  const needsBytes = write.incoming.runs.length > 0 && last !== undefined
  return {
    kept: {
      blocks: keptBlocks,
      bytes: needsBytes ? readBytes(write.context, partition, 0, last.offset + last.length) : noKept.bytes,
      rows: keptBlocks.reduce((rows, block) => rows + block.rows, 0),
    },
    bars: readBlockRows(write.context, partition, metadata.timeframe, blocksOf(metadata.blocks, cut, count)),
    spans: metadata.provenance,
    coverage: metadata.coverage,
    metadata,
    generation: metadata.generation,
    createdAt: metadata.createdAt,
    ...(metadata.anchor === undefined ? {} : { anchor: metadata.anchor }),
    quarantined: [],
  }
}

/** What the codec puts into a block; an append fills the last one up. */
const rowsPerBlock = 1440

const encode = (
  write: YearWrite,
  bars: Bars,
  kept: KeptBlocks,
  keptSha256: string | undefined,
): {
  readonly parts: ReadonlyArray<Uint8Array>
  readonly facts: Pick<PartitionMetadata, "rows" | "sizeBytes" | "rawBytes" | "crc32" | "sha256" | "blocks">
} => {
  const { context, request } = write
  const hasKept = kept.blocks.length > 0
  const file = encodeFile(bars, textStyle(request.entry.timeframe, fileTimeZone(request.entry.instrument)), {
    compression: context.compression,
    blockRows: rowsPerBlock,
    ...(hasKept ? { kept: { bytes: kept.bytes, blocks: kept.blocks } } : {}),
  })
  const trailer = file.parts.at(-1) as Uint8Array
  const last = file.blocks.at(-1) as Block
  const sha256 = write.hashes.hash(
    file.parts,
    [last.offset, last.offset + last.length],
    hasKept && keptSha256 !== undefined ? { sha256: keptSha256 } : undefined,
  )
  return {
    parts: file.parts,
    facts: {
      rows: kept.rows + barCount(bars),
      sizeBytes: file.sizeBytes,
      rawBytes: file.rawBytes,
      crc32: new DataView(trailer.buffer, trailer.byteOffset + trailer.length - 8, 8).getUint32(0, true),
      sha256,
      blocks: toBlockIndex(file.blocks),
    },
  }
}

const barEnds = (entry: EntryDescription): ((openTime: EpochMillis) => EpochMillis) =>
  isIntraday(entry.timeframe)
    ? (openTime) => barEnd(entry.timeframe, openTime)
    : (openTime) => barEnd(entry.timeframe, openTime, fileTimeZone(entry.instrument))

const anchorOf = (
  stored: EntryDescription["anchor"],
  entry: EntryDescription,
): { readonly anchor?: NonNullable<EntryDescription["anchor"]> } => {
  const anchor = entry.anchor ?? stored
  return anchor === undefined ? {} : { anchor }
}

const mergeAnswersBefore = (coverage: Coverage, earlier: Coverage): Coverage =>
  earlier.length === 0 ? coverage : mergeAnswers(earlier, { year: 0, runs: [], answers: coverage })

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

const toOutcome = (
  merged: { readonly added: number; readonly replaced: number; readonly differing: number },
  quarantined: ReadonlyArray<Quarantined> = [],
): YearOutcome => ({
  rowsAdded: merged.added,
  rowsReplaced: merged.replaced,
  rowsDiffering: merged.differing,
  quarantined,
})

export type { CacheError }
