import {
  barEnd,
  type EpochMillis,
  firstRowAtOrAfter,
  InvalidInput,
  isIntraday,
  nominalMillis,
  openTimeOf,
  type Timeframe,
  timeframes,
  type TimeRange,
} from "@barkeep/market-data"
import { isHalted } from "./halts.ts"
import { splitSymbol } from "./listing.ts"
import type { LoadedRecording } from "./read-recording.ts"
import { type BarSlice, type MarketQuery, type SymbolMarket } from "./symbol-market.ts"
import { resampleTextBars, type TextBars, textBars, textRows, unfinishedTextBar } from "./text-bars.ts"

/**
 * A pair that replays recordings. A recorded timeframe is served as recorded, but for bars that lie wholly in a
 * halt; a coarser one is made from the coarsest recorded timeframe that divides it; a finer one is not offered.
 * The bar that is open at `now` shows what the recorded bar would have shown by then.
 * @throws {InvalidInput} when two recordings are of one timeframe
 */
export const recordedMarket = (
  symbol: string,
  recordings: ReadonlyArray<LoadedRecording>,
  halts: ReadonlyArray<TimeRange>,
): SymbolMarket => {
  const recorded = new Map<Timeframe, TextBars>()
  for (const { timeframe, bars, name } of recordings) {
    if (recorded.has(timeframe))
      throw new InvalidInput({
        field: `data: ${symbol} ${timeframe}`,
        value: name,
        expected: "the only recording of that timeframe",
      })
    recorded.set(timeframe, withoutHalts(timeframe, bars, halts))
  }
  const made = new Map<Timeframe, TextBars>()

  const sourceOf = (timeframe: Timeframe): Timeframe | undefined =>
    recorded.has(timeframe)
      ? timeframe
      : timeframes.findLast((finer) => recorded.has(finer) && divides(finer, timeframe))

  const allBars = (timeframe: Timeframe): TextBars => {
    const direct = recorded.get(timeframe) ?? made.get(timeframe)
    if (direct !== undefined) return direct
    const source = recorded.get(sourceOf(timeframe) as Timeframe) as TextBars
    const bars = resampleTextBars(source, (time) => openTimeOf(timeframe, time))
    made.set(timeframe, bars)
    return bars
  }

  const openBar = (timeframe: Timeframe, now: EpochMillis): TextBars | undefined => {
    const from = openTimeOf(timeframe, now)
    const own = recorded.get(timeframe)
    if (own !== undefined) {
      const row = firstRowAtOrAfter(own.openTime, from)
      if (own.openTime[row] !== from) return undefined
      return unfinishedTextBar(own, row, (now - from) / (barEnd(timeframe, from) - from))
    }
    const source = sourceOf(timeframe) as Timeframe
    const bars = recorded.get(source) as TextBars
    const end = firstRowAtOrAfter(bars.openTime, openTimeOf(source, now))
    const parts = textRows(bars, firstRowAtOrAfter(bars.openTime, from), end)
    const last = openBar(source, now)
    if (last !== undefined) parts.push(...textRows(last, 0, 1))
    return parts.length === 0 ? undefined : resampleTextBars(textBars(parts), () => from)
  }

  const slices = ({ timeframe, from, to, limit, take, now }: MarketQuery): ReadonlyArray<BarSlice> => {
    const bars = allBars(timeframe)
    const openFrom = openTimeOf(timeframe, now)
    const running = openFrom >= from && openFrom < to ? openBar(timeframe, now) : undefined
    const last: ReadonlyArray<BarSlice> = running === undefined ? [] : [{ bars: running, start: 0, end: 1 }]
    const first = firstRowAtOrAfter(bars.openTime, from)
    const closedEnd = Math.max(first, firstRowAtOrAfter(bars.openTime, Math.min(to, openFrom)))
    const start = take === "newest" ? Math.max(first, closedEnd - (limit - last.length)) : first
    const end = take === "newest" ? closedEnd : Math.min(closedEnd, first + limit)
    const closed = start < end ? [{ bars, start, end }] : []
    return take === "newest" || end - start < limit ? [...closed, ...last] : closed
  }

  const prices = recordings.flatMap(({ bars }) => [bars.open[0], bars.close.at(-1)])
  return {
    symbol,
    ...splitSymbol(symbol),
    priceDecimals: Math.max(0, ...prices.map(decimals)),
    volumeDecimals: Math.max(0, ...recordings.map(({ bars }) => decimals(bars.volume[0]))),
    isTrading: () => true,
    offers: (timeframe) => sourceOf(timeframe) !== undefined,
    slices,
  }
}

/** True when bars of `finer` fill those of `coarser` without crossing their edges. */
const divides = (finer: Timeframe, coarser: Timeframe): boolean =>
  isIntraday(coarser)
    ? isIntraday(finer) && nominalMillis(coarser) % nominalMillis(finer) === 0
    : coarser !== finer && (isIntraday(finer) || finer === "1d")

const withoutHalts = (timeframe: Timeframe, bars: TextBars, halts: ReadonlyArray<TimeRange>): TextBars =>
  halts.length === 0
    ? bars
    : textBars(
        textRows(bars, 0, bars.openTime.length).filter(
          ({ openTime }) => !isHalted(halts, openTime, barEnd(timeframe, openTime)),
        ),
      )

const decimals = (text: string | undefined): number => Math.min(8, text?.split(".")[1]?.length ?? 0)
