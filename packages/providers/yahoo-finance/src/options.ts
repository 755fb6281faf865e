import type { Pace, VendorOptions } from "@barkeep/provider-kit"
import type { DroppedRows } from "./dropped-rows.ts"

export interface YahooFinanceOptions extends VendorOptions {
  /**
   * Where Yahoo is; a proxy or a simulator may stand in.
   * @default "https://query2.finance.yahoo.com"
   */
  readonly baseUrl?: string
  /** Says honestly who asks. @default "barkeep-provider-yahoo-finance" */
  readonly userAgent?: string
  /**
   * Sent with every call, for hosts that Yahoo refuses without: the cookie and crumb of a browser session of yours.
   * Nothing fetches one by itself.
   */
  readonly session?: YahooSession
  /** Calls in flight at once. @default 1 */
  readonly concurrency?: number
  /** How fast calls may start. @default two a second */
  readonly pace?: Pace
  /** Told of the rows of an answer that are no bars, before its page is given. What it throws fails the question. */
  readonly onDroppedRows?: (dropped: DroppedRows) => void
}

/** What Yahoo gives a browser and asks back. Never shows in an error or a record. */
export interface YahooSession {
  /** The `cookie` header: `A3=...`. */
  readonly cookie: string
  readonly crumb: string
}
