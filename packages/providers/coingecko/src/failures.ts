import type { EpochMillis } from "@barkeep/market-data"
import {
  excerpt,
  isObject,
  isText,
  type ProviderFailure,
  retryAfter,
  type VendorAnswer,
} from "@barkeep/provider-kit"

/**
 * What an answer of CoinGecko means; `undefined` for a good one and for what its status says well enough.
 * @see https://docs.coingecko.com/docs/errors-and-rate-limits
 */
export const failureOfAnswer = (answer: VendorAnswer): ProviderFailure | undefined => {
  const { status } = answer
  const beginning = answer.text.slice(0, longestComplaint)
  const complaint = parseComplaint(answer.text)
  if (status === 429 || complaint?.code === 429 || /^\W*throttled\W*$/i.test(beginning))
    return rateLimit(answer)
  const firewallCode =
    complaint?.code ?? Number(/error code:? ?(?:<[^>]*>)?\s*(10\d\d)/i.exec(beginning)?.[1])
  if (firewallCode === tooManyOfOneAddress) return rateLimit(answer)
  if (firewallCode === blockedByRule) return { _tag: "BlockedByFirewall", status }
  return complaint === undefined ? undefined : failureOfComplaint(complaint, answer)
}

/** Codes of the network in front of CoinGecko. */
const tooManyOfOneAddress = 1015
const blockedByRule = 1020

const missingKey = 10_002
const planRestricted = 10_005
const keyOfPaidPlan = 10_010
const keyOfDemoPlan = 10_011
const beyondHistory = 10_012

const day = 86_400_000
const penaltyMillis = 60_000

const rateLimit = ({ headers, receivedAt }: VendorAnswer): ProviderFailure => ({
  _tag: "RateLimited",
  retryAt: retryAfter(headers, receivedAt) ?? receivedAt + penaltyMillis,
})

const failureOfComplaint = (
  { code, message }: Complaint,
  { status, receivedAt }: VendorAnswer,
): ProviderFailure | undefined => {
  switch (code ?? 0) {
    case missingKey:
      return { _tag: "AuthenticationFailed", hint: `CoinGecko sees no valid key (${excerpt(message)})` }
    case planRestricted:
      return {
        _tag: "TierRequired",
        needed: "a paid plan of CoinGecko with this endpoint (Analyst or above)",
      }
    case keyOfPaidPlan:
      return {
        _tag: "AuthenticationFailed",
        hint: "keys of paid plans are for the analyst tier and its address",
      }
    case keyOfDemoPlan:
      return { _tag: "AuthenticationFailed", hint: "demo keys are for the demo tier and its address" }
    // With the status of a wrong key, which it is not.
    case beyondHistory:
      return { _tag: "OutsideHistory", ...earliestOf(message, receivedAt) }
    default:
      // Only ids that CoinGecko once had are asked for: one may have vanished, or the answer be wrong.
      if (/^(coin|token) not found$/i.test(message.trim())) return { _tag: "SymbolNotFound", certain: false }
      // What the status alone says is kept, but a status of success with a complaint is none.
      return status >= 200 && status < 300
        ? { _tag: "RequestRejected", status, vendorMessage: excerpt(`${code ?? ""} ${message}`) }
        : undefined
  }
}

/** "… within the past 365 days" */
const earliestOf = (message: string, now: EpochMillis): { readonly earliest?: EpochMillis } => {
  const days = /past (\d{1,5}) days/i.exec(message)?.[1]
  return days === undefined ? {} : { earliest: now - Number(days) * day }
}

interface Complaint {
  readonly code: number | undefined
  readonly message: string
}

/** Good answers that are as short are read for nothing; longer ones are not looked at. */
const longestComplaint = 4000

/**
 * CoinGecko complains in four forms: `{ error: text }`, `{ status: { error_code, error_message } }`,
 * `{ error: { status: { … } } }` and `{ error_code, … }`.
 */
const parseComplaint = (text: string): Complaint | undefined => {
  if (text.length > longestComplaint || !/^\s*\{/.test(text)) return undefined
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isObject(body)) return undefined
  const { error, status } = body
  if (isText(error)) return { code: codeOf(body["error_code"]), message: error }
  const inner = isObject(error) ? error["status"] : status
  for (const part of [inner, error, body])
    if (isObject(part) && (part["error_code"] !== undefined || isText(part["error_message"])))
      return { code: codeOf(part["error_code"]), message: textOf(part["error_message"], status) }
  return undefined
}

/** A number, now and then as text. */
const codeOf = (value: unknown): number | undefined =>
  typeof value === "number" || (isText(value) && /^\d+$/.test(value)) ? Number(value) : undefined

const textOf = (...values: ReadonlyArray<unknown>): string => values.find(isText) ?? ""
