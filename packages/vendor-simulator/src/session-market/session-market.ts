import { type EpochMillis, InvalidInput } from "@barkeep/market-data"
import { type Halt, haltsOf } from "../market/halts.ts"
import type { Market } from "../market/market.ts"
import type { LoadedRecording } from "../market/read-recording.ts"
import { type CorporateActions, corporateActions, type SessionEvent } from "./corporate-actions.ts"
import { followedSeries } from "./followed-series.ts"
import { recordedSeries } from "./recorded-series.ts"
import { checkSessionListing, listingBySpelling, type SessionListing } from "./session-listing.ts"
import type { SessionSeries } from "./session-series.ts"
import { syntheticSeries } from "./synthetic-series.ts"
import { type TradingDays, tradingDays } from "./trading-days.ts"

/** One symbol that trades in sessions. */
export interface SessionSymbol {
  readonly listing: SessionListing
  readonly days: TradingDays
  readonly actions: CorporateActions
  readonly series: SessionSeries
}

/** All of them, by symbol. */
export type SessionMarket = ReadonlyMap<string, SessionSymbol>

/** Prices of coins are this much above those of their pairs on Binance. */
const coinRatio = 1.0003

/**
 * The market of invented and recorded symbols; a symbol with a recording has nothing invented.
 * @param pairs the simulated Binance, whose prices coins follow; a coin whose pair it lacks is not listed
 * @throws {InvalidInput} when a listing, event, halt or recording is not usable
 */
export const createSessionMarket = (options: {
  readonly seed: number
  readonly listings: ReadonlyArray<SessionListing>
  /** With the market given for those that are not listed. */
  readonly recordings: ReadonlyArray<LoadedRecording & { readonly market?: string }>
  readonly events: ReadonlyArray<SessionEvent>
  readonly halts: ReadonlyArray<Halt>
  readonly pairs: Market
}): SessionMarket => {
  const recordingsBySymbol = Map.groupBy(options.recordings, ({ symbol }) => symbol)
  const added = [...recordingsBySymbol].flatMap(([symbol, [first]]) =>
    options.listings.some((listing) => listing.symbol === symbol)
      ? []
      : (listingBySpelling(symbol, first?.market) ?? []),
  )
  const symbols = new Map<string, SessionSymbol>()
  for (const listing of [...options.listings, ...added]) {
    checkSessionListing(listing)
    const days = tradingDays(listing.kind, listing.market)
    const events = options.events.filter(({ symbol }) => symbol === listing.symbol)
    const actions = corporateActions(listing, days, events)
    const series = seriesOf(listing, days, actions)
    if (series !== undefined) symbols.set(listing.symbol, { listing, days, actions, series })
  }
  for (const { symbol } of options.events) if (!symbols.has(symbol)) throw unknown("events", symbol)
  for (const { symbol } of options.halts) if (!symbols.has(symbol)) throw unknown("halts", symbol)
  return symbols

  function seriesOf(
    listing: SessionListing,
    days: TradingDays,
    actions: CorporateActions,
  ): SessionSeries | undefined {
    const recordings = recordingsBySymbol.get(listing.symbol)
    if (recordings !== undefined) return recordedSeries(listing.symbol, recordings, days)
    const halts = haltsOf(options.halts, listing.symbol)
    if (listing.follows === undefined)
      return syntheticSeries({ seed: options.seed, listing, days, actions, halts })
    const pair = options.pairs.get(listing.follows)
    return pair && followedSeries(pair, coinRatio)
  }
}

const unknown = (field: string, symbol: string): InvalidInput =>
  new InvalidInput({ field, value: symbol, expected: "a symbol that the simulator lists" })

/** The instant of the last trade that a symbol has had by `asOf`, whole seconds; `undefined` before the first. */
export const lastTradeAt = (
  { listing, days, series }: SessionSymbol,
  asOf: EpochMillis,
): EpochMillis | undefined => {
  const day = days.latest(asOf)
  if (day === undefined || day.close <= Math.max(listing.listedAt, series.begins)) return undefined
  const stretch = day.stretches.findLast(({ from }) => from <= asOf) ?? { from: day.open, to: day.close }
  // The closing auction's trade comes a second after the close.
  return Math.floor(Math.min(asOf, stretch.to + 1000) / 1000) * 1000
}
