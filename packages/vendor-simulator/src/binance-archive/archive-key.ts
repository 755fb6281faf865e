import {
  barEnd,
  type EpochMillis,
  InvalidInput,
  isoTime,
  openTimeAtOrAfter,
  parseIsoTime,
  type Timeframe,
  timeframes,
  type TimeRange,
} from "@barkeep/market-data"

export type PeriodKind = "daily" | "monthly"

/** One period of one series, as the archive has it in a file. */
export interface ArchiveKey {
  readonly kind: PeriodKind
  readonly symbol: string
  readonly timeframe: Timeframe
  /** `2024-01-31` or `2024-01`. */
  readonly period: string
  /** The open times that the file holds. */
  readonly range: TimeRange
}

/** What a path of the archive names: the file or the text with its checksum. */
export interface ArchivePath {
  readonly key: ArchiveKey
  readonly part: "zip" | "CHECKSUM"
}

const pathForm = /^\/data\/spot\/(daily|monthly)\/klines\/([^/]+)\/([^/]+)\/([^/]+)\.zip(\.CHECKSUM)?$/

/** `undefined` for a path that names no file of klines the simulator could have. */
export const parseArchivePath = (path: string): ArchivePath | undefined => {
  const [, kind, symbol, interval, name, checksum] = pathForm.exec(decodePath(path)) ?? []
  if (kind !== "daily" && kind !== "monthly") return undefined
  const timeframe = timeframes.find((candidate) => candidate === interval)
  const start = `${symbol}-${interval}-`
  if (symbol === undefined || timeframe === undefined || name?.startsWith(start) !== true) return undefined
  const period = name.slice(start.length)
  const range = parsePeriod(kind, period)
  if (range === undefined || !hasFiles(kind, timeframe)) return undefined
  return {
    key: { kind, symbol, timeframe, period, range },
    part: checksum === undefined ? "zip" : "CHECKSUM",
  }
}

/** Daily files end with the timeframe of a day. */
export const hasFiles = (kind: PeriodKind, timeframe: Timeframe): boolean =>
  kind === "monthly" || (timeframe !== "1w" && timeframe !== "1mo")

/** The folder of a series, without a slash in front. */
export const folderOf = ({ kind, symbol, timeframe }: Omit<ArchiveKey, "period" | "range">): string =>
  `data/spot/${kind}/klines/${symbol}/${timeframe}/`

/** The file's name without its ending. */
export const nameOf = ({ symbol, timeframe, period }: ArchiveKey): string =>
  `${symbol}-${timeframe}-${period}`

/** The key whose period holds `time`. */
export const keyAt = (
  series: Pick<ArchiveKey, "kind" | "symbol" | "timeframe">,
  time: EpochMillis,
): ArchiveKey => {
  const text = isoTime(time)
  const period = series.kind === "monthly" ? text.slice(0, 7) : text.slice(0, 10)
  return { ...series, period, range: parsePeriod(series.kind, period) as TimeRange }
}

const day = 86_400_000

/** A day's file is there when the day is over, a month's when the first Monday of the next month is over. */
export const publishedAt = ({ kind, range }: ArchiveKey): EpochMillis =>
  kind === "daily" ? range.to : openTimeAtOrAfter("1w", range.to) + day

const parsePeriod = (kind: PeriodKind, text: string): TimeRange | undefined => {
  const isMonth = kind === "monthly"
  if (!(isMonth ? /^\d{4}-\d\d$/ : /^\d{4}-\d\d-\d\d$/).test(text)) return undefined
  try {
    const from = parseIsoTime(`${isMonth ? `${text}-01` : text}T00:00:00Z`)
    return { from, to: barEnd(isMonth ? "1mo" : "1d", from) }
  } catch (error) {
    if (error instanceof InvalidInput) return undefined
    throw error
  }
}

const decodePath = (path: string): string => {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
