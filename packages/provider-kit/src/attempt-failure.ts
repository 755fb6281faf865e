import type { EpochMillis } from "@barkeep/market-data"
import { retryAfter } from "./answer-times.ts"
import { BodyTooLarge } from "./exchange.ts"
import type { LimitReached, PauseKind } from "./limiter.ts"
import type { ProviderFailure } from "./provider-error.ts"
import type { VendorAnswer } from "./vendor-answer.ts"

/** Carries one attempt's failure through ky, together with the decision whether to try again. */
export class AttemptFailure extends Error {
  override readonly name = "AttemptFailure"
  readonly reason: ProviderFailure
  readonly isWorthRetrying: boolean

  constructor(reason: ProviderFailure, isWorthRetrying: boolean) {
    super(reason._tag)
    this.reason = reason
    this.isWorthRetrying = isWorthRetrying
  }
}

/** No complete answer came. */
export const failureOfTransport = (cause: unknown): ProviderFailure =>
  cause instanceof BodyTooLarge
    ? { _tag: "MalformedResponse", issue: cause.message }
    : { _tag: "NetworkFailure", cause }

/** The call was not made, since the limits forbid it for too long. */
export const failureOfLimit = ({ kind, until }: LimitReached): ProviderFailure => {
  if (kind === "banned") return { _tag: "Banned", until }
  if (kind === "quota-exhausted") return { _tag: "QuotaExhausted", resetsAt: until }
  return { _tag: "RateLimited", retryAt: until }
}

/** The failure with no time later than `latest`: a vendor's slip must not stop everything for years. */
export const limitTimes = (failure: ProviderFailure, latest: EpochMillis): ProviderFailure => {
  if (failure._tag === "RateLimited") return { ...failure, retryAt: Math.min(failure.retryAt, latest) }
  if (failure._tag === "Banned") return { ...failure, until: Math.min(failure.until, latest) }
  return failure
}

export interface Pause {
  readonly until: EpochMillis
  readonly kind: PauseKind
}

/** How long the failure stops all calls of the vendor; `undefined` when it says nothing about the next call. */
export const pauseOf = (
  failure: ProviderFailure,
  answer: VendorAnswer,
  maxPauseMillis: number,
): Pause | undefined => {
  if (failure._tag === "RateLimited") return { until: failure.retryAt, kind: "rate-limited" }
  if (failure._tag === "Banned") return { until: failure.until, kind: "banned" }
  if (failure._tag === "QuotaExhausted" && failure.resetsAt !== undefined)
    return { until: failure.resetsAt, kind: "quota-exhausted" }
  if (failure._tag !== "VendorOutage") return undefined
  const until = retryAfter(answer.headers, answer.receivedAt)
  if (until === undefined) return undefined
  return { until: Math.min(until, answer.receivedAt + maxPauseMillis), kind: "rate-limited" }
}
