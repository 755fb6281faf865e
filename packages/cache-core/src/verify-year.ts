import {
  type Bars,
  barCount,
  concatBars,
  equalBars,
  findBarsIssue,
  findStructureIssue,
  findTilingIssue,
  sliceBars,
} from "@barkeep/market-data"
import { CacheError } from "./cache-error.ts"
import { DamagedBytes, decodeBlocks, readFileBytes } from "./codec/index.ts"
import { hashOf } from "./content-hash.ts"
import { describePartition, type StoredEntry } from "./entry-description.ts"
import { type EntryLocation, guard, partitionPaths } from "./layout.ts"
import { yearRange } from "./local-years.ts"
import { closePartition, openPartition, readBytes } from "./open-partition.ts"
import { type IndexedPartition, type OpenPartition, toForeign } from "./partition-kinds.ts"
import { blocksOf } from "./partition-metadata.ts"
import { claimedRowsOf } from "./read-damaged-year.ts"
import { readForeign, textStyle } from "./read-rows.ts"
import type { StoreContext } from "./store-context.ts"
import { type Note, toFinding } from "./verify-finding.ts"

/** What a year holds that can be read. */
export interface CheckedYear {
  readonly rows: number
  readonly bytes: number
  readonly entry: StoredEntry
}

/** Reads one year whole and notes what is wrong with it; `undefined` when nothing of it can be read. */
export const checkYear = async (
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
    const { bars, notes, rowsInFile } = readForeign(context, partition, location.timeframe)
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
      what: partition.facts.notes.join("; "),
    })
    const claimed = originalClaim(context, location, year)
    if (claimed !== undefined && claimed > 0 && rowsInFile === 0)
      note({
        severity: "error",
        kind: "inconsistent",
        path: partition.path,
        what: `no row is left of the ${claimed} that its metadata tells of`,
      })
    const oddities = [
      ...notes,
      ...oddRows(bars),
      ...(claimed === undefined || claimed === rowsInFile || rowsInFile === 0
        ? []
        : [`its metadata tells of ${claimed} rows, the file has ${rowsInFile}`]),
    ]
    if (oddities.length > 0)
      note({ severity: "notice", kind: "odd", path: partition.path, what: oddities.join("; ") })
    return { rows: barCount(bars), bytes, entry }
  } catch (error) {
    note(toFinding(error))
    if (partition === undefined) checkDataAlone(context, location, year, error, note)
    return undefined
  } finally {
    if (partition !== undefined) closePartition(context, partition)
  }
}

/** Damaged metadata keeps a year from being opened: whether its data is damaged, too, is looked at by itself. */
const checkDataAlone = (
  context: StoreContext,
  location: EntryLocation,
  year: number,
  error: unknown,
  note: Note,
): void => {
  const { data, metadata } = partitionPaths(location.folder, year)
  const isMetadata =
    error instanceof CacheError && error.reason._tag === "CorruptPartition" && error.path === metadata
  if (!isMetadata) return
  try {
    const file = guard(data, "read", () => context.files.open(data))
    const open = { path: data, year, file, stat: guard(data, "read", () => context.files.statOpen(file)) }
    try {
      readForeign(context, toForeign(context, open, location, metadata, undefined), location.timeframe)
    } finally {
      context.files.close(file)
    }
  } catch (issue) {
    note(toFinding(issue))
  }
}

const originalClaim = (context: StoreContext, location: EntryLocation, year: number): number | undefined => {
  const { metadata } = partitionPaths(location.folder, year)
  const parsed = guard(metadata, "read", () => context.memory.read(metadata))
  return parsed?.kind === "original" ? claimedRowsOf(parsed.object) : undefined
}

/** Rows that are intact as text and cannot be true as bars; judging them is the business of a validation. */
const oddRows = (bars: Bars): ReadonlyArray<string> => {
  const issue = findBarsIssue(bars)
  return issue === undefined ? [] : [`row ${issue.row + 1}: ${issue.issue}`]
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
  const sha256 = hashOf(bytes)
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
