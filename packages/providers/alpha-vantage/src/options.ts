import type { VendorOptions } from "@barkeep/provider-kit"
import type { AlphaVantageTier } from "./tiers.ts"

/** Which end of a bar a time stamp marks. */
export type BarLabel = "open" | "close"

export type Datatype = "json" | "csv"

export interface AlphaVantageOptions extends VendorOptions {
  /** Shows in no error, record or page. @see https://www.alphavantage.co/support/#api-key */
  readonly apiKey: string
  /** What the key's plan includes. @default "free" */
  readonly tier?: AlphaVantageTier
  /** Of the premium plan. @default 75, the smallest plan */
  readonly callsPerMinute?: number
  /**
   * Where Alpha Vantage is; a proxy or a simulator may stand in.
   * @default "https://www.alphavantage.co"
   */
  readonly baseUrl?: string
  /**
   * The form in which bars are asked for. CSV says neither symbol nor zone nor whether it is whole, so it is asked for
   * without compression, whose loss would go unnoticed. @default "json"
   */
  readonly datatype?: Datatype
  /**
   * Which end of an intraday bar the vendor's times mark. Alpha Vantage marked the end until about 2020 and marks the
   * start since; an answer that shows the other one is refused, never shifted. For replays of old recordings.
   * @default "open"
   */
  readonly label?: BarLabel
  /** Calls in flight at once. @default 1 with a free key, 4 with a premium one */
  readonly concurrency?: number
}
