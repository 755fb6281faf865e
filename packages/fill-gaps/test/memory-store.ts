import {
  allocateBars,
  type Bars,
  barEnd,
  type Coverage,
  type EntryDescription,
  mergeBars,
  type Provenance,
  type ProvenanceSpan,
  sliceBars,
  spanIndexAt,
  subtractRanges,
  takeRows,
  tileSpans,
  type Timeframe,
  type TimeRange,
} from "@barkeep/market-data"
import type { AnswerJournal, DonorAnswer, FillRequest, FillStore } from "../src/fill-store.ts"

interface Entry {
  readonly description: EntryDescription
  bars: Bars
  spans: ReadonlyArray<ProvenanceSpan>
  coverage: Coverage
}

/** A store in memory that fills as the one on disk does: only where there is nothing. */
export interface MemoryStore extends FillStore {
  readonly add: (
    description: EntryDescription,
    bars: Bars,
    provenance?: Partial<Provenance>,
    coverage?: Coverage,
  ) => void
  readonly fills: Array<FillRequest>
  readonly bars: (symbol: string, timeframe: Timeframe) => Bars
  /** Called before a fill takes effect; may throw. */
  beforeFill: () => void
}

const none = allocateBars(0)

export const memoryStore = (): MemoryStore => {
  const entries = new Map<string, Entry>()
  const find = (symbol: string, timeframe: Timeframe): Entry | undefined =>
    entries.get(`${timeframe} ${symbol}`)
  const tile = (
    description: EntryDescription,
    bars: Bars,
    provenanceOf: (time: number) => Provenance,
  ): ReadonlyArray<ProvenanceSpan> =>
    tileSpans(
      bars.openTime,
      (row) => provenanceOf(bars.openTime[row] as number),
      (time) => barEnd(description.timeframe, time, description.instrument.timeZone),
    )
  const store: MemoryStore = {
    fills: [],
    beforeFill: () => {},
    add: (description, bars, provenance = {}, coverage) => {
      const full: Provenance = {
        provider: "primary",
        endpoint: "bars",
        method: "direct",
        adjustment: description.adjustment,
        fetchedAt: 0,
        settled: true,
        ...provenance,
      }
      const first = bars.openTime[0] ?? 0
      const last = bars.openTime.at(-1) ?? 0
      entries.set(`${description.timeframe} ${description.instrument.symbol}`, {
        description,
        bars,
        spans: tile(description, bars, () => full),
        coverage: coverage ?? [
          { from: first, to: last + 1, provider: full.provider, askedAt: 0, empty: false, settled: true },
        ],
      })
    },
    bars: (symbol, timeframe) => find(symbol, timeframe)?.bars ?? none,
    read: async (symbol, timeframe, range) => {
      const bars = store.bars(symbol, timeframe)
      return range === undefined ? bars : sliceBars(bars, range)
    },
    provenance: async (symbol, timeframe, range?: TimeRange) =>
      (find(symbol, timeframe)?.spans ?? []).flatMap((span) =>
        range === undefined
          ? [span]
          : subtractRanges(
              [span],
              [
                { from: Number.NEGATIVE_INFINITY, to: range.from },
                { from: range.to, to: Number.POSITIVE_INFINITY },
              ],
            ).map((part) => ({ ...span, ...part })),
      ),
    coverage: async (symbol, timeframe) => find(symbol, timeframe)?.coverage ?? [],
    describe: async (symbol, timeframe) => find(symbol, timeframe)?.description,
    listTimeframes: async (symbol) =>
      [...entries.values()].flatMap(({ description }) =>
        description.instrument.symbol === symbol ? [description.timeframe] : [],
      ),
    fill: async (request) => {
      store.beforeFill()
      store.fills.push(request)
      const entry = find(request.symbol, request.timeframe)
      if (entry === undefined) throw new Error("a fill of an entry that is not there")
      let rowsAdded = 0
      for (const { bars, provenance } of request.rows) {
        const present = new Set(entry.bars.openTime)
        const rows = Array.from(bars.openTime.keys()).filter(
          (row) => !present.has(bars.openTime[row] as number),
        )
        const added = takeRows(bars, rows)
        const before = entry.spans
        const full: Provenance = {
          ...provenance,
          adjustment: entry.description.adjustment,
          fillId: request.fillId,
        }
        entry.bars = mergeBars(entry.bars, added).bars
        entry.spans = tile(entry.description, entry.bars, (time) =>
          present.has(time) ? (before[spanIndexAt(before, time)] as ProvenanceSpan) : full,
        )
        rowsAdded += rows.length
      }
      return { rowsAdded }
    },
  }
  return store
}

/** A journal in memory. */
export const memoryJournal = (): AnswerJournal & { readonly all: Array<DonorAnswer> } => {
  const all: Array<DonorAnswer> = []
  return {
    all,
    answers: async (symbol, timeframe) =>
      all.filter((answer) => answer.symbol === symbol && answer.timeframe === timeframe),
    remember: async (answer) => void all.push(answer),
    forget: async (before) => {
      const kept = all.filter(({ askedAt }) => askedAt >= before)
      all.splice(0, all.length, ...kept)
    },
  }
}
