import { type EpochMillis, isoTime } from "@barkeep/market-data"
import type { Answer } from "../vendor-site.ts"

/** As CoinGecko writes it. */
export const jsonContentType = "application/json; charset=utf-8"

const answer = (status: number, value: unknown, headers: Answer["headers"] = {}): Answer => ({
  status,
  headers: { "Content-Type": jsonContentType, ...headers },
  body: JSON.stringify(value),
})

/** CoinGecko's complaints have several forms. */
const coded = (status: number, now: EpochMillis, code: number, message: string): Answer =>
  answer(status, { status: { timestamp: stamp(now), error_code: code, error_message: message } })

const nested = (status: number, now: EpochMillis, code: number, message: string): Answer =>
  answer(status, { error: { status: { timestamp: stamp(now), error_code: code, error_message: message } } })

const plain = (status: number, message: string): Answer => answer(status, { error: message })

const stamp = (now: EpochMillis): string => isoTime(Math.floor(now / 1000) * 1000).replace("Z", ".000+00:00")

const pricing = "https://www.coingecko.com/en/api/pricing"

/** @see https://github.com/Electron-Cash/Electron-Cash/issues/2825 https://github.com/ghostfolio/ghostfolio/issues/3231 */
export const beyondHistory = (now: EpochMillis, days: number): Answer =>
  nested(
    401,
    now,
    10_012,
    `Your request exceeds the allowed time range. Public API users are limited to querying historical data within the past ${days} days. Upgrade to a paid plan to enjoy full historical data access: ${pricing}. `,
  )

export const wrongKey = (now: EpochMillis, code: 10_002 | 10_010 | 10_011): Answer => {
  if (code === 10_002)
    return coded(
      401,
      now,
      code,
      "API Key Missing. Please make sure you're using the right authentication method. For Pro API, please visit: https://docs.coingecko.com/reference/authentication. For Public/Demo API, please visit: https://docs.coingecko.com/v3.0.1/reference/authentication.",
    )
  const [kind, own, other] =
    code === 10_010
      ? ["Pro", "pro-api.coingecko.com", "api.coingecko.com"]
      : ["Demo", "api.coingecko.com", "pro-api.coingecko.com"]
  return coded(
    400,
    now,
    code,
    `If you are using ${kind} API key, please change your root URL from ${other} to ${own}`,
  )
}

export const planRestricted = (now: EpochMillis): Answer =>
  coded(
    401,
    now,
    10_005,
    `This request is limited to PRO API subscribers. Please visit ${pricing} to subscribe.`,
  )

/** @see https://github.com/nimblehq/jetpack-compose-crypto/issues/45 */
export const limited = (headers: Answer["headers"]): Answer =>
  answer(
    429,
    {
      status: {
        error_code: 429,
        error_message: `You've exceeded the Rate Limit. Please visit ${pricing} to subscribe to our API plans for higher rate limits.`,
      },
    },
    headers,
  )

/** @see https://github.com/l2beat/l2beat/issues/4730 */
export const throttled = (): Answer => ({
  status: 429,
  headers: { "Content-Type": "text/plain" },
  body: "Throttled",
})

/** A page of the network in front of CoinGecko: 1015 for too many calls of an address, 1020 for a rule of the firewall. */
export const cloudflare = (code: number): Answer => ({
  status: code === 1015 ? 429 : 403,
  headers: { "Content-Type": "text/html; charset=UTF-8" },
  body: `<!DOCTYPE html>\n<html><head><title>${code === 1015 ? "Access denied | rate limited" : "Access denied"}</title></head><body><h1>Error</h1><p>error code: ${code}</p></body></html>\n`,
})

export const geoBlocked = (): Answer => ({ ...cloudflare(1009), status: 403 })

export const coinNotFound = (): Answer => plain(404, "coin not found")
export const missing = (parameter: string): Answer => plain(422, `Missing parameter ${parameter}`)
export const invalid = (parameter: string): Answer => plain(400, `invalid ${parameter}`)
export const tooManyCandles = (most: number, interval: string): Answer =>
  plain(400, `exceeded the limit of ${most} ${interval} candles`)
export const pathUnknown = (): Answer =>
  plain(404, "Incorrect path. Please check https://docs.coingecko.com/")

export const serverError = (status: number, now: EpochMillis): Answer =>
  status === 500
    ? coded(500, now, 500, "Internal Server Error")
    : {
        status,
        headers: { "Content-Type": "text/html; charset=UTF-8" },
        body: `<html><head><title>${status}</title></head><body><h1>${status}</h1><center>cloudflare</center></body></html>\n`,
      }
