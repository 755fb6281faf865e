import type { Anchor, AssetClass, EpochMillis, Instrument, Timeframe, TimeRange } from "@barkeep/market-data"
import type { TickerOverrides } from "./overrides.ts"

/** What a provider offers with the tier at hand; the `Capabilities` of `@barkeep/provider-kit` fit. */
export interface ProviderCapabilities {
  readonly provider: string
  readonly tier: string
  readonly assetClasses: ReadonlyArray<AssetClass>
  /** Absent: not offered. `lookBackMillis` absent: reaches to the instrument's beginning. */
  readonly timeframes: { readonly [name in Timeframe]?: { readonly lookBackMillis?: number } }
  /** Anchor of intraday bars of session markets. */
  readonly anchor?: Anchor
}

/** What limits the choice besides the instrument. */
export interface OrderOptions {
  /** The range that is wanted, and the moment from which look-backs count. Without it look-backs are only named. */
  readonly wanted?: { readonly range: TimeRange; readonly now: EpochMillis }
  /** The anchor that the entry's bars have already. */
  readonly anchor?: Anchor
  /** The only provider to ask, by the user's word; wins over the overrides. */
  readonly provider?: string
  readonly overrides?: TickerOverrides
}

/** For which bars a provider is sought. */
export interface Question {
  readonly instrument: Instrument
  readonly timeframe: Timeframe
  readonly options: OrderOptions
}

/** As the vendor gives them, or made from finer bars of the same vendor. */
export type Via = "direct" | { readonly resampledFrom: Timeframe }

export interface ProviderChoice {
  readonly provider: string
  readonly tier: string
  readonly reason: string
  readonly via: Via
  /** The part of the wanted range inside the look-back, half-open; only when a range was wanted. */
  readonly covers?: TimeRange
}

export interface ProviderRefusal {
  readonly provider: string
  readonly reason: string
  /** What would change it. */
  readonly help: string
  /** The part of the wanted range that is refused; absent: all of it. */
  readonly range?: TimeRange
}

export interface ProviderOrder {
  /** Best first. Empty: nobody can give it; `refused` says what would help. */
  readonly ordered: ReadonlyArray<ProviderChoice>
  readonly refused: ReadonlyArray<ProviderRefusal>
}
