import {
  type Bars,
  type Coverage,
  type EntryDescription,
  type EpochMillis,
  type ProvenanceSpan,
  type PutRequest,
  zoneOfDays,
} from "@barkeep/market-data"
import { CacheError, corrupt } from "./cache-error.ts"
import type { Block } from "./codec/index.ts"
import { type ContentHashes, type HashedStart, type HashState, startHash } from "./content-hash.ts"
import { checkSameEntry, describePartition } from "./entry-description.ts"
import type { StartOfFile } from "./file-system.ts"
import { carriedOver } from "./foreign-rows.ts"
import type { EntryLocation } from "./layout.ts"
import { noRows } from "./merge-year.ts"
import { closePartition, openPartition, readBytes } from "./open-partition.ts"
import { checkNotLost } from "./partition-files.ts"
import { type ForeignPartition, type IndexedPartition } from "./partition-kinds.ts"
import { blocksOf, firstBlockReaching, type PartitionMetadata } from "./partition-metadata.ts"
import { quarantineFiles, type Quarantined } from "./quarantine.ts"
import { readBlockRows, readForeign } from "./read-rows.ts"
import { salvageYear } from "./salvage-year.ts"
import type { YearPages } from "./split-pages.ts"
import type { StoreContext } from "./store-context.ts"

/** One year of one put. */
export interface YearWrite {
  readonly context: StoreContext
  readonly hashes: ContentHashes
  readonly location: EntryLocation
  readonly request: PutRequest
  readonly incoming: YearPages
  /** Answers for the year that were kept elsewhere while it had no partition. */
  readonly earlierAnswers: Coverage
  readonly checkLock: () => void
  /** The new generation is later than this one, too. */
  readonly laterThan?: number
}

/** Leading blocks of the present file that a put leaves as they are. */
export interface KeptBlocks {
  readonly blocks: ReadonlyArray<Block>
  readonly rows: number
  /** Absent when there are none, or nothing is going to be written after them. */
  readonly start?: KeptStart
}

/** The bytes of the kept blocks. They are copied from file to file by the system and never pass through here. */
export interface KeptStart extends StartOfFile {
  readonly hash: HashedStart
}

/** What is on the disk, as far as a put may change it. */
export interface ExistingYear {
  readonly kept: KeptBlocks
  /** The rows after the kept blocks. */
  readonly bars: Bars
  /** Provenance of all rows. */
  readonly spans: ReadonlyArray<ProvenanceSpan>
  readonly coverage: Coverage
  /** Of the file as it is; absent when it has to be written anew whatever is put. */
  readonly metadata?: PartitionMetadata
  /** The generation on the disk; absent without metadata of ours. */
  readonly generation?: number
  readonly createdAt?: EpochMillis
  readonly anchor?: NonNullable<EntryDescription["anchor"]>
  readonly quarantined: ReadonlyArray<Quarantined>
}

export const noKeptBlocks: KeptBlocks = { blocks: [], rows: 0 }

/** What the codec puts into a block; an append fills the last one up. */
export const rowsPerBlock = 1440

/**
 * The part of a year that a put has to know: from the block that its first row falls into. `undefined` without a file.
 * With `onDamaged: "quarantine"` a damaged file is copied to the quarantine and what can be read of it is returned.
 * @throws {CacheError}
 */
export const readExistingYear = async (write: YearWrite): Promise<ExistingYear | undefined> => {
  try {
    return await readIntact(write)
  } catch (error) {
    const isDamage = error instanceof CacheError && error.reason._tag === "CorruptPartition"
    if (!isDamage || write.context.onDamaged === "refuse") throw error
    const salvaged = await salvageYear(
      write.context,
      write.location,
      write.incoming.year,
      write.request.entry,
    )
    // Nothing can be written in its place: it stays where it is.
    if (salvaged.bars.openTime.length === 0 && write.incoming.runs.length === 0) throw error
    const quarantined = await quarantineFiles(write.context, {
      location: write.location,
      year: write.incoming.year,
      why: `${error.message}; ${salvaged.bars.openTime.length} rows could still be read`,
      keepInPlace: true,
    })
    return { kept: noKeptBlocks, ...salvaged, quarantined: [quarantined] }
  }
}

