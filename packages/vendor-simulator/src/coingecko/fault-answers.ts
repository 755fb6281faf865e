import type { EpochMillis } from "@barkeep/market-data"
import { retryAfter } from "../retry-after.ts"
import type { CallLimiter } from "../call-limiter.ts"
import type { Fault, FaultType } from "../faults.ts"
import type { Answer } from "../vendor-site.ts"
import { cloudflare, coinNotFound, geoBlocked, limited, serverError, throttled } from "./failures.ts"

/** What CoinGecko tells clients to wait, whatever the minute has left. */
export const pauseMillis = 119_000

const answers: { readonly [type in FaultType]?: (now: EpochMillis) => Answer } = {
  throttled,
  firewall: () => cloudflare(1020),
  "geo-blocked": geoBlocked,
  overloaded: (now) => serverError(503, now),
  "unknown-symbol": coinNotFound,
}

/** The answer that a fault gives instead of the asked one; `undefined` for a fault of another kind. A 429 binds the limiter. */
export const answerOfFault = (fault: Fault, now: EpochMillis, limiter: CallLimiter): Answer | undefined => {
  if (fault.type === "rate-limited") {
    const until = now + (fault.retryAfterSeconds ?? pauseMillis / 1000) * 1000
    limiter.pauseUntil(until, now)
    return limited(retryAfter(now, until, fault.retryAfterAs))
  }
  if (fault.type === "banned") {
    limiter.banUntil(now + (fault.seconds ?? 120) * 1000)
    return cloudflare(1015)
  }
  if (fault.type === "cloudflare") return cloudflare(fault.code ?? 1015)
  if (fault.type === "server-error") return serverError(fault.status ?? 500, now)
  return answers[fault.type]?.(now)
}
