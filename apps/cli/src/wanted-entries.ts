import type { Cache } from "@barkeep/cache-core"
import {
  type EntryDescription,
  InvalidInput,
  type Instrument,
  type Timeframe,
  type TimeRange,
} from "@barkeep/market-data"
import {
  classifyTicker,
  type ExchangeSymbol,
  needsExchangeList,
  type TickerOverrides,
} from "@barkeep/ticker-classifier"
import type { Configuration } from "./configuration.ts"
import { type DateSpan, parseDateSpan, toTimeRange } from "./dates.ts"
import { parseTimeframes, splitList } from "./lists.ts"

/** What a populate run is asked to have. */
export interface WantedEntry {
  readonly instrument: Instrument
  readonly timeframe: Timeframe
  readonly range: TimeRange
  /** What is stored of it already. */
  readonly stored: EntryDescription | undefined
}

/** The flags that say what is wanted. */
export interface WantedFlags {
  readonly symbols: string | undefined
  readonly intervals: string | undefined
  readonly startDate: string | undefined
  readonly endDate: string | undefined
  /** The only provider to ask: symbols are its symbols then. */
  readonly provider: string | undefined
}

/** What texts are read with. */
export interface ReadingAids {
  readonly now: number
  readonly overrides: TickerOverrides
  /** The exchange's own list, for texts that nothing else settles; called for those only, and once. */
  readonly exchangeSymbols: (
    names: ReadonlyArray<string>,
  ) => Promise<ReadonlyMap<string, ExchangeSymbol> | undefined>
}

/** What an empty cache gets when nobody says what it should hold. */
const defaultSymbols = ["BTCUSDT", "ETHUSDT", "SPY", "AAPL"]
const defaultTimeframes: ReadonlyArray<Timeframe> = ["1d"]
const defaultStartDate = "2020-01-01"

/**
 * What the flags ask for. Without symbols: every entry of the cache, from its first bar until now; in an empty cache
 * the configuration's `symbols` and `intervals`, or else a small default set.
 * @throws {InvalidInput} for a bad symbol, timeframe or date
 */
export const wantedEntries = async (
  flags: WantedFlags,
  cache: Cache,
  configuration: Configuration,
  { now, overrides, exchangeSymbols }: ReadingAids,
): Promise<ReadonlyArray<WantedEntry>> => {
  const span = parseDateSpan(flags.startDate ?? defaultStartDate, flags.endDate)
  const timeframes = listOf("--intervals", flags.intervals, parseTimeframes)
  const symbols = listOf("--symbols", flags.symbols, splitList)
  if (symbols === undefined) {
    const stored = await storedEntries(flags, cache, timeframes, span, now)
    if (stored.length > 0) return stored
  }
  const names = symbols ?? listOf("symbols", configuration.symbols, splitList) ?? defaultSymbols
  const chosen =
    timeframes ?? listOf("intervals", configuration.intervals, parseTimeframes) ?? defaultTimeframes
  const isOfExchange = flags.provider === "binance"
  const open = names.filter((name) => needsExchangeList(name, { overrides, isOfExchange }))
  const listed = open.length === 0 ? undefined : await exchangeSymbols(open)
  const entries = names.flatMap((name) => {
    // What is settled without the list stays so, whatever other texts of the run need.
    const list = listed !== undefined && open.includes(name) ? { exchangeSymbols: listed } : {}
    const { instrument } = classifyTicker(name, { overrides, ...list })
    return chosen.map((timeframe) => ({
      instrument,
      timeframe,
      range: toTimeRange(span, instrument.timeZone, now),
    }))
  })
  return Promise.all(
    entries.map(async (entry) => ({
      ...entry,
      stored: await cache.describe(entry.instrument.symbol, entry.timeframe),
    })),
  )
}

const listOf = <A>(
  field: string,
  text: string | undefined,
  parse: (text: string) => ReadonlyArray<A>,
): ReadonlyArray<A> | undefined => {
  if (text === undefined) return undefined
  const list = [...new Set(parse(text))]
  if (list.length === 0)
    throw new InvalidInput({ field, value: text, expected: "a list with at least one item" })
  return list
}

const storedEntries = async (
  flags: WantedFlags,
  cache: Cache,
  timeframes: ReadonlyArray<Timeframe> | undefined,
  span: DateSpan,
  now: number,
): Promise<ReadonlyArray<WantedEntry>> => {
  const wanted: Array<WantedEntry> = []
  for (const { symbol, timeframe } of await cache.entries()) {
    if (timeframes !== undefined && !timeframes.includes(timeframe)) continue
    const stored = await cache.describe(symbol, timeframe)
    if (stored === undefined) continue
    const range = toTimeRange(span, stored.instrument.timeZone, now)
    const [first] = await cache.provenance(symbol, timeframe)
    const from = flags.startDate === undefined && first !== undefined ? first.from : range.from
    wanted.push({
      instrument: stored.instrument,
      timeframe,
      range: { from, to: Math.max(from, range.to) },
      stored,
    })
  }
  return wanted
}
