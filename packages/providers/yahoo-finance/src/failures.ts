import type { EpochMillis } from "@barkeep/market-data"
import { excerpt, isText, type ProviderFailure, retryAfter, type VendorAnswer } from "@barkeep/provider-kit"
import { fromVendorInterval } from "./timeframes.ts"

/**
 * What an answer of Yahoo means; `undefined` for a good one and for what its status says well enough. Yahoo documents
 * none of this; the texts are those that its users met.
 * @param penaltyMillis how long to wait after a 429, which tells no time
 */
export const failureOfAnswer = (answer: VendorAnswer, penaltyMillis: number): ProviderFailure | undefined => {
  const { status, receivedAt } = answer
  if (status === 429)
    return {
      _tag: "RateLimited",
      retryAt: retryAfter(answer.headers, receivedAt) ?? receivedAt + penaltyMillis,
    }
  if (isConsentPage(answer)) return { _tag: "AuthenticationFailed", hint: consentHint }
  if (/will be right back/i.test(answer.text.slice(0, pageLength))) return { _tag: "VendorOutage", status }
  const complaint = parseComplaint(answer.text)
  if (complaint === "empty") return { _tag: "VendorOutage", status }
  if (complaint !== undefined) return failureOfComplaint(complaint, status, receivedAt)
  // Yahoo's own 404 is a complaint in JSON; any other comes from something in front of it.
  return status === 404 ? { _tag: "VendorOutage", status } : undefined
}

/** True when Yahoo knows the symbol and has no bar in the window: before its listing, after its end. */
export const isEmptyWindow = (reason: ProviderFailure): boolean =>
  reason._tag === "OutsideHistory" && reason.earliest === undefined

interface Complaint {
  readonly code: string
  readonly description: string
}

const failureOfComplaint = (
  { code, description }: Complaint,
  status: number,
  receivedAt: EpochMillis,
): ProviderFailure | undefined => {
  const text = `${code} ${description}`
  if (/data doesn't exist for startdate/i.test(text)) return { _tag: "OutsideHistory" }
  const days = /must be within the last (\d+) days/i.exec(text)?.[1]
  if (days !== undefined) return { _tag: "OutsideHistory", earliest: receivedAt - Number(days) * day }
  const intervals = /valid intervals: \[([^\]]*)\]/i.exec(text)?.[1]
  if (intervals !== undefined) return { _tag: "UnsupportedTimeframe", supported: ourNames(intervals) }
  if (/no data found|not found/i.test(text)) return { _tag: "SymbolNotFound", certain: false }
  if (/invalid (crumb|cookie)|unauthorized/i.test(text))
    return {
      _tag: "AuthenticationFailed",
      hint: `${excerpt(description)}: pass a fresh session of a browser`,
    }
  if (status === 403 || status >= 500) return undefined
  return { _tag: "RequestRejected", status, vendorMessage: excerpt(text) }
}

const day = 86_400_000

const ourNames = (intervals: string): ReadonlyArray<string> => [
  ...new Set(intervals.split(",").flatMap((interval) => fromVendorInterval(interval.trim()) ?? [])),
]

/** Good answers are JSON and longer; only the beginning of a web page is looked at. */
const pageLength = 20_000
const longestComplaint = 4000

/** `{"chart":{"result":null,"error":{"code","description"}}}`, `"finance"` instead of `"chart"` for refused sessions. */
const parseComplaint = (text: string): Complaint | "empty" | undefined => {
  if (text.length > longestComplaint || !/^\s*\{/.test(text)) return undefined
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return undefined
  }
  const { chart, finance = chart } = body as { readonly chart?: unknown; readonly finance?: unknown }
  if (chart === null) return "empty"
  const { result, error } = (finance ?? {}) as { readonly result?: unknown; readonly error?: unknown }
  if (typeof error !== "object" || error === null) return result === null ? "empty" : undefined
  const { code, description } = error as { readonly code?: unknown; readonly description?: unknown }
  return { code: isText(code) ? code : "", description: isText(description) ? description : "" }
}

const consentHint =
  "Yahoo wants a person's consent to cookies from this place (it redirects to its consent page); " +
  "use a proxy elsewhere or pass the session of a browser that has consented"

const consentHost = /\/\/(consent|guce)\.yahoo\.com/i

const isConsentPage = ({ status, headers, text }: VendorAnswer): boolean =>
  status >= 300 && status < 400
    ? consentHost.test(headers.get("location") ?? "") || consentHost.test(text.slice(0, pageLength))
    : /^\s*</.test(text) && consentHost.test(text.slice(0, pageLength))
