import {
  barEnd,
  type EpochMillis,
  isoTime,
  openTimeAtOrAfter,
  openTimeOf,
  type Timeframe,
  type TimeRange,
} from "@barkeep/market-data"

/** One file of Binance's archive: a series in a month or a day, UTC. */
export interface ArchiveFile {
  readonly kind: "monthly" | "daily"
  readonly vendorSymbol: string
  readonly timeframe: Timeframe
  /** The open times that it holds. */
  readonly period: TimeRange
}

const hour = 3_600_000
const day = 24 * hour

/** 2017-07-01: Binance opened in this month; nothing of the archive is older. */
export const archiveStart: EpochMillis = 1_498_867_200_000

export const monthlyFile = (vendorSymbol: string, timeframe: Timeframe, time: EpochMillis): ArchiveFile => {
  const from = openTimeOf("1mo", time)
  return { kind: "monthly", vendorSymbol, timeframe, period: { from, to: barEnd("1mo", from) } }
}

/**
 * The daily files whose days touch the range, ascending; none for weeks and months, which have no daily files.
 * @see https://github.com/binance/binance-public-data
 */
export const dailyFiles = (
  vendorSymbol: string,
  timeframe: Timeframe,
  { from, to }: TimeRange,
): ReadonlyArray<ArchiveFile> => {
  const files: Array<ArchiveFile> = []
  if (timeframe === "1w" || timeframe === "1mo") return files
  for (let start = openTimeOf("1d", from); start < to; start += day)
    files.push({ kind: "daily", vendorSymbol, timeframe, period: { from: start, to: start + day } })
  return files
}

/**
 * Whether the file should be there: a day's twelve hours after its end, since "the spot data usually uploaded in about
 * 4-6 hours", a month's when the first Monday of the next month is over.
 * @see https://github.com/binance/binance-public-data/issues/181
 */
export const isPublished = ({ kind, period }: ArchiveFile, now: EpochMillis): boolean =>
  now >= (kind === "daily" ? period.to + 12 * hour : openTimeAtOrAfter("1w", period.to) + day)

/** `BTCUSDT-1m-2024-01`: the file's name without its ending. The archive's intervals are called as our timeframes are. */
export const fileName = ({ kind, vendorSymbol, timeframe, period }: ArchiveFile): string =>
  `${vendorSymbol}-${timeframe}-${isoTime(period.from).slice(0, kind === "daily" ? 10 : 7)}`

/** The zip's path. */
export const filePath = (file: ArchiveFile): string =>
  `/data/spot/${file.kind}/klines/${encodeURIComponent(file.vendorSymbol)}/${file.timeframe}/${encodeURIComponent(fileName(file))}.zip`
