import type { Cache, CacheStatistics } from "@barkeep/cache-core"
import { isIntraday, isoTime, type Timeframe, toLocalMillis, zoneOffsets } from "@barkeep/market-data"
import { withCache } from "../with-cache.ts"
import type { Console } from "../console.ts"
import { type ExitCode, exitCodes } from "../exit-codes.ts"
import { formatBytes, formatCount, formatTable } from "../table.ts"
import type { Body } from "../run-command.ts"
import type { StatsFlags } from "./stats.ts"

/** What `barkeep stats` does. */
export const run: Body<StatsFlags> = async (flags, context) =>
  withCache(flags, context, async ({ cache }) => {
    const { console } = context
    const statistics = await cache.stats()
    if (flags.json) await console.write(`${JSON.stringify(toDocument(statistics))}\n`)
    else await showStats(console, cache, statistics)
    for (const { path, reason } of statistics.unreadable)
      console.note(`barkeep: cannot read ${path}: ${reason}`)
    return statistics.unreadable.length === 0 ? exitCodes.done : (exitCodes.findings satisfies ExitCode)
  })

/** Prints the statistics as a table with a closing line of totals. */
export const showStats = async (
  console: Console,
  cache: Pick<Cache, "folder" | "describe">,
  { entries, total, symbols }: CacheStatistics,
): Promise<void> => {
  if (entries.length === 0) return console.note(`Nothing is stored in ${cache.folder}`)
  const zones = new Map<string, string>()
  for (const { symbol, timeframe } of entries)
    zones.set(symbol, (await cache.describe(symbol, timeframe))?.timezone ?? "UTC")
  await console.write(
    formatTable(
      [
        { heading: "symbol", cell: (entry) => entry.symbol },
        { heading: "timeframe", cell: (entry) => entry.timeframe },
        {
          heading: "first",
          cell: (entry) => timeText(entry.firstOpenTime, entry.timeframe, zones.get(entry.symbol)),
        },
        {
          heading: "last",
          cell: (entry) => timeText(entry.lastOpenTime, entry.timeframe, zones.get(entry.symbol)),
        },
        { heading: "rows", cell: (entry) => formatCount(entry.rows), align: "right" },
        { heading: "files", cell: (entry) => formatCount(entry.files), align: "right" },
        { heading: "on disk", cell: (entry) => formatBytes(entry.bytesOnDisk), align: "right" },
        { heading: "saved", cell: (entry) => savedText(entry), align: "right" },
        { heading: "providers", cell: (entry) => Object.keys(entry.rowsByProvider).join(", ") },
      ],
      entries,
      console.paint,
    ),
  )
  await console.write(
    `${formatCount(symbols)} symbols, ${formatCount(total.rows)} rows in ${formatCount(total.files)} files, ${formatBytes(total.bytesOnDisk)} in ${cache.folder}\n`,
  )
}

/** As the files have it: a date, or the time on the market's clock. */
const timeText = (time: number, timeframe: Timeframe, timeZone = "UTC"): string => {
  if (!Number.isFinite(time)) return "-"
  const text = isoTime(toLocalMillis(zoneOffsets(timeZone, { from: time, to: time + 1 }), time))
  return isIntraday(timeframe) ? `${text.slice(0, 10)} ${text.slice(11, 16)}` : text.slice(0, 10)
}

const savedText = ({
  dataBytes,
  rawBytes,
}: {
  readonly dataBytes: number
  readonly rawBytes: number
}): string => (rawBytes > 0 ? `${((1 - dataBytes / rawBytes) * 100).toFixed(0)} %` : "-")

const toDocument = ({ entries, ...rest }: CacheStatistics): unknown => ({
  ...rest,
  entries: entries.map(({ firstOpenTime, lastOpenTime, ...entry }) => ({
    ...entry,
    firstOpenTime: Number.isFinite(firstOpenTime) ? isoTime(firstOpenTime) : null,
    lastOpenTime: Number.isFinite(lastOpenTime) ? isoTime(lastOpenTime) : null,
  })),
})
