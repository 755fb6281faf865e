import type { EpochMillis } from "@barkeep/market-data"
import type { AnswerFault } from "../faults.ts"
import { retryAfter } from "../retry-after.ts"
import type { Answer } from "../vendor-site.ts"
import { banned, firewall, geoBlocked, limited, overloaded, serverError } from "./failures.ts"
import type { WeightLimiter } from "./weight-limiter.ts"

/**
 * The answer that a fault gives instead of the asked one. A 429 and a 418 also bind the limiter, so that ignoring
 * them has its consequences.
 */
export const answerOfFault = (fault: AnswerFault, now: EpochMillis, limiter: WeightLimiter): Answer => {
  if (fault.type === "rate-limited") {
    const until = now + (fault.retryAfterSeconds ?? 5) * 1000
    limiter.pauseUntil(until, now)
    return limited(limiter.weightPerMinute, retryAfter(now, until, fault.retryAfterAs))
  }
  if (fault.type === "banned") {
    const until = now + (fault.seconds ?? 120) * 1000
    limiter.banUntil(until)
    return banned(now, until)
  }
  if (fault.type === "server-error") return serverError(fault.status ?? 500)
  return { "geo-blocked": geoBlocked, firewall, overloaded }[fault.type]()
}
