import type { EpochMillis } from "@barkeep/market-data"
import { httpDate } from "./http-date.ts"
import type { Answer } from "./vendor-site.ts"

/** `Retry-After` for a wait that ends at `until`: whole seconds, never too few, or a date. */
export const retryAfter = (
  now: EpochMillis,
  until: EpochMillis,
  form: "seconds" | "date" | "absent" = "seconds",
): Answer["headers"] => {
  const seconds = Math.ceil((until - now) / 1000)
  if (form === "absent") return {}
  return { "Retry-After": form === "seconds" ? String(seconds) : httpDate(Math.ceil(until / 1000) * 1000) }
}
