/** What kind of thing is traded; decides calendars, providers and tolerances. */
export type AssetClass = "crypto" | "stock" | "etf" | "fund" | "index" | "fx" | "future"

/**
 * What a symbol stands for.
 */
export interface Instrument {
  /** Our cache key, canonical: `BTCUSDT`, `BRK-B`, `^GSPC`, `7203.T`, `EURUSD=X`. Vendors' spellings live in providers. */
  readonly symbol: string
  readonly assetClass: AssetClass
  /** Calendar id: `24/7`, `24/5`, or an ISO 10383 market code such as `XNYS`. */
  readonly market: string
  /** IANA name of the zone that dates and session times of this market are written in; `UTC` for 24/7 and FX. */
  readonly timeZone: string
  /** Base asset of a pair. */
  readonly base?: string
  /** Currency or asset that prices are in: `USDT`, `USD`, `GBp`. */
  readonly currency?: string
}

/** True for markets with daily sessions, whose daily bars carry the session date and whose files carry local time. */
export const hasSessions = (instrument: Pick<Instrument, "market">): boolean =>
  instrument.market !== "24/7" && instrument.market !== "24/5"

/** The zone that days, weeks and months of an instrument start in: its exchange's, or UTC where trading never closes. */
export const zoneOfDays = (instrument: Pick<Instrument, "market" | "timeZone">): string =>
  hasSessions(instrument) ? instrument.timeZone : "UTC"
