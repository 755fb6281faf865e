import type { EpochMillis } from "@barkeep/market-data"
import { retryAfter } from "../retry-after.ts"
import type { CallLimiter } from "../call-limiter.ts"
import type { Fault, FaultType } from "../faults.ts"
import type { Answer } from "../vendor-site.ts"
import { consentPage } from "./consent-pages.ts"
import {
  edgeLimited,
  forbidden,
  invalidCrumb,
  noCrumb,
  nullChart,
  rightBack,
  serverError,
  unknownSymbol,
} from "./failures.ts"

const answers: { readonly [type in FaultType]?: () => Answer } = {
  firewall: forbidden,
  overloaded: () => serverError(503),
  "unknown-symbol": unknownSymbol,
  "null-chart": nullChart,
  "right-back": rightBack,
}

/** The answer that a fault gives instead of the asked one; `undefined` for a fault of another kind. A 429 binds the limiter. */
export const answerOfFault = (
  fault: Fault,
  { time, host, endpoint }: { readonly time: EpochMillis; readonly host: string; readonly endpoint: string },
  limiter: CallLimiter,
): Answer | undefined => {
  if (fault.type === "rate-limited") {
    const until = time + (fault.retryAfterSeconds ?? 60) * 1000
    limiter.pauseUntil(until, time)
    // Yahoo has not been seen to say how long.
    return edgeLimited(retryAfter(time, until, fault.retryAfterAs ?? "absent"))
  }
  if (fault.type === "banned") {
    limiter.banUntil(time + (fault.seconds ?? 120) * 1000)
    return edgeLimited()
  }
  if (fault.type === "server-error") return serverError(fault.status ?? 500)
  if (fault.type === "consent" || fault.type === "geo-blocked") return consentPage(host, "")
  if (fault.type === "invalid-crumb") return endpoint === "getcrumb" ? noCrumb() : invalidCrumb()
  return answers[fault.type]?.()
}
