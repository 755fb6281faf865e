import { type EpochMillis, isoTime, TaggedError, type TimeRange } from "@barkeep/market-data"

/** Why a vendor did not give what was asked. */
export type ProviderFailure =
  /** The vendor asks to slow down; allowed again at `retryAt`. */
  | { readonly _tag: "RateLimited"; readonly retryAt: EpochMillis }
  /** A budget of a day or month is used up; `resetsAt` where the vendor's rule is known. */
  | { readonly _tag: "QuotaExhausted"; readonly resetsAt?: EpochMillis }
  /** The vendor refuses this address until `until`. */
  | { readonly _tag: "Banned"; readonly until: EpochMillis }
  /** The vendor does not serve this place; permanent for the host. */
  | { readonly _tag: "GeoBlocked" }
  /** A firewall in front of the vendor refused the request; not an answer of its API. */
  | { readonly _tag: "BlockedByFirewall"; readonly status: number }
  /** The key's plan does not include this. */
  | { readonly _tag: "TierRequired"; readonly needed: string }
  | { readonly _tag: "AuthenticationFailed"; readonly hint: string }
  /**
   * `certain` is false where the vendor gives the same answer during outages (Yahoo's 404); `hint` says what would help
   * where the vendor was not even asked.
   */
  | { readonly _tag: "SymbolNotFound"; readonly certain: boolean; readonly hint?: string }
  | { readonly _tag: "UnsupportedTimeframe"; readonly supported: ReadonlyArray<string> }
  /** The range lies outside what the vendor keeps; `earliest` where it says so. */
  | { readonly _tag: "OutsideHistory"; readonly earliest?: EpochMillis }
  | { readonly _tag: "NetworkFailure"; readonly cause: unknown }
  | { readonly _tag: "VendorOutage"; readonly status: number }
  /** The answer is not what was asked, or not what the vendor documents. Nothing of it is used. */
  | { readonly _tag: "MalformedResponse"; readonly issue: string }
  /** The vendor calls the request itself wrong; a fault of this library. */
  | { readonly _tag: "RequestRejected"; readonly status: number; readonly vendorMessage: string }

/** What was being done when a provider failed. Never holds a key or a full URL. */
export interface ProviderOperation {
  readonly provider: string
  /** The endpoint or step: `klines`, `exchangeInfo`. */
  readonly operation: string
  readonly symbol?: string
  readonly timeframe?: string
  readonly range?: TimeRange
}

/** A vendor call failed. `reason._tag` says why; `isRetryable(reason)` whether asking again later can help. */
export class ProviderError extends TaggedError<"ProviderError"> {
  readonly _tag = "ProviderError"
  override readonly name = "ProviderError"
  readonly provider: string
  readonly operation: string
  readonly symbol: string | undefined
  readonly timeframe: string | undefined
  readonly range: TimeRange | undefined
  readonly reason: ProviderFailure

  constructor(operation: ProviderOperation, reason: ProviderFailure) {
    super(
      `${[`${operation.provider}.${operation.operation}`, operation.symbol, operation.timeframe].filter(Boolean).join(" ")}: ${describeFailure(reason)}`,
    )
    this.provider = operation.provider
    this.operation = operation.operation
    this.symbol = operation.symbol
    this.timeframe = operation.timeframe
    this.range = operation.range
    this.reason = reason
  }
}

/** True when the same request may succeed later without anybody changing anything. */
export const isRetryable = (reason: ProviderFailure): boolean => {
  switch (reason._tag) {
    case "RateLimited":
    case "QuotaExhausted":
    case "Banned":
    case "NetworkFailure":
    case "VendorOutage":
      return true
    case "SymbolNotFound":
      return !reason.certain
    case "MalformedResponse":
    case "GeoBlocked":
    case "BlockedByFirewall":
    case "TierRequired":
    case "AuthenticationFailed":
    case "UnsupportedTimeframe":
    case "OutsideHistory":
    case "RequestRejected":
      return false
  }
}

/** One sentence for people: what happened and what to do. */
export const describeFailure = (reason: ProviderFailure): string => {
  switch (reason._tag) {
    case "RateLimited":
      return `rate limit reached; asking again is allowed from ${isoTime(reason.retryAt)}`
    case "QuotaExhausted":
      return `quota used up${reason.resetsAt === undefined ? "; try again later" : `; resets ${isoTime(reason.resetsAt)}`}`
    case "Banned":
      return `this address is banned until ${isoTime(reason.until)}; do not ask before`
    case "GeoBlocked":
      return "the vendor does not serve this location; run from elsewhere or set another base URL"
    case "BlockedByFirewall":
      return `a firewall in front of the vendor refused the request (HTTP ${reason.status}); lower the rate or use a proxy`
    case "TierRequired":
      return `not included in this tier; needs ${reason.needed}`
    case "AuthenticationFailed":
      return `key missing or refused: ${reason.hint}`
    case "SymbolNotFound":
      return reason.certain
        ? (reason.hint ?? "the vendor does not know this symbol")
        : "the vendor says it does not know this symbol (it also says so during outages; try again later)"
    case "UnsupportedTimeframe":
      return `timeframe not offered; offered are ${reason.supported.join(" ")}`
    case "OutsideHistory":
      return `older than what the vendor keeps${reason.earliest === undefined ? "" : ` (from ${isoTime(reason.earliest)})`}`
    case "NetworkFailure":
      return `network failure: ${causeText(reason.cause)}`
    case "VendorOutage":
      return `the vendor answers with HTTP ${reason.status}; try again later`
    case "MalformedResponse":
      return `the answer cannot be trusted: ${reason.issue}`
    case "RequestRejected":
      return `the vendor rejected the request (HTTP ${reason.status}): ${reason.vendorMessage}`
  }
}

const causeText = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause)
  return cause.cause instanceof Error && cause.cause.message !== "" ? cause.cause.message : cause.message
}
