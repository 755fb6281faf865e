import type { Answer } from "../vendor-site.ts"

/** As Yahoo writes it. */
export const jsonContentType = "application/json;charset=utf-8"

const html = { "Content-Type": "text/html" }

/** Yahoo's complaints in JSON, as its users quote them. */
const complaint = (status: number, code: string, description: string, root = "chart"): Answer => ({
  status,
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ [root]: { result: null, error: { code, description } } }),
})

/** @see https://github.com/portfolio-performance/portfolio/issues/5934 */
export const unknownSymbol = (): Answer =>
  complaint(404, "Not Found", "No data found, symbol may be delisted")

const intervals = "1m, 2m, 5m, 15m, 30m, 60m, 90m, 1h, 4h, 1d, 5d, 1wk, 1mo, 3mo"

export const unknownInterval = (interval: string): Answer =>
  complaint(
    400,
    "Bad Request",
    `Invalid input - interval=${interval} is not supported. Valid intervals: [${intervals}]`,
  )

export const unknownRange = (range: string): Answer =>
  complaint(
    400,
    "Bad Request",
    `Invalid input - range=${range} is not supported. Valid ranges: [1d, 5d, 1mo, 3mo, 6mo, 1y, 2y, 5y, 10y, ytd, max]`,
  )

export const invalidPeriod = (from: number, to: number): Answer =>
  complaint(
    400,
    "Bad Request",
    `Invalid input - start date cannot be after end date. startDate = ${from}, endDate = ${to}`,
  )

export const beforeHistory = (from: number, to: number): Answer =>
  complaint(400, "Bad Request", `Data doesn't exist for startDate = ${from}, endDate = ${to}`)

/** @see https://github.com/ranaroussi/yfinance/issues/2902 */
export const tooOld = (interval: string, from: number, to: number, days: number): Answer =>
  complaint(
    422,
    "Unprocessable Entity",
    `${interval} data not available for startTime=${from} and endTime=${to}. The requested range must be within the last ${days} days.`,
  )

/** @see https://github.com/ranaroussi/yfinance/issues/1589 */
export const tooLong = (interval: string, from: number, to: number, days: number): Answer =>
  complaint(
    422,
    "Unprocessable Entity",
    `${interval} data not available for startTime=${from} and endTime=${to}. Only ${days} days worth of ${interval} granularity data are allowed to be fetched per request.`,
  )

export const notAvailable = (interval: string, from: number, to: number): Answer =>
  complaint(
    422,
    "Unprocessable Entity",
    `${interval} data not available for startTime=${from} and endTime=${to}.`,
  )

/** Not Yahoo's: the real one can do this. */
export const notSimulated = (what: string): Answer =>
  complaint(501, "Not Implemented", `The simulator does not simulate ${what}.`)

/** @see https://github.com/iprak/yahoofinance/issues/93 */
export const invalidCrumb = (): Answer => complaint(401, "Unauthorized", "Invalid Crumb", "finance")

/** Refused at the edge, whatever the rate. @see https://github.com/ranaroussi/yfinance/issues/2284 */
export const edgeLimited = (headers: Answer["headers"] = {}): Answer => ({
  status: 429,
  headers: { ...html, ...headers },
  body: "Edge: Too Many Requests",
})

/** @see https://github.com/ranaroussi/yfinance/issues/2670 */
export const nullChart = (): Answer => ({
  status: 200,
  headers: { "Content-Type": jsonContentType },
  body: `{"chart":null}`,
})

export const rightBack = (): Answer => ({
  status: 200,
  headers: html,
  body: "<!DOCTYPE html>\n<html><head><title>Yahoo</title></head><body><h1>Will be right back...</h1><p>Thank you for your patience.</p></body></html>\n",
})

export const forbidden = (): Answer => htmlPage(403, "Forbidden")

export const serverError = (status: number): Answer =>
  status === 500
    ? complaint(500, "Internal Server Error", "Something failed")
    : htmlPage(status, "The server could not answer")

export const notFound = (): Answer => htmlPage(404, "Not Found")

const htmlPage = (status: number, title: string): Answer => ({
  status,
  headers: html,
  body: `<html><head><title>${title}</title></head><body><h1>${status} ${title}</h1></body></html>\n`,
})

export const crumb = (): Answer => ({
  status: 200,
  headers: { "Content-Type": "text/plain;charset=utf-8" },
  body: "simulated.cr",
})

/** With status 200, so that careless clients take it for a crumb. */
export const noCrumb = (): Answer => ({ ...crumb(), body: "Too Many Requests" })
