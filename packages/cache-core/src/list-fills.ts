import type { EpochMillis, ProvenanceSpan, Timeframe } from "@barkeep/market-data"
import type { CacheEntry } from "./cache.ts"
import { readFillNote, readFillNotes, type FillNote } from "./fill-note.ts"
import { locateEntry } from "./layout.ts"
import { withPartition } from "./open-partition.ts"
import type { StoreContext } from "./store-context.ts"

/** One fill as the cache has it. */
export interface Fill {
  readonly id: string
  readonly symbol: string
  readonly timeframe: Timeframe
  /** When it began, or was fetched where its note is gone. */
  readonly at: EpochMillis
  /** Its rows in the cache now; the truth is in the files' provenance, never in a note. */
  readonly rows: number
  /** Where they are and come from, ascending. */
  readonly spans: ReadonlyArray<ProvenanceSpan>
  /**
   * `present`: it has rows. `undone`: taken back. `gone`: no row of it is left, because it was never committed or the
   * entry was replaced since.
   */
  readonly state: "present" | "undone" | "gone"
  readonly undone?: NonNullable<FillNote["undone"]>
  /** Bytes kept for undoing it; they take space of their own from the moment the files are written anew. */
  readonly keptBytes: number
}

/** All fills, oldest first: those that have rows, and those that have only a note. @throws {CacheError} */
export const listFills = async (
  context: StoreContext,
  entries: ReadonlyArray<CacheEntry>,
): Promise<ReadonlyArray<Fill>> => {
  const found = new Map<string, Fill>()
  for (const note of readFillNotes(context)) found.set(note.id, fromNote(note))
  for (const entry of entries)
    for (const [id, spans] of await spansOfFills(context, entry)) {
      const known = found.get(id)
      const { symbol, timeframe } = entry
      const at = Math.min(...spans.map((span) => span.fetchedAt))
      const rows = spans.reduce((sum, span) => sum + span.rows, 0)
      found.set(id, {
        ...(known ?? { id, symbol, timeframe, at, keptBytes: 0 }),
        rows,
        spans,
        state: "present",
      })
    }
  return [...found.values()].toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
}

/** The entry that a fill is of; `undefined` for an unknown fill. @throws {CacheError} */
export const findFill = async (
  context: StoreContext,
  entries: () => ReadonlyArray<CacheEntry>,
  id: string,
): Promise<Pick<Fill, "symbol" | "timeframe"> | undefined> =>
  readFillNote(context, id) ?? (await listFills(context, entries())).find((fill) => fill.id === id)

const fromNote = (note: FillNote): Fill => ({
  id: note.id,
  symbol: note.symbol,
  timeframe: note.timeframe,
  at: note.at,
  rows: 0,
  spans: [],
  state: note.undone === undefined ? "gone" : "undone",
  ...(note.undone === undefined ? {} : { undone: note.undone }),
  keptBytes: note.years.reduce(
    (sum, { files }) => sum + files.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0),
    0,
  ),
})

const spansOfFills = async (
  context: StoreContext,
  { symbol, timeframe, years }: CacheEntry,
): Promise<ReadonlyMap<string, ReadonlyArray<ProvenanceSpan>>> => {
  const location = locateEntry(context, symbol, timeframe)
  const spans: Array<ProvenanceSpan> = []
  for (const year of years)
    await withPartition(context, location, year, (partition) => {
      if (partition.kind === "indexed")
        spans.push(...partition.metadata.provenance.filter((span) => span.fillId !== undefined))
    })
  return Map.groupBy(spans, (span) => span.fillId as string)
}
