import type { EpochMillis } from "@barkeep/market-data"

/** One request to a simulated vendor, as the vendor saw it. */
export interface LoggedRequest {
  /** When it arrived, by the simulator's clock. */
  readonly time: EpochMillis
  readonly vendor: string
  /** Short name of what was asked: `klines`, `exchangeInfo`; `unknown` for a path the vendor does not have. */
  readonly endpoint: string
  readonly path: string
  /** The query as sent, without `?`. */
  readonly query: string
  /** What the vendor charges for it, refused or not. */
  readonly weight: number
  /** Status of the answer; 0 when the connection was cut or held without one. */
  readonly status: number
  /** The fault that shaped the answer. */
  readonly fault?: string
  /** The limit that refused the request, of a vendor that says so with status 200: `second`, `minute` or `day`. */
  readonly refusedBy?: string
  /** Sent although a `Retry-After` of an earlier 429 had not passed. */
  readonly insidePause: boolean
  /** Sent although a ban announced by an earlier 418 had not ended. */
  readonly insideBan: boolean
  /** Whether the whole answer left before the connection ended. */
  readonly completed: boolean
}

/** What the log adds up to. */
export interface Counters {
  readonly requests: number
  readonly weight: number
  /** Highest weight in any 60 s: what a limit of weight per minute is about. */
  readonly maxWeightPerMinute: number
  readonly insidePause: number
  readonly insideBan: number
  readonly byVendor: { readonly [vendor: string]: number }
  readonly byEndpoint: { readonly [endpoint: string]: number }
  readonly byStatus: { readonly [status: string]: number }
  readonly byFault: { readonly [fault: string]: number }
}

/** Sums over a log. */
export const countRequests = (log: ReadonlyArray<LoggedRequest>): Counters => ({
  requests: log.length,
  weight: log.reduce((sum, request) => sum + request.weight, 0),
  maxWeightPerMinute: maxWeightInAnyWindow(log, 60_000),
  insidePause: log.filter((request) => request.insidePause).length,
  insideBan: log.filter((request) => request.insideBan).length,
  byVendor: tally(log, (request) => request.vendor),
  byEndpoint: tally(log, (request) => request.endpoint),
  byStatus: tally(log, (request) => String(request.status)),
  byFault: tally(log, (request) => request.fault),
})

/**
 * The highest sum of weights that any half-open window `[t, t + millis)` of the log holds, wherever it starts.
 * Refused requests count: it judges the client, not what the vendor let through.
 */
export const maxWeightInAnyWindow = (log: ReadonlyArray<LoggedRequest>, millis: number): number =>
  maxInAnyWindow(log, millis, ({ weight }) => weight)

/** The most requests to one vendor that any half-open window `[t, t + millis)` of the log holds, refused ones too. */
export const maxRequestsInAnyWindow = (
  log: ReadonlyArray<LoggedRequest>,
  vendor: string,
  millis: number,
): number =>
  maxInAnyWindow(
    log.filter((request) => request.vendor === vendor),
    millis,
    () => 1,
  )

const maxInAnyWindow = (
  log: ReadonlyArray<LoggedRequest>,
  millis: number,
  weightOf: (request: LoggedRequest) => number,
): number => {
  // A virtual clock may have been set back: arrival order is not time order then.
  const requests = log.toSorted((a, b) => a.time - b.time)
  let sum = 0
  let highest = 0
  let first = 0
  for (const request of requests) {
    sum += weightOf(request)
    while ((requests[first] as LoggedRequest).time <= request.time - millis) {
      sum -= weightOf(requests[first] as LoggedRequest)
      first += 1
    }
    highest = Math.max(highest, sum)
  }
  return highest
}

const tally = (
  log: ReadonlyArray<LoggedRequest>,
  nameOf: (request: LoggedRequest) => string | undefined,
): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const request of log) {
    const name = nameOf(request)
    if (name !== undefined) counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}
