import type { EpochMillis } from "@barkeep/market-data"
import type { AnswerFault, FormFault } from "../faults.ts"
import type { Answer } from "../vendor-site.ts"
import { banned, firewall, geoBlocked, limited, overloaded, retryAfter, serverError } from "./failures.ts"
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

/** The answer as a fault of its form leaves it. */
export const malformedAnswer = (fault: FormFault, answer: Answer): Answer => {
  if (fault.type === "truncated-json") {
    const body = Buffer.from(answer.body)
    return { ...answer, body: body.subarray(0, Math.floor(body.length * 0.6)) }
  }
  const header =
    fault.type === "gzip-garbage"
      ? { "Content-Encoding": "gzip" }
      : { "Content-Type": fault.contentType ?? "text/html" }
  return { ...answer, headers: { ...answer.headers, ...header } }
}
