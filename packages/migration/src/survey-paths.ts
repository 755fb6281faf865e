import { findTimeframe, isTimeframeFolder } from "./timeframe-folders.ts"
import type { Layout, OtherFile, OtherKind, SourceFile, Survey } from "./source-file.ts"

/**
 * Tells for each file of an old cache what it is, by its path alone. No path is left out.
 * @param paths below the old cache, with `/` between the parts
 */
export const surveyPaths = (paths: Iterable<string>): Survey => {
  const all = new Set(paths)
  const sources: Array<SourceFile> = []
  const others: Array<OtherFile> = []
  for (const path of [...all].toSorted(byText)) {
    const item = describePath(path, all)
    if ("layout" in item) sources.push(item)
    else others.push(item)
  }
  const used = new Set(sources.map((source) => source.metadataPath))
  return {
    sources,
    others: others.map((other) =>
      other.kind === "metadata" && !used.has(other.path)
        ? { ...other, why: "metadata of data that is not there" }
        : other,
    ),
  }
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const describePath = (path: string, all: ReadonlySet<string>): SourceFile | OtherFile => {
  const other = (kind: OtherKind, why: string): OtherFile => ({ path, kind, why })
  const parts = path.split("/")
  const base = parts[0] === "ohlcv" && parts.length > 1 ? "ohlcv/" : ""
  const below = base === "" ? parts : parts.slice(1)
  const name = below.at(-1) as string
  if (below[0] === "_metadata" && name.endsWith(".json"))
    return other("bookkeeping", "a list or counter that follows from the data")
  if (path === "validate-metadata.json")
    return other("bookkeeping", "a validation report; validate the new cache instead")
  if (below[0] === "_barkeep")
    return other("bookkeeping", "Barkeep's own folder; it stays with the cache it is of")
  const place = findPlace(below)
  if (place === undefined) return other("not-understood", "not in a place where one of the layouts has files")
  const { timeframeFolder } = place
  const file = describeName(place, name)
  if (file === "metadata") return other("metadata", "metadata of a source")
  if (file === "leftover") return other("leftover", "left by a write that was interrupted; may be incomplete")
  if (file === undefined) return other("not-understood", "the layouts have no file of this name here")
  if (findTimeframe(timeframeFolder) === undefined)
    return other("not-understood", `${timeframeFolder} is no timeframe that Barkeep stores`)
  const year = place.year ?? Number(name.slice(0, 4))
  const folder = parts.slice(0, -1).join("/")
  // A backup beside its file is an earlier state of it; alone it is all there is.
  const isAlone = file.rank === 2 && !all.has(`${folder}/${name.slice(0, name.lastIndexOf("."))}`)
  return {
    path,
    layout: place.layout,
    format: file.format,
    providerFolder: place.provider,
    symbolFolder: place.symbol,
    timeframeFolder,
    year,
    metadataPath: `${folder}/${place.isFlat ? `${year}.metadata.json` : "metadata.json"}`,
    rank: isAlone ? 0 : file.rank,
  }
}

interface Place {
  readonly layout: Layout
  readonly provider: string | undefined
  readonly symbol: string
  readonly timeframeFolder: string
  /** Of the folder; absent where the file's name has it. */
  readonly year: number | undefined
  /** Each year has its own metadata file, named after it. */
  readonly isFlat: boolean
}

const findPlace = (below: ReadonlyArray<string>): Place | undefined => {
  const [a, b, c, d] = below as [string, string, string, string]
  if (below.some((part) => part === "")) return undefined
  const place = (
    layout: Layout,
    provider: string | undefined,
    symbol: string,
    timeframeFolder: string,
    year?: string,
  ): Place => ({
    layout,
    provider,
    symbol,
    timeframeFolder,
    year: year === undefined ? undefined : Number(year),
    isFlat: layout === "unified" || layout === "nested",
  })
  if (below.length === 3 && isTimeframeFolder(b)) return place("unified", undefined, a, b)
  if (below.length === 4 && isTimeframeFolder(c)) return place("year-file", a, b, c)
  if (below.length === 4 && isTimeframeFolder(b) && isYear(c)) return place("nested", undefined, a, b, c)
  if (below.length === 5 && isTimeframeFolder(c) && isYear(d)) return place("year-folder", a, b, c, d)
  return undefined
}

const isYear = (text: string): boolean => /^(1[89]|2[0-9])\d\d$/.test(text)

type NameKind =
  | "metadata"
  | "leftover"
  | { readonly format: "csv" | "parquet"; readonly rank: 0 | 1 | 2 }
  | undefined

const describeName = ({ layout, year, isFlat }: Place, name: string): NameKind => {
  if (name === "metadata.json" && !isFlat) return "metadata"
  if (isFlat && /^\d{4}\.metadata\.json$/.test(name)) return "metadata"
  if (/(\.tmp|\.temp|\.part|~)$/i.test(name) || /\.tmp\./i.test(name)) return "leftover"
  const backup = /^(.+\.csv(?:\.gz)?)\.(backup|bak)$/i.exec(name)?.[1]
  const data = /^(.+?)\.(csv|csv\.gz|parquet)$/i.exec(backup ?? name)
  if (data === null) return undefined
  const [, stem, extension] = data as unknown as [string, string, string]
  const format = extension.toLowerCase() === "parquet" ? "parquet" : "csv"
  if (backup !== undefined) return { format, rank: 2 }
  if (layout === "year-folder") return { format, rank: stem === "data" && format === "csv" ? 0 : 1 }
  if (layout === "nested") return { format, rank: stem === String(year) ? 0 : 1 }
  // In the other layouts the file's name is the year.
  return isYear(stem) ? { format, rank: 0 } : undefined
}
