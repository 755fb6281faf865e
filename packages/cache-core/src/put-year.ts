import { isDeepStrictEqual } from "node:util"
import {
  barCount,
  barEnd,
  type Bars,
  type Coverage,
  type EntryDescription,
  type EpochMillis,
  zoneOfDays,
} from "@barkeep/market-data"
import { type Block, encodeFile } from "./codec/index.ts"
import { commitPartition, type NewData } from "./commit.ts"
import {
  type KeptBlocks,
  noKeptBlocks,
  readExistingYear,
  rowsPerBlock,
  type YearWrite,
} from "./existing-year.ts"
import { firstSpans, joinSpans, mergeAnswers, mergeRows, noRows } from "./merge-year.ts"
import { type PartitionMetadata, toBlockIndex } from "./partition-metadata.ts"
import type { Quarantined } from "./quarantine.ts"
import { textStyle } from "./read-rows.ts"

/** What a put did to one year. */
export interface YearOutcome {
  readonly rowsAdded: number
  readonly rowsReplaced: number
  readonly rowsDiffering: number
  readonly quarantined: ReadonlyArray<Quarantined>
}

/**
 * Merges what was put for one year into its partition and commits it. Writes nothing when nothing changes. Only under
 * the entry's lock.
 * @returns `undefined` when the year has no row and gets none: then there is nothing to write
 * @throws {CacheError}
 */
export const putYear = async (write: YearWrite): Promise<YearOutcome | undefined> => {
  const existing = await readExistingYear(write)
  const { request, incoming } = write
  const isWithoutRows = existing === undefined || (existing.kept.rows === 0 && barCount(existing.bars) === 0)
  if (isWithoutRows && incoming.runs.length === 0) return undefined
  const endOf = barEnds(request.entry)
  const kept = existing?.kept ?? noKeptBlocks
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
  if (
    sameRows &&
    isDeepStrictEqual(current.provenance, provenance) &&
    isDeepStrictEqual(current.coverage, coverage)
  )
    return toOutcome(merged, existing?.quarantined)
  const now = write.context.clock.now()
  const identity = {
    symbol: write.location.symbol,
    timeframe: request.entry.timeframe,
    year: incoming.year,
    generation: Math.max(existing?.generation ?? 0, write.laterThan ?? 0) + 1,
    createdAt: existing?.createdAt ?? now,
    lastUpdated: now,
    instrument: request.entry.instrument,
    timezone: zoneOfDays(request.entry.instrument),
    adjustment: request.entry.adjustment,
    ...anchorOf(existing?.anchor, request.entry),
    provenance,
    coverage,
  }
  const commit = {
    folder: write.location.folder,
    expected: existing?.generation,
    checkLock: write.checkLock,
  }
  if (sameRows) await commitPartition(write.context, { ...commit, metadata: { ...current, ...identity } })
  else {
    const file = encode(write, merged.bars, kept)
    await commitPartition(write.context, {
      ...commit,
      data: file.data,
      metadata: { ...identity, ...file.facts, dataQuality: null },
    })
  }
  return toOutcome(merged, existing?.quarantined)
}

/** The new data file: what is copied of the present one, the bytes after it, and what the metadata says of both. */
const encode = (
  write: YearWrite,
  bars: Bars,
  kept: KeptBlocks,
): {
  readonly data: NewData
  readonly facts: Pick<PartitionMetadata, "rows" | "sizeBytes" | "rawBytes" | "crc32" | "sha256" | "blocks">
} => {
  const { context, request } = write
  const { start } = kept
  const file = encodeFile(bars, textStyle(request.entry.timeframe, zoneOfDays(request.entry.instrument)), {
    compression: context.compression,
    blockRows: rowsPerBlock,
    ...(start === undefined ? {} : { kept: { length: start.length, blocks: kept.blocks } }),
  })
  const { parts } = file
  const trailer = parts.at(-1) as Uint8Array
  const last = file.blocks.at(-1) as Block
  return {
    data: { parts, ...(start === undefined ? {} : { start }) },
    facts: {
      rows: kept.rows + barCount(bars),
      sizeBytes: file.sizeBytes,
      rawBytes: file.rawBytes,
      crc32: new DataView(trailer.buffer, trailer.byteOffset + trailer.length - 8, 8).getUint32(0, true),
      sha256: write.hashes.hash(parts, [last.offset, last.offset + last.length], start?.hash),
      blocks: toBlockIndex(file.blocks),
    },
  }
}

const barEnds = ({ timeframe, instrument }: EntryDescription): ((openTime: EpochMillis) => EpochMillis) => {
  const timeZone = zoneOfDays(instrument)
  return (openTime) => barEnd(timeframe, openTime, timeZone)
}

const anchorOf = (
  stored: EntryDescription["anchor"],
  entry: EntryDescription,
): { readonly anchor?: NonNullable<EntryDescription["anchor"]> } => {
  const anchor = entry.anchor ?? stored
  return anchor === undefined ? {} : { anchor }
}

const mergeAnswersBefore = (coverage: Coverage, earlier: Coverage): Coverage =>
  earlier.length === 0 ? coverage : mergeAnswers(earlier, { year: 0, runs: [], answers: coverage })

const toOutcome = (
  merged: { readonly added: number; readonly replaced: number; readonly differing: number },
  quarantined: ReadonlyArray<Quarantined> = [],
): YearOutcome => ({
  rowsAdded: merged.added,
  rowsReplaced: merged.replaced,
  rowsDiffering: merged.differing,
  quarantined,
})
