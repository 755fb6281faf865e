import { barEnd, type EpochMillis, isoTime, timeframes } from "@barkeep/market-data"
import type { Market } from "../market/market.ts"
import type { ArchiveFiles } from "./archive-files.ts"
import {
  type ArchiveKey,
  folderOf,
  hasFiles,
  keyAt,
  nameOf,
  type PeriodKind,
  publishedAt,
} from "./archive-key.ts"

const maxKeys = 1000
const kinds: ReadonlyArray<PeriodKind> = ["daily", "monthly"]

interface Asked {
  readonly prefix: string
  /** Only what comes after it. */
  readonly marker: string
}

/** A file or, with a slash at its end, a folder. */
interface Entry {
  readonly key: string
  readonly modifiedAt?: EpochMillis
}

/**
 * One page of the bucket's listing, at most 1000 keys or folders, as S3 writes it; sizes and ETags are left out.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html
 */
export const listingPage = (asked: Asked, market: Market, files: ArchiveFiles, now: EpochMillis): string => {
  const { prefix, marker } = asked
  const entries: Array<Entry> = []
  for (const entry of entriesOf(asked, market, files, now)) {
    if (!entry.key.startsWith(prefix) || entry.key <= marker) continue
    entries.push(entry)
    // One more than fits says that the listing goes on.
    if (entries.length > maxKeys) break
  }
  return toXml(asked, entries)
}

/** What lies directly in the prefix's folder, by name; may leave out files that were not asked for. */
function* entriesOf(
  { prefix, marker }: Asked,
  market: Market,
  files: ArchiveFiles,
  now: EpochMillis,
): Generator<Entry> {
  const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1)
  const parts = folder.split("/").slice(0, -1)
  const fixed: ReadonlyArray<ReadonlyArray<string>> = [["data"], ["spot"], kinds, ["klines"]]
  if (parts.some((part, level) => fixed[level]?.includes(part) === false)) return
  const names = fixed[parts.length]
  if (names !== undefined) for (const name of names) yield { key: `${folder}${name}/` }
  const [, , kind, , symbol, interval] = parts as [string, string, PeriodKind, string, string?, string?]
  if (parts.length === 4) for (const name of [...market.keys()].toSorted()) yield { key: `${folder}${name}/` }
  const series = symbol === undefined ? undefined : market.get(symbol)
  if (series === undefined) return
  const offered = timeframes.filter((timeframe) => hasFiles(kind, timeframe) && series.offers(timeframe))
  if (parts.length === 5) for (const name of offered.toSorted()) yield { key: `${folder}${name}/` }
  const timeframe = offered.find((name) => name === interval)
  if (parts.length !== 6 || timeframe === undefined) return
  const first = series.slices({ timeframe, from: 0, to: now, limit: 1, take: "oldest", now })[0]
  const firstTime = first?.bars.openTime[first.start]
  if (firstTime === undefined) return
  let key: ArchiveKey = keyAt({ kind, symbol: series.symbol, timeframe }, firstTime)
  for (; publishedAt(key) <= now; key = keyAt(key, barEnd(kind === "daily" ? "1d" : "1mo", key.range.from))) {
    const zip = `${folderOf(key)}${nameOf(key)}.zip`
    const modifiedAt = publishedAt(key)
    if (`${zip}.CHECKSUM` <= marker || !`${zip}.CHECKSUM`.startsWith(prefix) || !files.has(key, now)) continue
    yield { key: zip, modifiedAt }
    yield { key: `${zip}.CHECKSUM`, modifiedAt }
  }
}

const toXml = ({ prefix, marker }: Asked, entries: ReadonlyArray<Entry>): string => {
  const page = entries.slice(0, maxKeys)
  const isTruncated = entries.length > maxKeys
  const element = (name: string, value: string): string => `<${name}>${escapeXml(value)}</${name}>`
  const lines = page.map(({ key, modifiedAt }) =>
    modifiedAt === undefined
      ? `<CommonPrefixes>${element("Prefix", key)}</CommonPrefixes>`
      : `<Contents>${element("Key", key)}${element("LastModified", isoTime(modifiedAt).replace("Z", ".000Z"))}<StorageClass>STANDARD</StorageClass></Contents>`,
  )
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
    element("Name", "data.binance.vision"),
    element("Prefix", prefix),
    element("Marker", marker),
    isTruncated ? element("NextMarker", page.at(-1)?.key ?? "") : "",
    element("MaxKeys", String(maxKeys)),
    element("Delimiter", "/"),
    element("IsTruncated", String(isTruncated)),
    ...lines,
    "</ListBucketResult>",
  ].join("")
}

export const escapeXml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
