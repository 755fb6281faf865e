import { parseTimeframe, type Timeframe } from "@barkeep/market-data"
import { CacheError, corrupt } from "./cache-error.ts"
import type { FileStat } from "./file-system.ts"
import type { EntryLocation } from "./layout.ts"
import { foreignFacts, type ForeignFacts } from "./original-metadata.ts"
import type { ParsedMetadata } from "./parse-metadata.ts"
import type { PartitionMetadata } from "./partition-metadata.ts"
import type { StoreContext } from "./store-context.ts"

/** A partition's data file, open, together with what is known of exactly these bytes. */
export type OpenPartition = IndexedPartition | ForeignPartition

/** An open data file. */
export interface OpenFile {
  readonly path: string
  readonly year: number
  readonly file: number
  readonly stat: FileStat
  /** Zone that the file's times are written in. */
  readonly timezone: string
}

/** The metadata describes these bytes: blocks can be read one by one. */
export interface IndexedPartition extends OpenFile {
  readonly kind: "indexed"
  readonly metadata: PartitionMetadata
}

/** Written by another program; can only be read whole. */
export interface ForeignPartition extends OpenFile {
  readonly kind: "foreign"
  readonly facts: ForeignFacts
  /** Our metadata of an earlier state of the file, which somebody has written over since. */
  readonly earlier: PartitionMetadata | undefined
}

export const toIndexed = (
  open: Omit<OpenFile, "timezone">,
  location: Pick<EntryLocation, "symbol" | "timeframe">,
  metadataPath: string,
  metadata: PartitionMetadata,
): IndexedPartition => {
  checkIsOf(metadataPath, location, open.year, metadata)
  return { ...open, kind: "indexed", timezone: metadata.timezone, metadata }
}

export const toForeign = (
  context: StoreContext,
  open: Omit<OpenFile, "timezone">,
  location: Pick<EntryLocation, "symbol" | "timeframe">,
  metadataPath: string,
  parsed: ParsedMetadata | undefined,
): ForeignPartition => {
  if (parsed?.kind === "damaged") throw corrupt(metadataPath, "read", `the metadata ${parsed.issue}`)
  if (parsed?.kind === "newer")
    throw new CacheError({
      path: metadataPath,
      operation: "read",
      reason: { _tag: "UnknownFormatVersion", version: parsed.version },
    })
  if (parsed?.kind === "ours") {
    checkIsOf(metadataPath, location, open.year, parsed.metadata)
    const facts = rewrittenFacts(parsed.metadata)
    return { ...open, kind: "foreign", timezone: facts.timezone, facts, earlier: parsed.metadata }
  }
  if (parsed !== undefined) checkOriginalIsOf(metadataPath, location, parsed.object)
  const known = context.instrumentOf(location.symbol)
  const facts = foreignFacts(location.symbol, location.timeframe, parsed?.object, known)
  return { ...open, kind: "foreign", timezone: facts.timezone, facts, earlier: undefined }
}

const rewrittenFacts = (metadata: PartitionMetadata): ForeignFacts => ({
  provider: "unknown",
  instrument: metadata.instrument,
  timezone: metadata.timezone,
  adjustment: metadata.adjustment,
  lastUpdated: undefined,
  guessed: false,
  notes: [
    `${metadata.year}.csv.gz was written by another program after our last commit; its rows are read as they are, their provenance is unknown until the next write`,
  ],
})

const checkIsOf = (
  file: string,
  location: Pick<EntryLocation, "symbol" | "timeframe">,
  year: number,
  metadata: PartitionMetadata,
): void => {
  if (
    metadata.symbol !== location.symbol ||
    metadata.timeframe !== location.timeframe ||
    metadata.year !== year
  )
    throw corrupt(
      file,
      "read",
      `the metadata is that of ${metadata.symbol} ${metadata.timeframe} ${metadata.year}`,
    )
}

// On file systems that ignore case the folders of one minute and (in the original's spelling) one month are the same.
const checkOriginalIsOf = (
  file: string,
  location: { readonly timeframe: Timeframe },
  object: { readonly [key: string]: unknown },
): void => {
  const name = object["timeframe"]
  if (typeof name !== "string") return
  let timeframe: string = name
  try {
    timeframe = parseTimeframe(name)
  } catch {
    // A name of its own: cannot be compared.
    return
  }
  if (timeframe !== location.timeframe)
    throw corrupt(file, "read", `the metadata is that of timeframe ${name}`)
}
