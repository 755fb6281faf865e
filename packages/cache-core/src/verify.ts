import { createHash } from "node:crypto"
import * as path from "node:path"
import {
  type Bars,
  barCount,
  concatBars,
  equalBars,
  findStructureIssue,
  findTilingIssue,
  sliceBars,
  type Timeframe,
} from "@barkeep/market-data"
import { CacheError } from "./cache-error.ts"
import { emptyAnswersPath, readEmptyAnswers } from "./empty-answers.ts"
import { describePartition, type StoredEntry } from "./entry-description.ts"
import { strayItems } from "./stray-items.ts"
import {
  type EntryLocation,
  listSymbolFolders,
  listTimeframeFolders,
  locateEntry,
  orphanYearsIn,
  partitionPaths,
  temporaryFile,
  yearsIn,
} from "./layout.ts"
import { yearRange } from "./local-years.ts"
import {
  checkNotLost,
  closePartition,
  type IndexedPartition,
  type OpenPartition,
  openPartition,
  readBytes,
} from "./open-partition.ts"
import { blocksOf } from "./partition-metadata.ts"
import { readForeign, textStyle } from "./read-rows.ts"
import { DamagedBytes, decodeBlocks, readFileBytes } from "./codec/index.ts"
import type { StoreContext } from "./store-context.ts"

/** What kind of thing was found. */
export type VerifyKind =
  /** The data cannot be read, or not all of it. */
  | "damaged-data"
  | "damaged-metadata"
  /** The bytes are not those that were written. */
  | "checksum"
  /** Data and metadata contradict each other: blocks, counts, spans, years. */
  | "inconsistent"
  /** Metadata tells of a data file that is not there. */
  | "missing-data"
  /** Years of one entry differ in time zone, adjustment, anchor or market; or an entry is stored twice. */
  | "mixed-entry"
  /** Written by another program; readable. */
  | "foreign"
  /** Left over by a killed writer; the next write cleans it up. */
  | "left-over"
  /** A file or folder that does not belong to the cache. */
  | "stray"

export interface VerifyFinding {
  /** `error`: rows are lost or cannot be trusted. `notice`: worth knowing, all rows are there. */
  readonly severity: "error" | "notice"
  readonly kind: VerifyKind
  readonly path: string
  readonly symbol?: string
  readonly timeframe?: Timeframe
  readonly year?: number
  readonly what: string
}

export interface VerifyReport {
  readonly findings: ReadonlyArray<VerifyFinding>
  readonly partitions: number
  readonly rows: number
  readonly bytes: number
}

export interface VerifyFilter {
  readonly symbols?: ReadonlyArray<string>
  readonly timeframes?: ReadonlyArray<Timeframe>
  readonly signal?: AbortSignal
}

/**
 * Reads every byte of the cache and checks all that the metadata claims: SHA-256, each block's checksum, counts and
 * times, that the file as a whole reads the same as by its blocks, that spans tile the rows. Goes on past damage.
 * @throws the signal's reason when aborted
 */
export const verifyCache = async (context: StoreContext, filter: VerifyFilter): Promise<VerifyReport> => {
  const findings: Array<VerifyFinding> = []
  let partitions = 0
  let rows = 0
  let bytes = 0
  if (filter.symbols === undefined && filter.timeframes === undefined) findings.push(...strayItems(context))
  for (const symbol of filter.symbols ?? listSymbolFolders(context))
    for (const timeframe of listTimeframeFolders(context, symbol)) {
      if (filter.timeframes?.includes(timeframe) === false) continue
      const note = (finding: Omit<VerifyFinding, "symbol" | "timeframe">): void =>
        void findings.push({ symbol, timeframe, ...finding })
      const location = orNote(note, () => locateEntry(context, symbol, timeframe))
      if (location === undefined) continue
      checkFolder(context, location, note)
      orNote(
        note,
        () => readEmptyAnswers(context, symbol, timeframe),
        emptyAnswersPath(context, symbol, timeframe),
      )
      const described: Array<readonly [year: number, entry: StoredEntry]> = []
      for (const year of yearsIn(location)) {
        filter.signal?.throwIfAborted()
        partitions += 1
        const checked = await checkYear(context, location, year, (finding) => note({ year, ...finding }))
        if (checked === undefined) continue
        rows += checked.rows
        bytes += checked.bytes
        described.push([year, checked.entry])
        // Other work of the process gets a turn between two files.
        await new Promise((resolve) => void setImmediate(resolve))
      }
      checkSameKind(location, described, note)
    }
  return { findings, partitions, rows, bytes }
}

type Note = (finding: Omit<VerifyFinding, "symbol" | "timeframe">) => void

/** The result, or `undefined` with the store's error as a finding. */
const orNote = <A>(note: Note, body: () => A, file?: string): A | undefined => {
  try {
    return body()
  } catch (error) {
    note(toFinding(error, file))
    return undefined
  }
}

const toFinding = (error: unknown, file?: string): Omit<VerifyFinding, "symbol" | "timeframe"> => {
  if (!(error instanceof CacheError)) throw error
  const at = file ?? error.path
  const kind =
    error.reason._tag === "EntryMismatch"
      ? "mixed-entry"
      : at.endsWith(".json")
        ? "damaged-metadata"
        : "damaged-data"
  return { severity: "error", kind, path: error.path, what: error.message }
}

