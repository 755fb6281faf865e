import {
  type Bars,
  barCount,
  type EntryDescription,
  equalBars,
  nominalMillis,
  type Provenance,
  type PutRequest,
  type Timeframe,
} from "@barkeep/market-data"

/** The rows of a campaign: whoever writes a time writes the same values, so that any set of rows can be checked. */
export const barsOf = (times: ArrayLike<number>, version: number): Bars => {
  const column = (value: (time: number) => number): Float64Array => Float64Array.from(times, value)
  const base = (time: number): number => ((time / 1000) % 9973) + version * 10_000 + 0.25
  return {
    openTime: column((time) => time),
    open: column(base),
    high: column((time) => base(time) + 3.1),
    low: column((time) => base(time) - 0.7),
    close: column((time) => base(time) + 1 / 3),
    volume: column((time) => ((time / 60_000) % 5 === 0 ? Number.NaN : (time / 1e7) % 1000)),
  }
}

/** True when every row has the values of its time. */
export const areRight = (bars: Bars, version: number): boolean =>
  equalBars(bars, barsOf(bars.openTime, version))

/** `count` open times from row `first` of an entry's grid. */
export const timesOf = (timeframe: Timeframe, first: number, count: number): ReadonlyArray<number> =>
  Array.from({ length: count }, (_, index) => gridStart + (first + index) * nominalMillis(timeframe))

export const entryOf = (symbol: string, timeframe: Timeframe): EntryDescription => ({
  instrument: { symbol, assetClass: "crypto", market: "24/7", timeZone: "UTC" },
  timeframe,
  adjustment: "none",
})

export const requestOf = (entry: EntryDescription, bars: Bars, provider = "campaign"): PutRequest => {
  const provenance: Provenance = {
    provider,
    endpoint: "/campaign",
    method: "direct",
    adjustment: "none",
    fetchedAt: gridStart,
    settled: true,
  }
  const from = bars.openTime[0] as number
  const to = (bars.openTime[barCount(bars) - 1] as number) + nominalMillis(entry.timeframe)
  return { entry, pages: [{ range: { from, to }, bars, provenance }] }
}

/** Some days before a New Year, so that many puts touch two files. */
const gridStart = Date.UTC(2023, 11, 29)
