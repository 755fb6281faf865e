import type { EpochMillis } from "@barkeep/market-data"
import type { Fault } from "../faults.ts"
import type { Answer } from "../vendor-site.ts"
import { banned, firewall, geoBlocked, limited, overloaded, retryAfter, serverError } from "./failures.ts"
import type { WeightLimiter } from "./weight-limiter.ts"

/**
 * The answer that a fault gives instead of the asked one; `undefined` for faults that only touch the asked one.
 * A 429 and a 418 also bind the limiter, so that ignoring them has its consequences.
 */
export const answerOfFault = (fault: Fault, now: EpochMillis, limiter: WeightLimiter): Answer | undefined => {
  switch (fault.type) {
    case "rate-limited": {
      const until = now + (fault.retryAfterSeconds ?? 5) * 1000
      limiter.pauseUntil(until)
      return limited(limiter.weightPerMinute, retryAfter(now, until, fault.retryAfterAs))
    }
    case "banned": {
      const until = now + (fault.seconds ?? 120) * 1000
      limiter.banUntil(until)
      return banned(now, until)
    }
    case "geo-blocked":
      return geoBlocked()
    case "firewall":
      return firewall()
    case "overloaded":
      return overloaded()
    case "server-error":
      return serverError(fault.status ?? 500)
    default:
      return undefined
  }
}

/** The answer as a fault of its form leaves it; `undefined` for other faults. */
export const malformedAnswer = (fault: Fault, answer: Answer): Answer | undefined => {
  const body = Buffer.from(answer.body)
  switch (fault.type) {
    case "wrong-content-type":
      return { ...answer, headers: { ...answer.headers, "Content-Type": fault.contentType ?? "text/html" } }
    case "truncated-json":
      return { ...answer, body: body.subarray(0, Math.floor(body.length * 0.6)) }
    case "gzip-garbage":
      return { ...answer, headers: { ...answer.headers, "Content-Encoding": "gzip" }, body }
    default:
      return undefined
  }
}