const checkFolder = (context: StoreContext, location: EntryLocation, note: Note): void => {
  for (const year of orphanYearsIn(location)) {
    const { data, metadata } = partitionPaths(location.folder, year)
    try {
      checkNotLost(context, location, year)
      note({
        severity: "notice",
        kind: "stray",
        path: metadata,
        year,
        what: "metadata of another program without its data file",
      })
    } catch (error) {
      note({ ...toFinding(error), kind: "missing-data", path: data, year })
    }
  }
  for (const name of location.names) {
    const file = path.join(location.folder, name)
    const leftOver = temporaryFile(name)
    if (leftOver !== undefined)
      note({
        severity: "notice",
        kind: "left-over",
        path: file,
        year: leftOver.year,
        what: "a write is under way, or was killed; the next write cleans up",
      })
    else if (!/^\d{4}\.(csv\.gz|metadata\.json)$/.test(name))
      note({ severity: "notice", kind: "stray", path: file, what: "not a file of this cache" })
  }
}

interface CheckedYear {
  readonly rows: number
  readonly bytes: number
  readonly entry: StoredEntry
}

const checkYear = async (
  context: StoreContext,
  location: EntryLocation,
  year: number,
  note: Note,
): Promise<CheckedYear | undefined> => {
  let partition: OpenPartition | undefined
  try {
    partition = await openPartition(context, location, year)
    if (partition === undefined) return undefined
    const entry = describePartition(partition, location.timeframe)
    const bytes = partition.stat.size
    if (partition.kind === "indexed")
      return { rows: checkIndexed(context, location, partition, note), bytes, entry }
    const { bars, notes } = readForeign(context, partition, location.timeframe)
    if (partition.earlier !== undefined)
      note({
        severity: "notice",
        kind: "checksum",
        path: partition.path,
        what: `not the file that was written: ${bytes} bytes instead of ${partition.earlier.sizeBytes}, ${barCount(bars)} rows instead of ${partition.earlier.rows}; another program has rewritten it`,
      })
    note({
      severity: "notice",
      kind: "foreign",
      path: partition.path,
      what: [...partition.facts.notes, ...notes].join("; "),
    })
    return { rows: barCount(bars), bytes, entry }
  } catch (error) {
    note(toFinding(error))
    return undefined
  } finally {
    if (partition !== undefined) closePartition(context, partition)
  }
}

const checkIndexed = (
  context: StoreContext,
  location: EntryLocation,
  partition: IndexedPartition,
  note: Note,
): number => {
  const { metadata } = partition
  const bytes = readBytes(context, partition, 0, partition.stat.size)
  const style = textStyle(location.timeframe, partition.timezone)
  const sha256 = createHash("sha256").update(bytes).digest("hex")
  if (sha256 !== metadata.sha256)
    note({
      severity: "error",
      kind: "checksum",
      path: partition.path,
      what: `SHA-256 is ${sha256}, written was ${metadata.sha256}`,
    })
  const parts: Array<Bars> = []
  for (const [index, block] of blocksOf(metadata.blocks).entries())
    try {
      parts.push(decodeBlocks(bytes.subarray(block.offset, block.offset + block.length), [block], style))
    } catch (damage) {
      if (!(damage instanceof DamagedBytes)) throw damage
      note({
        severity: "error",
        kind: "damaged-data",
        path: partition.path,
        what: `block ${index} with ${block.rows} rows: ${damage.message}`,
      })
    }
  if (parts.length < metadata.blocks.length.length)
    return parts.reduce((rows, part) => rows + barCount(part), 0)
  const bars = concatBars(parts)
  for (const what of contradictions(partition, bars, readWhole(bytes, style)))
    note({ severity: "error", kind: "inconsistent", path: partition.path, what })
  return barCount(bars)
}

const readWhole = (bytes: Uint8Array, style: ReturnType<typeof textStyle>): Bars | string => {
  try {
    return readFileBytes(bytes, style).bars
  } catch (damage) {
    if (damage instanceof DamagedBytes) return damage.message
    throw damage
  }
}

function* contradictions(partition: IndexedPartition, bars: Bars, whole: Bars | string): Generator<string> {
  const { metadata, year } = partition
  if (typeof whole === "string") yield `the file as a whole cannot be read by other programs: ${whole}`
  else if (!equalBars(bars, whole)) yield "the file as a whole holds other rows than its blocks"
  const structure = findStructureIssue(bars)
  if (structure !== undefined) yield `row ${structure.row}: ${structure.issue}`
  const inside = barCount(sliceBars(bars, yearRange(year, metadata.timezone)))
  if (inside !== barCount(bars)) yield `${barCount(bars) - inside} rows are not of the year ${year}`
  const tiling = findTilingIssue(metadata.provenance, bars.openTime)
  if (tiling !== undefined) yield `provenance: ${tiling}`
  const other = metadata.provenance.find((span) => span.adjustment !== metadata.adjustment)
  if (other !== undefined)
    yield `rows of ${other.provider} are adjusted for "${other.adjustment}" in an entry adjusted for "${metadata.adjustment}"`
}

const checkSameKind = (
  location: EntryLocation,
  years: ReadonlyArray<readonly [year: number, entry: StoredEntry]>,
  note: Note,
): void => {
  const kindOf = (entry: StoredEntry): string =>
    `${entry.timezone}, adjusted for "${entry.adjustment}", ${entry.instrument.market}${entry.anchor === undefined ? "" : `, anchor ${entry.anchor}`}`
  const kinds = new Map<string, Array<number>>()
  for (const [year, entry] of years) kinds.set(kindOf(entry), [...(kinds.get(kindOf(entry)) ?? []), year])
  if (kinds.size > 1)
    note({
      severity: "error",
      kind: "mixed-entry",
      path: location.folder,
      what: [...kinds].map(([kind, list]) => `${list.join(" ")}: ${kind}`).join("; "),
    })
}
