import type { IncomingMessage, ServerResponse } from "node:http"
import { text } from "node:stream/consumers"
import { InvalidInput } from "@barkeep/market-data"
import { countCallsByKey } from "./alpha-vantage/count-calls.ts"
import { parseFaultRules } from "./parse-fault-rules.ts"
import { countRequests, maxRequestsInAnyWindow, maxWeightInAnyWindow } from "./request-log.ts"
import type { ServerState } from "./server-state.ts"

/**
 * The simulator's own pages, which no vendor has and which are not logged:
 * `GET /_simulator/counters` (`?window=MILLIS` adds `maxWeightInWindow`, with `&vendor=NAME`
 * `maxRequestsInWindow` too), `GET /_simulator/alpha-vantage-calls`, `GET` and `DELETE /_simulator/requests`,
 * `GET` and `PUT /_simulator/faults`.
 */
export const answerControl = async (
  state: ServerState,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> => {
  const answer = (status: number, value: unknown): void => {
    response.writeHead(status, { "Content-Type": "application/json" }).end(`${JSON.stringify(value)}\n`)
  }
  const page = `${request.method} ${url.pathname.slice("/_simulator/".length)}`
  try {
    switch (page) {
      case "GET counters":
        return answer(200, countersOf(state, url.searchParams.get("window"), url.searchParams.get("vendor")))
      case "GET alpha-vantage-calls":
        return answer(200, countCallsByKey(state.log))
      case "GET requests":
        return answer(200, state.log)
      case "DELETE requests":
        state.log.length = 0
        return answer(200, [])
      case "PUT faults":
        state.setFaults(parseFaultRules(parseJson(await text(request))))
        return answer(200, state.faultPlan().states())
      case "GET faults":
        return answer(200, state.faultPlan().states())
      default:
        return answer(404, {
          error: `${page}: there are GET counters, GET alpha-vantage-calls, GET and DELETE requests, GET and PUT faults`,
        })
    }
  } catch (error) {
    // A body that breaks off has nobody left to be told.
    if (response.destroyed) return
    if (!(error instanceof InvalidInput)) throw error
    answer(400, { error: error.message })
  }
}

const countersOf = ({ log }: ServerState, window: string | null, vendor: string | null): object => {
  if (window === null) return countRequests(log)
  if (!/^[1-9]\d{0,14}$/.test(window))
    throw new InvalidInput({ field: "window", value: window, expected: "a number of milliseconds" })
  const millis = Number(window)
  return {
    ...countRequests(log),
    maxWeightInWindow: maxWeightInAnyWindow(log, millis),
    ...(vendor !== null && { maxRequestsInWindow: maxRequestsInAnyWindow(log, vendor, millis) }),
  }
}

const parseJson = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    throw new InvalidInput({ field: "faults", value: body, expected: "JSON" })
  }
}
