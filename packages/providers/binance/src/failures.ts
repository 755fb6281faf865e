import { timeframes } from "@barkeep/market-data"
import {
  type LimitFacts,
  type ProviderError,
  type ProviderFailure,
  excerpt,
  retryAfter,
  toHostTime,
  type VendorAnswer,
} from "@barkeep/provider-kit"
import { weightBudget } from "./endpoints.ts"

/**
 * What an answer of Binance means; `undefined` for a good one and for what its status says well enough.
 * @see https://github.com/binance/binance-spot-api-docs/blob/master/errors.md
 */
export const failureOfAnswer = (answer: VendorAnswer): ProviderFailure | undefined => {
  const complaint = parseComplaint(answer)
  if (complaint === undefined) return answer.status === 418 ? banOf(answer, "") : undefined
  const { code, message } = complaint
  if (answer.status === 451 || isRestrictedLocation.test(message)) return { _tag: "GeoBlocked" }
  if (answer.status === 418 || banEnd.test(message)) return banOf(answer, message)
  switch (code) {
    case tooManyRequests:
      return {
        _tag: "RateLimited",
        retryAt: retryAfter(answer.headers, answer.receivedAt) ?? answer.receivedAt + windowMillis,
      }
    case invalidSymbol:
      return { _tag: "SymbolNotFound", certain: true }
    case invalidInterval:
      return { _tag: "UnsupportedTimeframe", supported: timeframes }
    case illegalCharacters:
      // A symbol with letters that no symbol has; in any other parameter they are our fault.
      return message.includes("'symbol'")
        ? { _tag: "SymbolNotFound", certain: true }
        : rejection(answer, complaint)
    default:
      if (serverFaults.has(code)) return { _tag: "VendorOutage", status: answer.status }
      return answer.status === 429 || answer.status >= 500 ? undefined : rejection(answer, complaint)
  }
}

const tooManyRequests = -1003
const illegalCharacters = -1100
const invalidInterval = -1120
const invalidSymbol = -1121
/** Unknown, disconnected, unexpected answer, timeout, overloaded, shutting down. */
const serverFaults: ReadonlySet<number> = new Set([-1000, -1001, -1006, -1007, -1008, -1016])

/** Bans start at two minutes; the weight limit counts minutes. */
const shortestBanMillis = 120_000
const windowMillis = 60_000

const banEnd = /banned until (\d{13})/i
const isRestrictedLocation = /restricted location/i

interface Complaint {
  readonly code: number
  readonly message: string
}

/** `{"code": n, "msg": text}`, also pretty-printed and with a status of success; code 0 comes with status 451. */
const parseComplaint = ({ text }: VendorAnswer): Complaint | undefined => {
  if (!/^\s*\{\s*"code"\s*:/.test(text)) return undefined
  try {
    const { code, msg } = JSON.parse(text) as { readonly code?: unknown; readonly msg?: unknown }
    return typeof code === "number" ? { code, message: typeof msg === "string" ? msg : "" } : undefined
  } catch {
    return undefined
  }
}

/** Until the later of the header's end, counted in seconds, and the text's, an instant in milliseconds. */
const banOf = ({ headers, receivedAt }: VendorAnswer, message: string): ProviderFailure => {
  const told = banEnd.exec(message)?.[1]
  const ends = [
    retryAfter(headers, receivedAt),
    told === undefined ? undefined : toHostTime(Number(told), headers, receivedAt),
  ].filter((end) => end !== undefined)
  return { _tag: "Banned", until: ends.length > 0 ? Math.max(...ends) : receivedAt + shortestBanMillis }
}

const rejection = ({ status }: VendorAnswer, { code, message }: Complaint): ProviderFailure => ({
  _tag: "RequestRejected",
  status,
  vendorMessage: excerpt(`${code} ${message}`),
})

/** True when the REST API does not answer from this place, however often it is asked. */
export const isRefusedHere = ({ reason: { _tag } }: ProviderError): boolean =>
  _tag === "GeoBlocked" || _tag === "BlockedByFirewall"

/** Binance's own count of the weight used in the present minute, by this address. */
export const usedWeight = ({ headers }: VendorAnswer): LimitFacts | undefined => {
  const used = headers.get("x-mbx-used-weight-1m")
  return used !== null && /^\d+$/.test(used) ? { used: { [weightBudget]: Number(used) } } : undefined
}
