import type {
  Adjustment,
  Anchor,
  AssetClass,
  BarPage,
  EpochMillis,
  Instrument,
  Timeframe,
  TimeRange,
} from "@barkeep/market-data"

/** A question for bars: those of `instrument` that open inside the half-open range. */
export interface BarRequest {
  readonly instrument: Instrument
  readonly timeframe: Timeframe
  readonly range: TimeRange
}

/** One allowance of a vendor: at most `amount` of `unit` in any window of `perMillis`. */
export interface Budget {
  /** Stable name, unique within the vendor: `weight-1m`, `calls-1d`. */
  readonly id: string
  readonly unit: "weight" | "calls" | "credits"
  readonly amount: number
  readonly perMillis: number
}

/** What a vendor offers for one timeframe. */
export interface TimeframeCapability {
  /** How far back from now it reaches; absent = to the instrument's beginning. */
  readonly lookBackMillis?: number
  /** The longest range of one call. */
  readonly pageMillis?: number
  /** The most bars of one call. */
  readonly pageBars?: number
}

/** What a vendor can give on one tier, as data. Every fact has its source. */
export interface Capabilities {
  readonly provider: string
  readonly tier: string
  readonly assetClasses: ReadonlyArray<AssetClass>
  readonly timeframes: { readonly [name in Timeframe]?: TimeframeCapability }
  readonly budgets: ReadonlyArray<Budget>
  readonly adjustment: Adjustment
  readonly volume: "base" | "quote" | "shares" | "none"
  /** Which end of the bar the vendor's own time stamp marks; pages always carry open times. */
  readonly label: "open" | "close"
  /** Anchor of intraday bars of session markets. */
  readonly anchor?: Anchor
  /** How long after its end a bar may still be corrected; younger bars are provisional. */
  readonly settleMillis: number
  /**
   * The provider itself makes sure of every longer absence of bars, and says in its pages where it could not
   * (`absence`). Without it, who stores the pages has to judge by the calendar.
   * @default false
   */
  readonly provesAbsence?: boolean
  readonly sources: ReadonlyArray<{ readonly fact: string; readonly url: string }>
}

/** One call that a request would make. */
export interface PlannedCall {
  readonly endpoint: string
  readonly range: TimeRange
  /** What it costs, by budget id; a budget not named costs nothing. */
  readonly cost: { readonly [budgetId: string]: number }
}

export interface CallOptions {
  readonly signal?: AbortSignal
}

/**
 * A vendor of bars. Made with its tier, base URL, `fetch`, clock and key as options; holds no state that outlives
 * the process besides what its limiter keeps.
 */
export interface BarProvider {
  readonly id: string
  readonly capabilities: Capabilities
  /**
   * Exactly the calls that `bars` would make for this request if nothing fails, in order. Pure.
   * @throws {ProviderError} `UnsupportedTimeframe`, `OutsideHistory`
   */
  readonly plan: (request: BarRequest) => ReadonlyArray<PlannedCall>
  /**
   * The closed bars of the range as pages, ascending; the pages' ranges are disjoint, ascending and together cover
   * the whole request up to the vendor's last closed bar. A page without bars says that the vendor has none there.
   * Rows that the vendor may still correct come in pages of their own with `provenance.settled` false.
   * @throws {ProviderError} nothing of a failed call is yielded
   * @throws the signal's reason when aborted
   */
  readonly bars: (request: BarRequest, options?: CallOptions) => AsyncIterable<BarPage>
  /** Where the vendor's history of an instrument begins. Absent when the vendor cannot tell in one call. */
  readonly firstBar?: FirstBarLookup
  /** What comes after a bar, however far away. Absent when the vendor cannot tell in one call. */
  readonly nextBar?: NextBarLookup
}

/** Looks up an instrument's first bar in one call. */
export interface FirstBarLookup {
  /** What that one call is and costs, for plans. */
  readonly call: Pick<PlannedCall, "endpoint" | "cost">
  /**
   * The open time of the vendor's first bar, `undefined` when it has no bar at all.
   * @throws {ProviderError} `SymbolNotFound`
   */
  readonly find: (
    instrument: Instrument,
    timeframe: Timeframe,
    options?: CallOptions,
  ) => Promise<EpochMillis | undefined>
}

/** Looks up the bar after a bar in one call: what lies between the two is known to be empty then. */
export interface NextBarLookup {
  /** What that one call is and costs, for plans. */
  readonly call: Pick<PlannedCall, "endpoint" | "cost">
  /**
   * The open time of the first bar after the one that opens at `after`, `undefined` when that is the newest.
   * @throws {ProviderError} `MalformedResponse` also when the vendor does not show the bar at `after`, which tells that
   * its answer has lost bars
   */
  readonly find: (
    instrument: Instrument,
    timeframe: Timeframe,
    after: EpochMillis,
    options?: CallOptions,
  ) => Promise<EpochMillis | undefined>
}
