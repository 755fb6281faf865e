import type { AssetClass } from "@barkeep/market-data"
import type { BarProvider } from "@barkeep/provider-kit"
import type { NotFillableReason } from "./outcome.ts"

/** Somebody who may have the missing bars. */
export interface Donor {
  /** Its name in reports and in the journal: `binance-archive`, `coingecko`. Stable, it keys what was answered. */
  readonly id: string
  readonly provider: BarProvider
  /** `sampled`: bars made from price points, whose highs and lows are too near. @default "bars" */
  readonly grade?: "bars" | "sampled"
  /** It is only asked when the user allows it; until then gaps that it could fill say so. @default false */
  readonly needsConsent?: boolean
  /**
   * Which of its vendor's sources it is: an answer of the vendor's API is a hole only of the API, not of its archive.
   * @default "api"
   */
  readonly source?: "api" | "archive"
}

/** A donor that would come into question but cannot be asked here, and what would help: a key, a flag. */
export interface AbsentDonor {
  readonly id: string
  readonly assetClasses: ReadonlyArray<AssetClass>
  readonly reason: NotFillableReason
  readonly text: string
}
