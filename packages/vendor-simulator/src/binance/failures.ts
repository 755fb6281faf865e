import type { EpochMillis } from "@barkeep/market-data"
import { retryAfter } from "../retry-after.ts"
import type { Answer } from "../vendor-site.ts"
import { jsonContentType } from "./json-answer.ts"

const json = { "Content-Type": jsonContentType }
const html = { "Content-Type": "text/html" }

const apiError = (status: number, code: number, msg: string, headers: Answer["headers"] = {}): Answer => ({
  status,
  headers: { ...json, ...headers },
  body: JSON.stringify({ code, msg }),
})

/**
 * Binance's failures, word for word where a source has them.
 * @see https://github.com/binance/binance-spot-api-docs/blob/master/errors.md
 */
export const tooManyParameters = (received: number): Answer =>
  apiError(400, -1101, `Too many parameters; expected '0' and received '${received}'.`)

export const duplicateValues = (): Answer =>
  apiError(400, -1101, "Duplicate values for a parameter detected.")

export const illegalCharacters = (name: string, range: string): Answer =>
  apiError(400, -1100, `Illegal characters found in parameter '${name}'; legal range is '${range}'.`)

export const mandatoryMissing = (name: string): Answer =>
  apiError(400, -1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`)

export const unreadParameters = (read: number, sent: number): Answer =>
  apiError(
    400,
    -1104,
    `Not all sent parameters were read; read '${read}' parameter(s) but was sent '${sent}'.`,
  )

export const emptyParameter = (name: string): Answer => apiError(400, -1105, `Parameter '${name}' was empty.`)

export const invalidInterval = (): Answer => apiError(400, -1120, "Invalid interval.")

export const invalidSymbol = (): Answer => apiError(400, -1121, "Invalid symbol.")

export const invalidSymbolStatus = (): Answer => apiError(400, -1122, "Invalid symbolStatus.")

export const badCombination = (): Answer =>
  apiError(400, -1128, "Combination of optional parameters invalid.")

export const invalidValue = (name: string): Answer =>
  apiError(400, -1130, `Data sent for parameter '${name}' is not valid.`)

export const invalidTimeUnit = (): Answer =>
  apiError(400, -1194, "Invalid value for time unit; expected either MICROSECOND or MILLISECOND.")

/** Not Binance's: the real one can do this. */
export const notSimulated = (what: string): Answer =>
  apiError(501, -1020, `This operation is not supported. (The simulator does not simulate ${what}.)`)

export const limited = (weightPerMinute: number, headers: Answer["headers"]): Answer =>
  apiError(
    429,
    -1003,
    `Too much request weight used; current limit is ${weightPerMinute} request weight per 1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API.`,
    headers,
  )

export const banned = (now: EpochMillis, until: EpochMillis): Answer =>
  apiError(
    418,
    -1003,
    `Way too much request weight used; IP banned until ${until}. Please use WebSocket Streams for live updates to avoid bans.`,
    retryAfter(now, until),
  )

/** Pretty-printed and with code 0, as ccxt/ccxt#16044 quotes it. */
export const geoBlocked = (): Answer => ({
  status: 451,
  headers: json,
  body: JSON.stringify(
    {
      code: 0,
      msg: "Service unavailable from a restricted location according to 'b. Eligibility' in https://www.binance.com/en/terms. Please contact customer service if you believe you received this message in error.",
    },
    undefined,
    2,
  ),
})

/** A page of the network in front of the API. */
export const firewall = (): Answer =>
  htmlPage(403, "ERROR: The request could not be satisfied", "Request blocked.")

export const overloaded = (): Answer =>
  apiError(
    503,
    -1008,
    "Server is currently overloaded with other requests. Please try again in a few minutes.",
  )

export const serverError = (status: number): Answer => {
  if (status === 500)
    return apiError(500, -1001, "Internal error; unable to process your request. Please try again.")
  if (status === 504)
    return apiError(
      504,
      -1007,
      "Timeout waiting for response from backend server. Send status unknown; execution status unknown.",
    )
  return htmlPage(status, `${status} Server Error`, "The server could not answer.")
}

export const notFound = (): Answer => htmlPage(404, "404 Not Found", "There is nothing here.")

const htmlPage = (status: number, title: string, sentence: string): Answer => ({
  status,
  headers: html,
  body: `<!DOCTYPE HTML>\n<html><head><title>${title}</title></head>\n<body><h1>${status} ERROR</h1>\n<p>${sentence}</p></body></html>\n`,
})
