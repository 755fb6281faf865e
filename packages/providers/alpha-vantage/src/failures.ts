import { barEnd, type EpochMillis, openTimeOf } from "@barkeep/market-data"
import { excerpt, type ProviderFailure, type VendorAnswer } from "@barkeep/provider-kit"

/**
 * What an answer of Alpha Vantage means; `undefined` for a good one and for what its status says well enough. It
 * refuses with status 200 and JSON, also where CSV was asked for. The order matters: texts about the rate advertise
 * premium plans, and the one about bursts names the limit of the day too.
 * @see https://github.com/RomelTorres/alpha_vantage/issues/248
 */
export const failureOfAnswer = (answer: VendorAnswer): ProviderFailure | undefined => {
  const complaint = parseComplaint(answer.text)
  if (complaint === undefined) return undefined
  const { receivedAt, status } = answer
  const isSuccess = status >= 200 && status < 300
  if (complaint === "" && isSuccess)
    return { _tag: "MalformedResponse", issue: "an empty object, without bars and without a reason" }
  if (/1 request per second|spreading out/i.test(complaint))
    return { _tag: "RateLimited", retryAt: receivedAt + burstMillis }
  if (/per minute/i.test(complaint)) return { _tag: "RateLimited", retryAt: receivedAt + minuteMillis }
  if (/requests? per day|calls? per day|rate limit/i.test(complaint))
    return { _tag: "QuotaExhausted", resetsAt: nextReset(receivedAt) }
  if (/premium (endpoint|feature)|outputsize=full/i.test(complaint)) return { _tag: "TierRequired", needed }
  if (/\bdemo\b/i.test(complaint)) return { _tag: "AuthenticationFailed", hint: ownKeyHint }
  if (/apikey is invalid or missing/i.test(complaint)) return { _tag: "AuthenticationFailed", hint: keyHint }
  // A bad symbol, a bad parameter, a month before listing: the text is the same, so nothing is certain.
  if (/invalid api call/i.test(complaint)) return { _tag: "SymbolNotFound", certain: false }
  if (/artificial|placeholder|illustration/i.test(complaint))
    return {
      _tag: "MalformedResponse",
      issue: "made-up rows, as Alpha Vantage shows them for endpoints of other plans",
    }
  // A gateway's own complaint has a status that says more.
  if (!isSuccess) return undefined
  return { _tag: "RequestRejected", status, vendorMessage: excerpt(withoutKey(complaint)) }
}

const burstMillis = 1500
const minuteMillis = 60_000

const needed = "a premium plan, https://www.alphavantage.co/premium/"
const keyHint = "check the key; a free one is at https://www.alphavantage.co/support/#api-key"
const ownKeyHint = `the demo key answers a few examples only; ${keyHint}`

/** Complaints are short, rows are not. */
const longestComplaint = 5000
const complaintKeys = ["Information", "Note", "Error Message", "message"] as const

/** The text of a refusal, `""` for the empty object, `undefined` for everything else. */
const parseComplaint = (text: string): string | undefined => {
  if (text.length > longestComplaint || !/^\s*\{/.test(text)) return undefined
  let body: object
  try {
    body = JSON.parse(text) as object
  } catch {
    return undefined
  }
  if (Object.keys(body).length === 0) return ""
  for (const key of complaintKeys) {
    const told = (body as { readonly [name: string]: unknown })[key]
    if (typeof told === "string") return told
  }
  return undefined
}

/**
 * When the calls of the day are counted from zero again. Alpha Vantage does not say; midnight in New York is what its
 * users assume, and the later of the common guesses for most of the day.
 */
const nextReset = (time: EpochMillis): EpochMillis =>
  barEnd("1d", openTimeOf("1d", time, "America/New_York"), "America/New_York")

/** The limit of the day repeats the caller's key. The redactor knows the key; this holds for any spelling of it. */
const withoutKey = (text: string): string => text.replace(/(api key as )\S+/gi, "$1[redacted]")
