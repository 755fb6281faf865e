import {
  barEnd,
  type EpochMillis,
  firstRowAtOrAfter,
  openTimeOf,
  type Timeframe,
  type TimeRange,
} from "@barkeep/market-data"
import type { BlockCache } from "./block-cache.ts"
import { blockOf, blockRange, finerTimeframe } from "./block-grid.ts"
import { type FixedBars, type FixedBarsBuilder, fixedBarsBuilder, unfinishedFixedBar } from "./fixed-bars.ts"
import type { Listing } from "./listing.ts"
import { type BarSlice, type MarketQuery, type SymbolMarket } from "./symbol-market.ts"
import { syntheticMinutes } from "./synthetic-minutes.ts"

const minuteMillis = 60_000

/**
 * An invented pair at every timeframe. Every bar is exactly the aggregate of the minutes in it, the open one
 * included.
 */
export const syntheticMarket = (
  seed: number,
  listing: Listing,
  halts: ReadonlyArray<TimeRange>,
  cache: BlockCache,
): SymbolMarket => {
  const minutes = syntheticMinutes(seed, listing, halts)

  const block = (timeframe: Timeframe, index: number): FixedBars => {
    const key = `${listing.symbol} ${timeframe} ${index}`
    const kept = cache.find(key)
    if (kept !== undefined) return kept
    const made = timeframe === "1m" ? minutes.ofDay(index) : coarserBlock(timeframe, index)
    cache.keep(key, made)
    return made
  }

  const coarserBlock = (timeframe: Exclude<Timeframe, "1m">, index: number): FixedBars => {
    const range = blockRange(timeframe, index)
    const builder = fixedBarsBuilder(minutes.scale, 1024)
    addRows(builder.add, timeframe, range)
    return builder.build()
  }

  /** Feeds the finer rows that open in `range` into the bars of `timeframe` they belong to. */
  const addRows = (
    add: FixedBarsBuilder["add"],
    timeframe: Exclude<Timeframe, "1m">,
    range: TimeRange,
  ): void => {
    const finer = finerTimeframe[timeframe]
    const to = Math.min(range.to, listing.delistedAt ?? range.to)
    for (
      let index = blockOf(finer, Math.max(range.from, openTimeOf("1d", listing.listedAt)));
      blockRange(finer, index).from < to;
      index += 1
    ) {
      // A day of minutes serves one coarse block only; keeping it would push out what is served.
      const rows = finer === "1m" ? minutes.passingDay(index) : block(finer, index)
      const end = firstRowAtOrAfter(rows.openTime, range.to)
      let row = firstRowAtOrAfter(rows.openTime, range.from)
      while (row < end) {
        const bin = openTimeOf(timeframe, rows.openTime[row] as number)
        const binEnd = barEnd(timeframe, bin)
        const first = row
        while (row < end && (rows.openTime[row] as number) < binEnd) row += 1
        add(rows, first, row, bin)
      }
    }
  }

  /** The bar of `timeframe` that is open at `now`; `undefined` when nothing of it exists. */
  const openBar = (timeframe: Timeframe, now: EpochMillis): FixedBars | undefined => {
    const from = openTimeOf(timeframe, now)
    if (timeframe === "1m") {
      const day = block("1m", blockOf("1m", from))
      const row = firstRowAtOrAfter(day.openTime, from)
      return day.openTime[row] === from
        ? unfinishedFixedBar(day, row, (now - from) / minuteMillis)
        : undefined
    }
    const finer = finerTimeframe[timeframe]
    const builder = fixedBarsBuilder(minutes.scale, 1)
    addRows(builder.add, timeframe, { from, to: openTimeOf(finer, now) })
    const last = openBar(finer, now)
    if (last !== undefined) builder.add(last, 0, 1, from)
    const bar = builder.build()
    return bar.openTime.length === 0 ? undefined : bar
  }

  const slices = (query: MarketQuery): ReadonlyArray<BarSlice> => {
    const { timeframe, limit, now, take } = query
    const openFrom = openTimeOf(timeframe, now)
    const from = Math.max(query.from, openTimeOf(timeframe, listing.listedAt))
    const to = Math.min(query.to, listing.delistedAt ?? query.to, openFrom)
    const running =
      openFrom >= from && openFrom < query.to && openFrom < (listing.delistedAt ?? Number.POSITIVE_INFINITY)
        ? openBar(timeframe, now)
        : undefined
    const last: ReadonlyArray<BarSlice> = running === undefined ? [] : [{ bars: running, start: 0, end: 1 }]
    const wanted = take === "newest" ? limit - last.length : limit
    const closed = closedSlices(timeframe, from, to, wanted, take)
    return take === "newest" || closed.rows < limit ? [...closed.slices, ...last] : closed.slices
  }

  const closedSlices = (
    timeframe: Timeframe,
    from: EpochMillis,
    to: EpochMillis,
    wanted: number,
    take: MarketQuery["take"],
  ): { readonly slices: ReadonlyArray<BarSlice>; readonly rows: number } => {
    const found: Array<BarSlice> = []
    let rows = 0
    if (from >= to) return { slices: found, rows }
    const first = blockOf(timeframe, from)
    const last = blockOf(timeframe, to - 1)
    for (let step = 0; step <= last - first && rows < wanted; step += 1) {
      const bars = block(timeframe, take === "oldest" ? first + step : last - step)
      let start = firstRowAtOrAfter(bars.openTime, from)
      let end = firstRowAtOrAfter(bars.openTime, to)
      if (take === "oldest") end = Math.min(end, start + wanted - rows)
      else start = Math.max(start, end - (wanted - rows))
      if (start >= end) continue
      found.push({ bars, start, end })
      rows += end - start
    }
    return { slices: take === "oldest" ? found : found.toReversed(), rows }
  }

  return {
    symbol: listing.symbol,
    baseAsset: listing.baseAsset,
    quoteAsset: listing.quoteAsset,
    priceDecimals: listing.priceDecimals,
    volumeDecimals: listing.volumeDecimals,
    isTrading: (now) => now < (listing.delistedAt ?? Number.POSITIVE_INFINITY),
    offers: () => true,
    slices,
  }
}
