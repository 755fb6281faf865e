import { AttemptFailure, failureOfLimit, failureOfTransport, limitTimes, pauseOf } from "./attempt-failure.ts"
import { systemClock } from "./clock.ts"
import type { Decode } from "./decode-answer.ts"
import { exchange } from "./exchange.ts"
import { LimitReached } from "./limiter.ts"
import type { ProviderFailure } from "./provider-error.ts"
import { failureOfStatus } from "./vendor-answer.ts"
import type { VendorCall, VendorClientOptions } from "./vendor-client.ts"
import type { CallRecord } from "./vendor-options.ts"

/** One call on its way through its attempts. */
export interface Sending<A> {
  readonly call: VendorCall
  readonly url: string
  readonly decode: Decode<A>
  readonly signal: AbortSignal | undefined
  /** Attempts made so far. */
  attempts: number
  /** Time on the wire that is left to all further attempts. */
  remainingMillis: number
}

/** Makes one attempt. @throws {AttemptFailure} or the signal's reason */
export type Attempt = <A>(sending: Sending<A>) => Promise<A>

const mebibyte = 1_048_576

/**
 * One attempt of a call: waits for the limits, sends, reads the answer, tells the limiter and the observer what came,
 * and pauses the vendor when it asks for that.
 */
export const createAttempt = (options: VendorClientOptions): Attempt => {
  const {
    limiter,
    fetch = globalThis.fetch,
    clock = systemClock,
    attemptTimeoutMillis = 30_000,
    maxWaitMillis = 120_000,
    maxPauseMillis = 259_200_000,
    headers = {},
    maxBytes = 32 * mebibyte,
  } = options

  const acquire = async ({ call, signal }: Sending<unknown>, arrived: Promise<void>): Promise<void> => {
    try {
      await limiter.acquire(call.cost, { maxWaitMillis, arrived, ...(signal && { signal }) })
    } catch (error) {
      throw error instanceof LimitReached ? new AttemptFailure(failureOfLimit(error), false) : error
    }
  }

  return async (sending) => {
    const { call, url, decode, signal } = sending
    const arrival = Promise.withResolvers<void>()
    await acquire(sending, arrival.promise)
    const startedAt = clock.now()
    let millis = 0
    sending.attempts += 1
    const record = (outcome: CallRecord["outcome"], status?: number, bytes = 0): void =>
      options.onCall?.({ ...describe(options.vendor, sending), startedAt, millis, status, bytes, outcome })
    const timeoutMillis = Math.min(attemptTimeoutMillis, sending.remainingMillis)
    const request = {
      ...{ fetch, url, headers, signal, timeoutMillis },
      maxBytes: call.maxBytes ?? maxBytes,
      onHeaders: arrival.resolve,
    }
    const raw = await exchange(request)
      .finally(() => {
        arrival.resolve()
        millis = clock.now() - startedAt
        sending.remainingMillis -= millis
      })
      .catch((cause: unknown) => {
        const failure = signal?.aborted === true ? undefined : failureOfTransport(cause)
        record(failure?._tag ?? "Aborted")
        throw failure === undefined ? cause : new AttemptFailure(failure, canRetry(failure))
      })
    const receivedAt = clock.now()
    const { answer, value, ...decoded } = decode(raw, receivedAt)
    const facts = options.limitFacts?.(answer)
    if (facts !== undefined) await limiter.observe(facts)
    const refusal = options.classify?.(answer) ?? failureOfStatus(answer)
    const failure = refusal === undefined ? decoded.failure : limitTimes(refusal, receivedAt + maxPauseMillis)
    const pause = failure === undefined ? undefined : pauseOf(failure, answer, maxPauseMillis)
    if (pause !== undefined) await limiter.pauseUntil(pause.until, pause.kind)
    record(failure?._tag ?? "ok", raw.status, raw.bytes.byteLength)
    if (failure === undefined) return value
    throw new AttemptFailure(failure, refusal === undefined ? decoded.isBroken : canRetry(refusal))
  }
}

const canRetry = (failure: ProviderFailure): boolean =>
  failure._tag === "RateLimited" || failure._tag === "VendorOutage" || failure._tag === "NetworkFailure"

const describe = (vendor: string, { call, attempts }: Sending<unknown>) => ({
  vendor,
  endpoint: call.endpoint,
  symbol: call.operation.symbol,
  timeframe: call.operation.timeframe,
  cost: call.cost,
  weight: Object.values(call.cost).reduce((sum, cost) => sum + cost, 0),
  attempt: attempts,
})
