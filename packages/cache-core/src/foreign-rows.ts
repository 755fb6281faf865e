import {
  barEnd,
  type Coverage,
  type EntryDescription,
  type EpochMillis,
  type ProvenanceSpan,
  tileSpans,
  type Timeframe,
} from "@barkeep/market-data"
import { type ForeignPartition } from "./partition-kinds.ts"

// The original notes its last update in local time without saying of where.
const widestOffset = 14 * 3_600_000

/**
 * Provenance and coverage of the rows of a file that another program wrote, for the metadata of its first rewrite.
 * Rows that may still have been open when the file was written are provisional: they give way to an answer.
 */
export const carriedOver = (
  partition: ForeignPartition,
  openTime: Float64Array,
  timeframe: Timeframe,
): {
  readonly spans: ReadonlyArray<ProvenanceSpan>
  readonly coverage: Coverage
  readonly generation?: number
  readonly createdAt?: EpochMillis
  readonly anchor?: NonNullable<EntryDescription["anchor"]>
} => {
  const { facts, earlier } = partition
  const writtenAt = Math.floor(facts.lastUpdated ?? partition.stat.mtimeMillis)
  const endOf = (time: EpochMillis): EpochMillis => barEnd(timeframe, time, partition.timezone)
  const closed = {
    provider: facts.provider,
    endpoint: "",
    method: facts.provider === "unknown" ? ("unknown" as const) : ("migrated" as const),
    adjustment: facts.adjustment,
    fetchedAt: writtenAt,
    settled: true,
  }
  const maybeOpen = { ...closed, settled: false }
  const spans = tileSpans(
    openTime,
    (row) => (endOf(openTime[row] as number) + widestOffset <= writtenAt ? closed : maybeOpen),
    endOf,
  )
  if (earlier === undefined) return { spans, coverage: [] }
  return {
    // Somebody edited the file on purpose: what they left counts, and what they took out may be asked for again.
    spans: tileSpans(openTime, () => closed, endOf),
    coverage: earlier.coverage.map((span) => ({ ...span, settled: false })),
    generation: earlier.generation,
    createdAt: earlier.createdAt,
    ...(earlier.anchor === undefined ? {} : { anchor: earlier.anchor }),
  }
}
