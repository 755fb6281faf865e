import {
  type Coverage,
  type EpochMillis,
  isIntraday,
  type ProvenanceSpan,
  zoneOffsets,
  toLocalMillis,
} from "@barkeep/market-data"
import { printTime } from "./iso-times.ts"
import { type DataQuality, fileColumns, formatVersion, type PartitionMetadata } from "./partition-metadata.ts"

/**
 * The text of a metadata file: the original's keys with their meaning, then ours. One line per top-level key, span
 * and answer, so that people can read it and a diff shows what changed.
 */
export const printMetadata = (metadata: PartitionMetadata): string => {
  const provider = mainProvider(metadata.provenance)
  const { blocks } = metadata
  const { sources, spans } = toSources(metadata.provenance)
  const local = localText(metadata)
  return printObject({
    symbol: metadata.symbol,
    timeframe: metadata.timeframe,
    year: metadata.year,
    data_source: provider,
    created_at: printTime(metadata.createdAt),
    last_updated: printTime(metadata.lastUpdated),
    start_date: local(blocks.firstOpenTime[0]),
    end_date: local(blocks.lastOpenTime.at(-1)),
    data_quality: metadata.dataQuality satisfies DataQuality,
    file_info: {
      format: "csv.gz",
      size_bytes: metadata.sizeBytes,
      rows: metadata.rows,
      columns: fileColumns,
    },
    provider_info: { name: provider, reliability: null, rate_limit: "unknown" },
    format_version: formatVersion,
    generation: metadata.generation,
    timezone: metadata.timezone,
    adjustment: metadata.adjustment,
    anchor: metadata.anchor,
    currency: metadata.instrument.currency ?? null,
    instrument: metadata.instrument,
    sha256: metadata.sha256,
    raw_size_bytes: metadata.rawBytes,
    crc32: metadata.crc32,
    blocks: {
      first_offset: blocks.firstOffset,
      length: blocks.length,
      raw_length: blocks.rawLength,
      crc32: blocks.crc32,
      rows: blocks.rows,
      first_open_time: blocks.firstOpenTime,
      last_open_time: blocks.lastOpenTime,
    },
    sources,
    provenance: spans,
    coverage: metadata.coverage.map(toCoverageRow),
  })
}

/** One answer as the files hold it. */
export const toCoverageRow = (span: Coverage[number]): unknown => ({
  from: printTime(span.from),
  to: printTime(span.to),
  provider: span.provider,
  asked_at: printTime(span.askedAt),
  empty: span.empty,
  settled: span.settled,
})

/** JSON with one line per key, and per element of arrays of objects; keys that are `undefined` are left out. */
export const printObject = (object: { readonly [key: string]: unknown }): string => {
  const lines = Object.entries(object)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `  ${JSON.stringify(key)}: ${printValue(value)}`)
  return `{\n${lines.join(",\n")}\n}\n`
}

const printValue = (value: unknown): string =>
  Array.isArray(value) && typeof value[0] === "object"
    ? `[\n${value.map((element) => `    ${JSON.stringify(element)}`).join(",\n")}\n  ]`
    : JSON.stringify(value)

/** The provider that most rows come from; the first of equals. */
const mainProvider = (provenance: ReadonlyArray<ProvenanceSpan>): string => {
  const rows = new Map<string, number>()
  for (const span of provenance) rows.set(span.provider, (rows.get(span.provider) ?? 0) + span.rows)
  let best: string | undefined
  for (const [provider, count] of rows)
    if (best === undefined || count > (rows.get(best) ?? 0)) best = provider
  return best ?? "unknown"
}

// A year that is appended to every day has hundreds of spans of one source, so the sources are listed once.
const toSources = (
  provenance: ReadonlyArray<ProvenanceSpan>,
): { readonly sources: ReadonlyArray<unknown>; readonly spans: ReadonlyArray<unknown> } => {
  const indexOf = new Map<string, number>()
  const sources: Array<unknown> = []
  const spans = provenance.map((span) => {
    const source = {
      provider: span.provider,
      endpoint: span.endpoint,
      method: span.method,
      adjustment: span.adjustment,
      settled: span.settled,
      ...(span.fillId === undefined ? {} : { fill_id: span.fillId }),
      ...(span.evidence === undefined ? {} : { evidence: span.evidence }),
    }
    const key = JSON.stringify(source)
    let index = indexOf.get(key)
    if (index === undefined) {
      index = sources.push(source) - 1
      indexOf.set(key, index)
    }
    return {
      from: printTime(span.from),
      to: printTime(span.to),
      rows: span.rows,
      source: index,
      fetched_at: printTime(span.fetchedAt),
    }
  })
  return { sources, spans }
}

// The original's start and end are the naive text of the file, with a T.
const localText = (metadata: PartitionMetadata): ((time: EpochMillis | undefined) => string | null) => {
  const first = metadata.blocks.firstOpenTime[0] ?? 0
  const last = metadata.blocks.lastOpenTime.at(-1) ?? 0
  const zone = zoneOffsets(metadata.timezone, { from: first, to: last + 1 })
  const length = isIntraday(metadata.timeframe) ? undefined : "YYYY-MM-DD".length
  return (time) =>
    time === undefined
      ? null
      : length === undefined
        ? printTime(toLocalMillis(zone, time)).slice(0, -1)
        : `${printTime(toLocalMillis(zone, time)).slice(0, length)}T00:00:00`
}
