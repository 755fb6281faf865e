import {
  type Bars,
  barCount,
  barEnd,
  type Coverage,
  emptyBars,
  type EntryDescription,
  type EpochMillis,
  type Provenance,
  type ProvenanceSpan,
  sliceBars,
  tileSpans,
} from "@barkeep/market-data"
import { salvageText } from "./codec/index.ts"
import { type EntryLocation, guard, partitionPaths } from "./layout.ts"
import { yearRange } from "./local-years.ts"
import { foreignFacts } from "./original-metadata.ts"
import type { ReadableSummary } from "./quarantine.ts"
import { textStyle } from "./read-rows.ts"
import { salvageYear } from "./salvage-year.ts"
import type { StoreContext } from "./store-context.ts"

/** What of a damaged year can still be read, and what it is. */
export interface ReadableYear {
  readonly entry: EntryDescription
  /** True when nothing says of which market the file is, and with that in which zone its times are. */
  readonly isGuess: boolean
  readonly bars: Bars
  readonly spans: ReadonlyArray<ProvenanceSpan>
  readonly coverage: Coverage
  readonly summary: ReadableSummary
}

/** Where the two files of a year are; their folder need not be that of the entry. */
export type YearPlace = Pick<EntryLocation, "symbol" | "timeframe" | "folder">

/**
 * The rows of a damaged year that can be read with certainty: blocks whose checksums fit, else whole lines before the
 * cut of a cut file, else all lines of a sound text but the damaged ones. Reads only.
 * @returns `undefined` when there is no data file, or its metadata is of a newer version
 * @throws {CacheError} `StorageFailure`
 */
export const readDamagedYear = async (
  context: StoreContext,
  place: YearPlace,
  year: number,
): Promise<ReadableYear | undefined> => {
  const paths = partitionPaths(place.folder, year)
  const parsed = guard(paths.metadata, "read", () => context.memory.read(paths.metadata))
  const stat = guard(paths.data, "read", () => context.files.stat(paths.data))
  if (stat === undefined || stat.isFolder || parsed?.kind === "newer") return undefined
  const known = context.instrumentOf(place.symbol)
  const facts = foreignFacts(
    place.symbol,
    place.timeframe,
    parsed?.kind === "original" ? parsed.object : undefined,
    known,
  )
  const ours = parsed?.kind === "ours" ? parsed.metadata : undefined
  const entry: EntryDescription = {
    instrument: ours?.instrument ?? facts.instrument,
    timeframe: place.timeframe,
    adjustment: ours?.adjustment ?? facts.adjustment,
    ...(ours?.anchor === undefined ? {} : { anchor: ours.anchor }),
  }
  const claimedRows = ours?.rows ?? (parsed?.kind === "original" ? claimedRowsOf(parsed.object) : undefined)
  const location = { ...place, names: [], inode: undefined }
  const isGuess = ours === undefined && known === undefined && facts.provider === "unknown"
  // Only gzip files carry a checksum of their text.
  const isChecked = guard(paths.data, "read", () => context.files.readFile(paths.data))[0] === 0x1f
  const salvaged = await salvageYear(context, location, year, entry)
  if (barCount(salvaged.bars) > 0)
    return {
      entry,
      isGuess,
      bars: salvaged.bars,
      spans:
        ours === undefined ? unknownSpans(salvaged.bars, entry, facts.timezone, context) : salvaged.spans,
      coverage: salvaged.coverage,
      summary: toSummary(salvaged.bars, claimedRows, isChecked),
    }
  const timezone = ours?.timezone ?? facts.timezone
  return { ...readLines(context, paths.data, year, entry, timezone, claimedRows), isGuess }
}

const readLines = (
  context: StoreContext,
  file: string,
  year: number,
  entry: EntryDescription,
  timezone: string,
  claimedRows: number | undefined,
): Omit<ReadableYear, "isGuess"> => {
  const bytes = guard(file, "read", () => context.files.readFile(file))
  const text = salvageText(bytes, textStyle(entry.timeframe, timezone))
  const all = text?.bars
  const bars = all === undefined ? undefined : sliceBars(all, yearRange(year, timezone))
  const others = all === undefined || bars === undefined ? 0 : barCount(all) - barCount(bars)
  const leftOut = (text?.skipped ?? []).map(({ line, issue }) => `line ${line}: ${issue}`)
  return {
    entry,
    bars: bars ?? emptyBars,
    spans: bars === undefined ? [] : unknownSpans(bars, entry, timezone, context),
    coverage: [],
    summary: toSummary(bars ?? emptyBars, claimedRows, text?.proven ?? false, leftOut, others),
  }
}

const toSummary = (
  bars: Bars,
  claimedRows: number | undefined,
  proven: boolean,
  leftOut: ReadonlyArray<string> = [],
  otherYears = 0,
): ReadableSummary => {
  const first = bars.openTime[0]
  const last = bars.openTime.at(-1)
  return {
    rows: barCount(bars),
    ...(claimedRows === undefined ? {} : { claimedRows }),
    proven: proven && barCount(bars) > 0,
    ...(first === undefined ? {} : { firstOpenTime: first }),
    ...(last === undefined ? {} : { lastOpenTime: last }),
    leftOut,
    otherYears,
  }
}

/** Nothing certain is known of where the rows come from; an answer of a provider may replace them. */
const unknownSpans = (
  bars: Bars,
  entry: EntryDescription,
  timezone: string,
  context: StoreContext,
): ReadonlyArray<ProvenanceSpan> => {
  const unknown: Provenance = {
    provider: "unknown",
    endpoint: "",
    method: "unknown",
    adjustment: entry.adjustment,
    fetchedAt: context.clock.now(),
    settled: false,
  }
  const endOf = (openTime: EpochMillis): EpochMillis => barEnd(entry.timeframe, openTime, timezone)
  return tileSpans(bars.openTime, () => unknown, endOf)
}

/** How many rows the original's metadata tells of. */
export const claimedRowsOf = (object: { readonly [key: string]: unknown }): number | undefined => {
  const file = object["file_info"]
  const rows =
    typeof file === "object" && file !== null ? (file as { readonly rows?: unknown }).rows : undefined
  return Number.isSafeInteger(rows) && (rows as number) >= 0 ? (rows as number) : undefined
}
