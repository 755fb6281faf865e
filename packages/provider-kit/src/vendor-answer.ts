import type { EpochMillis } from "@barkeep/market-data"
import { retryAfter } from "./answer-times.ts"
import type { ProviderFailure } from "./provider-error.ts"

/** One complete answer of a vendor. */
export interface VendorAnswer {
  readonly status: number
  readonly headers: Headers
  /** The body as UTF-8 text; empty for a successful answer that was asked for as bytes. */
  readonly text: string
  /** When the last byte had come, by the client's clock. */
  readonly receivedAt: EpochMillis
}

export interface JsonAnswer extends VendorAnswer {
  readonly body: unknown
}

export interface BytesAnswer extends VendorAnswer {
  readonly bytes: Uint8Array
}

/** Used when a vendor asks to slow down without saying for how long. */
const penaltyMillis = 60_000

/**
 * What an answer's status means where a vendor has no rule of its own; `undefined` for 2xx. A vendor's own
 * classification comes first, since most of them fail with misleading statuses.
 */
export const failureOfStatus = (answer: VendorAnswer): ProviderFailure | undefined => {
  const { status, headers, receivedAt } = answer
  if (status >= 200 && status < 300) return undefined
  const allowedAgain = (): EpochMillis => retryAfter(headers, receivedAt) ?? receivedAt + penaltyMillis
  if (status === 418) return { _tag: "Banned", until: allowedAgain() }
  if (status === 429) return { _tag: "RateLimited", retryAt: allowedAgain() }
  if (status === 401) return { _tag: "AuthenticationFailed", hint: excerpt(answer.text) }
  if (status === 403) return { _tag: "BlockedByFirewall", status }
  if (status === 451) return { _tag: "GeoBlocked" }
  if (status === 408 || status === 425 || status >= 500) return { _tag: "VendorOutage", status }
  return { _tag: "RequestRejected", status, vendorMessage: excerpt(answer.text) }
}

const excerptLength = 200

/** The beginning of a vendor's text on one line, for messages. */
export const excerpt = (text: string): string => {
  const line = text
    .slice(0, 4 * excerptLength)
    .replace(/\s+/g, " ")
    .trim()
  return line.length > excerptLength
    ? `${line.slice(0, excerptLength - 3)}...`
    : line === ""
      ? "(no text)"
      : line
}
