import { isDeepStrictEqual } from "node:util"
import {
  barCount,
  barEnd,
  type Bars,
  equalBars,
  isSameProvenance,
  type ProvenanceSpan,
  spanIndexAt,
  takeRows,
  tileSpans,
} from "@barkeep/market-data"
import { encodeFile } from "./codec/index.ts"
import { commitPartition } from "./commit.ts"
import { describePartition } from "./entry-description.ts"
import { rowsPerBlock } from "./existing-year.ts"
import type { LockedStep } from "./fill-entry.ts"
import { fillFolder, type FillNote } from "./fill-note.ts"
import { carriedOver } from "./foreign-rows.ts"
import { isIntact } from "./keep-year.ts"
import type { EntryLocation } from "./layout.ts"
import { withPartition } from "./open-partition.ts"
import { checkNotLost } from "./partition-files.ts"
import type { IndexedPartition, OpenPartition } from "./partition-kinds.ts"
import { type PartitionMetadata, toBlockIndex } from "./partition-metadata.ts"
import { readRows, textStyle } from "./read-rows.ts"
import type { StoreContext } from "./store-context.ts"
import { takeUndoStep } from "./undo-note.ts"

/** What undoing a fill did to one year. */
export interface UndoneYear {
  readonly year: number
  /**
   * `restored`: the files are those of before the fill, byte for byte. `rows-removed`: something was written since, so
   * just the fill's rows were taken out. `left`: another program has rewritten the file, which rows are the fill's is
   * not known any more.
   */
  readonly how: "restored" | "rows-removed" | "left"
  readonly rows: number
}

/** Undoes a fill in one year; `undefined` when it has no row there. Only under the entry's lock. @throws {CacheError} */
export const undoYear = async (
  context: StoreContext,
  location: EntryLocation,
  id: string,
  note: FillNote | undefined,
  year: number,
  step: LockedStep,
): Promise<UndoneYear | undefined> => {
  const current = await withPartition(context, location, year, async (partition) => {
    if (partition.kind === "foreign")
      return partition.earlier?.provenance.some((span) => span.fillId === id) === true ? "left" : undefined
    if (!partition.metadata.provenance.some((span) => span.fillId === id)) return undefined
    return readCurrent(partition, await readRows(context, partition, location.timeframe, undefined), id)
  })
  if (current === undefined) {
    checkNotLost(context, location, year)
    return undefined
  }
  if (current === "left") return { year, how: "left", rows: 0 }
  const { metadata, rest, removed } = current
  const { symbol, timeframe } = location
  const outcome = { year, rows: removed }
  if (barCount(rest) === 0) {
    const made = note?.years.find((kept) => kept.year === year)?.files.length === 0
    await takeUndoStep(context, symbol, timeframe, {
      id,
      year,
      action: "remove",
      coverage: metadata.coverage,
    })
    return { ...outcome, how: made ? "restored" : "rows-removed" }
  }
  const isAsBefore = await fitsKept(context, location, note, year, current)
  if (isAsBefore) {
    await takeUndoStep(context, symbol, timeframe, { id, year, action: "restore", coverage: [] })
    return { ...outcome, how: "restored" }
  }
  await commitWithout(context, location, current, step)
  return { ...outcome, how: "rows-removed" }
}

interface Current {
  readonly metadata: PartitionMetadata
  /** The rows that are not the fill's. */
  readonly rest: Bars
  readonly removed: number
}

const readCurrent = ({ metadata }: IndexedPartition, bars: Bars, id: string): Current => {
  const kept = Array.from(bars.openTime.keys()).filter(
    (row) => provenanceAt(metadata.provenance, bars.openTime[row] as number)?.fillId !== id,
  )
  return { metadata, rest: takeRows(bars, kept), removed: barCount(bars) - kept.length }
}

/** True when the year without the fill's rows is what the kept files hold: then their bytes may come back. */
const fitsKept = async (
  context: StoreContext,
  location: EntryLocation,
  note: FillNote | undefined,
  year: number,
  current: Current,
): Promise<boolean> => {
  const kept = note?.years.find((each) => each.year === year)
  if (note === undefined || kept === undefined || kept.files.length === 0) return false
  if (!isIntact(context, note.id, kept)) return false
  const { symbol, timeframe } = location
  const folder = fillFolder(context, note.id)
  return (
    (await withPartition(context, { symbol, timeframe, folder }, year, async (before) =>
      isSameState(current, before, await readRows(context, before, timeframe, undefined)),
    )) === true
  )
}

const isSameState = ({ metadata, rest }: Current, before: OpenPartition, bars: Bars): boolean => {
  if (!equalBars(rest, bars)) return false
  const description = describePartition(before, metadata.timeframe)
  if (metadata.adjustment !== description.adjustment) return false
  const { spans, coverage } =
    before.kind === "indexed"
      ? { spans: before.metadata.provenance, coverage: before.metadata.coverage }
      : carriedOver(before, bars.openTime, metadata.timeframe)
  return (
    isDeepStrictEqual(coverage, metadata.coverage) &&
    bars.openTime.every((time) => isSameSource(metadata.provenance, spans, time, before.kind === "foreign"))
  )
}

// When a file of another program was written follows from its time stamp, which a copy does not keep.
const isSameSource = (
  now: ReadonlyArray<ProvenanceSpan>,
  before: ReadonlyArray<ProvenanceSpan>,
  time: number,
  isForeign: boolean,
): boolean => {
  const a = provenanceAt(now, time)
  const b = provenanceAt(before, time)
  if (a === undefined || b === undefined) return a === b
  return isSameProvenance(a, isForeign ? { ...b, fetchedAt: a.fetchedAt, settled: a.settled } : b)
}

const commitWithout = async (
  context: StoreContext,
  location: EntryLocation,
  { metadata, rest }: Current,
  { hashes, checkLock }: LockedStep,
): Promise<void> => {
  const { timeframe, timezone } = metadata
  const file = encodeFile(rest, textStyle(timeframe, timezone), {
    compression: context.compression,
    blockRows: rowsPerBlock,
  })
  const trailer = file.parts.at(-1) as Uint8Array
  const endOf = (time: number): number => barEnd(timeframe, time, timezone)
  await commitPartition(context, {
    folder: location.folder,
    expected: metadata.generation,
    checkLock,
    data: { parts: file.parts },
    metadata: {
      ...metadata,
      generation: metadata.generation + 1,
      lastUpdated: context.clock.now(),
      rows: barCount(rest),
      sizeBytes: file.sizeBytes,
      rawBytes: file.rawBytes,
      crc32: new DataView(trailer.buffer, trailer.byteOffset + trailer.length - 8, 8).getUint32(0, true),
      sha256: hashes.hash(file.parts, []),
      blocks: toBlockIndex(file.blocks),
      provenance: tileSpans(
        rest.openTime,
        (row) => provenanceAt(metadata.provenance, rest.openTime[row] as number) as ProvenanceSpan,
        endOf,
      ),
      dataQuality: null,
    },
  })
}

const provenanceAt = (spans: ReadonlyArray<ProvenanceSpan>, time: number): ProvenanceSpan | undefined =>
  spans[spanIndexAt(spans, time)]
