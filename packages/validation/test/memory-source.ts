import {
  type Bars,
  type Coverage,
  type EntryDescription,
  emptyBars,
  firstRowAtOrAfter,
  type ProvenanceSpan,
  sliceBars,
  sliceRows,
  TaggedError,
  type Timeframe,
  zoneOfDays,
} from "@barkeep/market-data"
import { yearRange } from "../src/local-time.ts"
import type { StoredEntry, ValidationSource } from "../src/index.ts"

export class DamagedFile extends TaggedError<"DamagedFile"> {
  readonly _tag = "DamagedFile"
  readonly path: string
  constructor(path: string) {
    super(`read ${path}: the gzip stream ends early`)
    this.path = path
  }
}

export interface StoredBars {
  readonly description: EntryDescription
  readonly bars: Bars
  readonly coverage?: Coverage
  readonly spans?: ReadonlyArray<ProvenanceSpan>
  /** Years whose file cannot be read. */
  readonly damaged?: ReadonlyArray<number>
}

export interface MemorySource extends ValidationSource {
  /** What was read so far: `BTCUSDT 1h 2024`, or `BTCUSDT 1h range`. */
  readonly reads: Array<string>
}

/** Entries in memory, split into years as files are; their fingerprint is that of their content. */
export const memorySource = (stored: ReadonlyArray<StoredBars>): MemorySource => {
  const reads: Array<string> = []
  const find = (symbol: string, timeframe: Timeframe): StoredBars | undefined =>
    stored.find(
      ({ description }) => description.instrument.symbol === symbol && description.timeframe === timeframe,
    )
  const zoneOf = ({ description: { instrument } }: StoredBars): string => zoneOfDays(instrument)
  const barsOfYear = (entry: StoredBars, year: number): Bars =>
    sliceBars(entry.bars, yearRange(year, zoneOf(entry)))
  const yearsOf = (entry: StoredBars): ReadonlyArray<number> =>
    Array.from({ length: 80 }, (_, index) => 1970 + index).filter(
      (year) => barsOfYear(entry, year).openTime.length > 0 || entry.damaged?.includes(year) === true,
    )
  const pathOf = (entry: StoredBars, year: number): string =>
    `${entry.description.instrument.symbol}/${entry.description.timeframe}/${year}.csv.gz`
  return {
    reads,
    entries: async () =>
      stored.map((entry): StoredEntry => {
        const { instrument, timeframe } = entry.description
        return {
          symbol: instrument.symbol,
          timeframe,
          years: yearsOf(entry).map((year) => ({
            year,
            path: pathOf(entry, year),
            fingerprint:
              fingerprintOf(barsOfYear(entry, year)) + (entry.damaged?.includes(year) === true ? "!" : ""),
            sha256: "0".repeat(64),
          })),
        }
      }),
    readYear: async (symbol, timeframe, year) => {
      reads.push(`${symbol} ${timeframe} ${year}`)
      const entry = find(symbol, timeframe)
      if (entry?.damaged?.includes(year) === true) throw new DamagedFile(pathOf(entry, year))
      return entry === undefined
        ? { bars: emptyBars, provenance: [] }
        : { bars: barsOfYear(entry, year), provenance: entry.spans ?? [] }
    },
    read: async (symbol, timeframe, range) => {
      reads.push(`${symbol} ${timeframe} range`)
      const entry = find(symbol, timeframe)
      if (entry === undefined) return emptyBars
      return range === undefined
        ? entry.bars
        : sliceRows(
            entry.bars,
            firstRowAtOrAfter(entry.bars.openTime, range.from),
            firstRowAtOrAfter(entry.bars.openTime, range.to),
          )
    },
    describe: async (symbol, timeframe) => find(symbol, timeframe)?.description,
    coverage: async (symbol, timeframe) => find(symbol, timeframe)?.coverage ?? [],
    provenance: async (symbol, timeframe) => find(symbol, timeframe)?.spans ?? [],
  }
}

const fingerprintOf = (bars: Bars): string => {
  let hash = 17
  for (const column of [bars.openTime, bars.open, bars.high, bars.low, bars.close, bars.volume])
    for (const value of column) hash = (Math.imul(hash, 31) + Math.trunc(value * 1000)) | 0
  return `${bars.openTime.length}-${hash}`
}
