import {
  type Anchor,
  type AssetClass,
  checkTimeZone,
  type CoverageSpan,
  type Instrument,
  type Method,
  type Provenance,
  type ProvenanceSpan,
} from "@barkeep/market-data"
import {
  type BlockIndex,
  type DataQuality,
  formatVersion,
  type PartitionMetadata,
} from "./partition-metadata.ts"
import {
  asArray,
  asBoolean,
  asInteger,
  asIntegers,
  asObject,
  asOneOf,
  asText,
  asTime,
  asTimeframe,
  type JsonObject,
  JsonIssue,
  parseJsonObject,
} from "./read-json.ts"

/** What a metadata file turned out to be. */
export type ParsedMetadata =
  | { readonly kind: "ours"; readonly metadata: PartitionMetadata }
  /** Without a format version: written by the original. */
  | { readonly kind: "original"; readonly object: JsonObject }
  | { readonly kind: "newer"; readonly version: unknown }
  | { readonly kind: "damaged"; readonly issue: string }

/**
 * Reads a metadata file. Total: any text has an answer; nothing in it is believed before it was checked.
 * @param blocks the block index, when it was taken out of the text and `null` put in its place
 */
export const parseMetadata = (text: string, blocks?: BlockIndex): ParsedMetadata => {
  try {
    const object = parseJsonObject(text)
    if (object["format_version"] === undefined) return originalOrDamaged(object)
    if (object["format_version"] !== formatVersion)
      return { kind: "newer", version: object["format_version"] }
    return { kind: "ours", metadata: toMetadata(object, blocks) }
  } catch (issue) {
    if (issue instanceof JsonIssue) return { kind: "damaged", issue: issue.message }
    throw issue
  }
}

// One flipped bit in a key must not turn a file of ours into one whose time zone is guessed.
const originalOrDamaged = (object: JsonObject): ParsedMetadata => {
  const ours = ["generation", "timezone", "blocks", "sha256", "provenance", "coverage"].find(
    (key) => key in object,
  )
  return ours === undefined
    ? { kind: "original", object }
    : { kind: "damaged", issue: `has ${ours}, but no format version` }
}

const toMetadata = (object: JsonObject, takenOut: BlockIndex | undefined): PartitionMetadata => {
  const file = asObject(object["file_info"], "file_info")
  const rows = asInteger(file["rows"], "rows", 1)
  const sizeBytes = asInteger(file["size_bytes"], "size_bytes", 1)
  const rawBytes = asInteger(object["raw_size_bytes"], "raw_size_bytes", 1)
  if (takenOut !== undefined && object["blocks"] !== null)
    throw new JsonIssue("blocks was not what was taken out")
  const blocks = takenOut ?? toBlocks(asObject(object["blocks"], "blocks"))
  checkBlocks(blocks, { rows, sizeBytes, rawBytes })
  const sha256 = asText(object["sha256"], "sha256")
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new JsonIssue("sha256 is no SHA-256")
  const provenance = toProvenance(object["sources"], object["provenance"])
  if (sum(provenance.map((span) => span.rows)) !== rows)
    throw new JsonIssue("provenance does not tile the rows")
  const anchor = object["anchor"]
  return {
    symbol: asText(object["symbol"], "symbol"),
    timeframe: asTimeframe(object["timeframe"], "timeframe"),
    year: asInteger(object["year"], "year"),
    generation: asInteger(object["generation"], "generation", 1),
    createdAt: asTime(object["created_at"], "created_at"),
    lastUpdated: asTime(object["last_updated"], "last_updated"),
    instrument: toInstrument(object["instrument"]),
    timezone: asTimeZone(object["timezone"], "timezone"),
    adjustment: asOneOf(object["adjustment"], adjustments, "adjustment"),
    ...(anchor === undefined ? {} : { anchor: asOneOf(anchor, anchors, "anchor") }),
    rows,
    sizeBytes,
    rawBytes,
    crc32: asInteger(object["crc32"], "crc32"),
    sha256,
    blocks,
    provenance,
    coverage: toCoverage(object["coverage"]),
    dataQuality: toDataQuality(object["data_quality"]),
  }
}

/** The answers of a metadata or coverage file: ascending and disjoint. */
export const toCoverage = (value: unknown): ReadonlyArray<CoverageSpan> => {
  const spans = asArray(value, "coverage").map((element) => {
    const row = asObject(element, "an answer")
    return {
      from: asTime(row["from"], "from"),
      to: asTime(row["to"], "to"),
      provider: asText(row["provider"], "provider"),
      askedAt: asTime(row["asked_at"], "asked_at"),
      empty: asBoolean(row["empty"], "empty"),
      settled: asBoolean(row["settled"], "settled"),
    }
  })
  checkAscending(spans, "coverage")
  return spans
}

const toInstrument = (value: unknown): Instrument => {
  const object = asObject(value, "instrument")
  const { base, currency } = object
  return {
    symbol: asText(object["symbol"], "instrument.symbol"),
    assetClass: asOneOf(object["assetClass"], assetClasses, "instrument.assetClass"),
    market: asText(object["market"], "instrument.market"),
    timeZone: asTimeZone(object["timeZone"], "instrument.timeZone"),
    ...(base === undefined ? {} : { base: asText(base, "instrument.base") }),
    ...(currency === undefined ? {} : { currency: asText(currency, "instrument.currency") }),
  }
}