const readIntact = async (write: YearWrite): Promise<ExistingYear | undefined> => {
  const { context, location, incoming, request } = write
  const partition = await openPartition(context, location, incoming.year)
  if (partition === undefined) {
    checkNotLost(context, location, incoming.year)
    return undefined
  }
  try {
    checkSameEntry(partition.path, describePartition(partition, location.timeframe), request.entry)
    return partition.kind === "indexed" ? readTail(write, partition) : await readWhole(write, partition)
  } finally {
    closePartition(context, partition)
  }
}

const readWhole = async (write: YearWrite, partition: ForeignPartition): Promise<ExistingYear> => {
  const { context, location, incoming, request } = write
  const timeZone = partition.facts.guessed ? zoneOfDays(request.entry.instrument) : partition.timezone
  const decoded = readForeign(context, partition, location.timeframe, timeZone)
  const quarantined =
    decoded.extraColumns.length === 0
      ? []
      : [
          await quarantineFiles(context, {
            location,
            year: incoming.year,
            why: `written by another program with more columns (${decoded.extraColumns.join(", ")}); the file in the cache is rewritten without them`,
            keepInPlace: true,
          }),
        ]
  return {
    kept: noKeptBlocks,
    bars: decoded.bars,
    ...carriedOver(partition, decoded.bars.openTime, location.timeframe),
    quarantined,
  }
}

const readTail = (write: YearWrite, partition: IndexedPartition): ExistingYear => {
  const { metadata } = partition
  const { runs } = write.incoming
  const present = {
    spans: metadata.provenance,
    coverage: metadata.coverage,
    metadata,
    generation: metadata.generation,
    createdAt: metadata.createdAt,
    ...(metadata.anchor === undefined ? {} : { anchor: metadata.anchor }),
    quarantined: [],
  }
  const all = blocksOf(metadata.blocks)
  if (runs.length === 0)
    return { ...present, kept: { ...noKeptBlocks, blocks: all, rows: metadata.rows }, bars: noRows }
  const first = Math.min(...runs.map((run) => run.bars.openTime[0] as number))
  const reaching = firstBlockReaching(metadata.blocks, first)
  const isLastOpen = (all.at(-1) as Block).rows < rowsPerBlock
  const cut = reaching === all.length && isLastOpen ? all.length - 1 : reaching
  const blocks = all.slice(0, cut)
  const rows = blocks.reduce((sum, block) => sum + block.rows, 0)
  const kept = cut === 0 ? noKeptBlocks : { blocks, rows, start: readStart(write, partition, blocks) }
  return {
    ...present,
    kept,
    bars: readBlockRows(write.context, partition, metadata.timeframe, all.slice(cut)),
  }
}

const readStart = (
  write: YearWrite,
  partition: IndexedPartition,
  blocks: ReadonlyArray<Block>,
): KeptStart => {
  const { context, hashes } = write
  const last = blocks.at(-1) as Block
  const length = last.offset + last.length
  const state = hashes.stateOf(partition.metadata.sha256, length)
  return {
    path: partition.path,
    length,
    sizeBytes: partition.stat.size,
    hash: { state: state ?? checkedHash(context, partition, length), length },
  }
}

// Through one piece of memory that the processor's cache holds: a year at once would make the collector run.
const pieces = new Uint8Array(262_144)

/**
 * The state after the first `length` bytes. The rest is hashed too: what is going to be copied must be what was written,
 * or the new checksum would vouch for damage.
 */
const checkedHash = (context: StoreContext, partition: IndexedPartition, length: number): HashState => {
  const hash = startHash()
  const update = (from: number, to: number): void => {
    for (let position = from; position < to; position += pieces.length)
      hash.update(readBytes(context, partition, position, Math.min(pieces.length, to - position), pieces))
  }
  update(0, length)
  const state = hash.copy()
  update(length, partition.stat.size)
  const sha256 = hash.digest("hex")
  if (sha256 !== partition.metadata.sha256)
    throw corrupt(
      partition.path,
      "write",
      `the file's SHA-256 is ${sha256}, written was ${partition.metadata.sha256}; nothing is written after damaged rows`,
    )
  return state
}
