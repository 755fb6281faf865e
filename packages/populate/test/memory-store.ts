import {
  addCoverage,
  barEnd,
  type Bars,
  type BarStore,
  type Coverage,
  emptyBars,
  type EntryDescription,
  mergeBars,
  type Provenance,
  type ProvenanceSpan,
  type PutResult,
  sliceBars,
  spanIndexAt,
  tileSpans,
  type Timeframe,
} from "@barkeep/market-data"

interface Entry {
  readonly description: EntryDescription
  readonly bars: Bars
  readonly spans: ReadonlyArray<ProvenanceSpan>
  readonly coverage: Coverage
}

/** A bar store in memory with the same merging rules as one on disk; counts what each put held. */
export const memoryStore = (): BarStore & {
  readonly putRows: Array<number>
  failPuts: Error | undefined
} => {
  const entries = new Map<string, Entry>()
  const find = (symbol: string, timeframe: Timeframe): Entry | undefined =>
    entries.get(`${symbol}/${timeframe}`)
  const store = {
    putRows: [] as Array<number>,
    failPuts: undefined as Error | undefined,
    read: async (symbol: string, timeframe: Timeframe, range?: { from: number; to: number }) => {
      const bars = find(symbol, timeframe)?.bars ?? emptyBars
      return range === undefined ? bars : sliceBars(bars, range)
    },
    coverage: async (symbol: string, timeframe: Timeframe) => find(symbol, timeframe)?.coverage ?? [],
    provenance: async (symbol: string, timeframe: Timeframe) => find(symbol, timeframe)?.spans ?? [],
    describe: async (symbol: string, timeframe: Timeframe) => find(symbol, timeframe)?.description,
    listSymbols: async () => [
      ...new Set([...entries.values()].map((entry) => entry.description.instrument.symbol)),
    ],
    listTimeframes: async (symbol: string) =>
      [...entries.values()]
        .filter((entry) => entry.description.instrument.symbol === symbol)
        .map((entry) => entry.description.timeframe),
    replaceEntry: async (request: Parameters<BarStore["replaceEntry"]>[0]): Promise<PutResult> => {
      entries.delete(`${request.entry.instrument.symbol}/${request.entry.timeframe}`)
      return store.put(request)
    },
    put: async ({ entry, pages, policy }: Parameters<BarStore["put"]>[0]): Promise<PutResult> => {
      if (store.failPuts !== undefined) throw store.failPuts
      const { timeframe, instrument } = entry
      const key = `${instrument.symbol}/${timeframe}`
      const old = entries.get(key) ?? { description: entry, bars: emptyBars, spans: [], coverage: [] }
      let { bars, coverage } = old
      let provenanceOf = (time: number): Provenance => old.spans[spanIndexAt(old.spans, time)] as Provenance
      const result = { rowsAdded: 0, rowsReplaced: 0, rowsDiffering: 0, years: [] }
      for (const page of pages) {
        const before = provenanceOf
        const provisional = Uint8Array.from(bars.openTime, (time) => (before(time).settled ? 0 : 1))
        const merged = mergeBars(bars, page.bars, policy === "replace" ? "all" : provisional)
        const incoming = new Set([...merged.bars.openTime].filter((_, row) => merged.fromIncoming[row] === 1))
        provenanceOf = (time) => (incoming.has(time) ? page.provenance : before(time))
        bars = merged.bars
        result.rowsAdded += merged.added
        result.rowsReplaced += merged.replaced
        result.rowsDiffering += merged.differing
        coverage = addCoverage(coverage, {
          ...page.range,
          provider: page.provenance.provider,
          askedAt: page.provenance.fetchedAt,
          empty: page.bars.openTime.length === 0,
          settled: page.provenance.settled,
        })
      }
      const spans = tileSpans(
        bars.openTime,
        (row) => provenanceOf(bars.openTime[row] as number),
        (time) => barEnd(timeframe, time, instrument.timeZone),
      )
      entries.set(key, { description: entry, bars, spans, coverage })
      store.putRows.push(pages.reduce((sum, page) => sum + page.bars.openTime.length, 0))
      return result
    },
  }
  return store
}