const adjustments = ["none", "splits", "splits-and-dividends", "unknown"] as const
const anchors: ReadonlyArray<Anchor> = ["session", "clock"]
const methods: ReadonlyArray<Method> = ["direct", "resampled", "archive", "donor", "migrated", "unknown"]
const assetClasses: ReadonlyArray<AssetClass> = ["crypto", "stock", "etf", "fund", "index", "fx", "future"]

const knownZones = new Set<string>(["UTC"])

const asTimeZone = (value: unknown, at: string): string => {
  const name = asText(value, at)
  if (knownZones.has(name)) return name
  try {
    checkTimeZone(name)
  } catch {
    throw new JsonIssue(`${at} is no time zone`)
  }
  knownZones.add(name)
  return name
}

const toBlocks = (object: JsonObject): BlockIndex => ({
  firstOffset: asInteger(object["first_offset"], "first_offset", 1),
  length: asIntegers(object["length"], "length", 1),
  rawLength: asIntegers(object["raw_length"], "raw_length", 1),
  crc32: asIntegers(object["crc32"], "crc32"),
  rows: asIntegers(object["rows"], "rows", 1),
  firstOpenTime: asIntegers(object["first_open_time"], "first_open_time", -8.64e15),
  lastOpenTime: asIntegers(object["last_open_time"], "last_open_time", -8.64e15),
})

const checkBlocks = (
  blocks: BlockIndex,
  file: { readonly rows: number; readonly sizeBytes: number; readonly rawBytes: number },
): void => {
  const count = blocks.length.length
  const { rawLength, crc32, rows, firstOpenTime, lastOpenTime } = blocks
  if (count === 0) throw new JsonIssue("there are no blocks")
  if (![rawLength, crc32, rows, firstOpenTime, lastOpenTime].every((column) => column.length === count))
    throw new JsonIssue("the columns of the block index differ in length")
  if (sum(rows) !== file.rows) throw new JsonIssue("the blocks' rows do not add up")
  if (sum(rawLength) !== file.rawBytes) throw new JsonIssue("the blocks' text lengths do not add up")
  if (blocks.firstOffset + sum(blocks.length) > file.sizeBytes)
    throw new JsonIssue("the blocks reach beyond the file")
  for (let block = 0; block < count; block += 1) {
    const first = firstOpenTime[block] as number
    if (first > (lastOpenTime[block] as number)) throw new JsonIssue(`block ${block} ends before it begins`)
    if (block > 0 && first <= (lastOpenTime[block - 1] as number))
      throw new JsonIssue(`block ${block} is out of order`)
  }
}

const toProvenance = (sourcesValue: unknown, spansValue: unknown): ReadonlyArray<ProvenanceSpan> => {
  const sources = asArray(sourcesValue, "sources").map(toSource)
  const spans = asArray(spansValue, "provenance").map((element) => {
    const row = asObject(element, "a span")
    const source = sources[asInteger(row["source"], "source")]
    if (source === undefined) throw new JsonIssue("a span names a source that is not listed")
    return {
      ...source,
      fetchedAt: asTime(row["fetched_at"], "fetched_at"),
      from: asTime(row["from"], "from"),
      to: asTime(row["to"], "to"),
      rows: asInteger(row["rows"], "rows", 1),
    }
  })
  checkAscending(spans, "provenance")
  return spans
}

/** Where rows come from, but for the time. */
export const toSource = (value: unknown): Omit<Provenance, "fetchedAt"> => {
  const row = asObject(value, "a source")
  const { fill_id: fillId, evidence } = row
  return {
    provider: asText(row["provider"], "provider"),
    endpoint: asText(row["endpoint"], "endpoint"),
    method: asOneOf(row["method"], methods, "method"),
    adjustment: asOneOf(row["adjustment"], adjustments, "adjustment"),
    settled: asBoolean(row["settled"], "settled"),
    ...(fillId === undefined ? {} : { fillId: asText(fillId, "fill_id") }),
    ...(evidence === undefined ? {} : { evidence: toEvidence(asObject(evidence, "evidence")) }),
  }
}

const toEvidence = (object: JsonObject): { readonly [name: string]: string | number } => {
  for (const value of Object.values(object))
    if (typeof value !== "string" && typeof value !== "number")
      throw new JsonIssue("evidence holds something else than text and numbers")
  return object as { readonly [name: string]: string | number }
}

const toDataQuality = (value: unknown): DataQuality =>
  value === null ? null : asObject(value, "data_quality")

const checkAscending = (
  spans: ReadonlyArray<{ readonly from: number; readonly to: number }>,
  at: string,
): void => {
  let end = Number.NEGATIVE_INFINITY
  for (const span of spans) {
    if (span.from < end || span.to <= span.from) throw new JsonIssue(`${at} is not ascending and disjoint`)
    end = span.to
  }
}

const sum = (values: ReadonlyArray<number>): number => {
  let total = 0
  for (const value of values) total += value
  return total
}
