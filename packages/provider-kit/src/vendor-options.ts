import type { EpochMillis } from "@barkeep/market-data"
import type { Clock } from "./clock.ts"
import type { FetchFunction } from "./exchange.ts"
import type { CallCost, Limiter } from "./limiter.ts"
import type { ProviderFailure } from "./provider-error.ts"

/** What every provider takes as options besides its own: who carries, counts, times and watches its calls. */
export interface VendorOptions {
  /** @default the global `fetch` */
  readonly fetch?: FetchFunction
  /** @default the host's clock */
  readonly clock?: Clock
  /** @default a limiter of this process with the vendor's budgets; pass one limiter to all providers of a vendor */
  readonly limiter?: Limiter
  /** Calls in flight at once, retries included. */
  readonly concurrency?: number
  /** Told of every attempt after it ended, retries included; keys never reach it. What it throws fails the call. */
  readonly onCall?: (call: CallRecord) => void
  /** Longest time of one attempt, up to the last byte of its body. @default 30_000 */
  readonly attemptTimeoutMillis?: number
  /** Longest time of all attempts of one call together, waits for limits not counted. @default 90_000 */
  readonly totalTimeoutMillis?: number
  /** Longest wait for the vendor's limits before a call fails with the time at which it would be allowed. @default 120_000 */
  readonly maxWaitMillis?: number
  /** Longest pause that an answer of the vendor can impose. @default 259_200_000, three days */
  readonly maxPauseMillis?: number
  /** Further attempts after a transport fault, an outage or a rate limit. @default 3 */
  readonly retries?: number
  /** Upper bound of the random wait before the first retry; doubles with each, up to 5 s. @default 300 */
  readonly backoffMillis?: number
}

/** One attempt of a call, as the audit log wants it. */
export interface CallRecord {
  readonly vendor: string
  /** Path without host and query. */
  readonly endpoint: string
  readonly symbol: string | undefined
  readonly timeframe: string | undefined
  /** When it was sent, after all waiting. */
  readonly startedAt: EpochMillis
  /** From sending to the last byte. */
  readonly millis: number
  /** `undefined` when no complete answer came. */
  readonly status: number | undefined
  /** Size of the body, decompressed. */
  readonly bytes: number
  /** What was booked for it, by budget id. */
  readonly cost: CallCost
  /** The cost summed over all budgets: the weight, for a vendor with one budget. */
  readonly weight: number
  /** 1 for the first attempt. */
  readonly attempt: number
  readonly outcome: "ok" | "Aborted" | ProviderFailure["_tag"]
}

/** How fast calls may start: at most `calls` in any window of `perMillis`. */
export interface Pace {
  readonly calls: number
  readonly perMillis: number
}
