import type { EpochMillis } from "@barkeep/market-data"
import type { LoggedRequest } from "../request-log.ts"
import { newYorkDate } from "./wall-clock.ts"

/** How many calls, and how densely they came. */
export interface CallCounts {
  readonly total: number
  /** By New York's date, `YYYY-MM-DD`. */
  readonly byDate: { readonly [date: string]: number }
  /** Most calls in any 24 hours, wherever they start. */
  readonly mostInAnyDay: number
  readonly mostInAnyMinute: number
  readonly mostInAnySecond: number
}

/** What was asked with one key. */
export interface KeyCalls {
  /** Every call, refused or not: what a client has to keep within the limits. */
  readonly sent: CallCounts
  /** Those that no limit refused. */
  readonly served: CallCounts
  /** How many the limit of a `second`, `minute` or `day` refused. */
  readonly refused: { readonly [limit: string]: number }
}

/** The calls of each key in a log; those without a key are under the empty text. */
export const countCallsByKey = (log: ReadonlyArray<LoggedRequest>): { readonly [key: string]: KeyCalls } => {
  const calls = log.filter(({ vendor }) => vendor === "alpha-vantage")
  const byKey = Map.groupBy(calls, ({ query }) => new URLSearchParams(query).get("apikey") ?? "")
  return Object.fromEntries(
    Array.from(byKey, ([key, ofKey]) => [
      key,
      {
        sent: countCalls(ofKey),
        served: countCalls(ofKey.filter(({ refusedBy }) => refusedBy === undefined)),
        refused: tally(ofKey.flatMap(({ refusedBy }) => refusedBy ?? [])),
      },
    ]),
  )
}

const countCalls = (calls: ReadonlyArray<LoggedRequest>): CallCounts => {
  const times = calls.map(({ time }) => time).toSorted((a, b) => a - b)
  return {
    total: times.length,
    byDate: tally(times.map(newYorkDate)),
    mostInAnyDay: mostWithin(times, 86_400_000),
    mostInAnyMinute: mostWithin(times, 60_000),
    mostInAnySecond: mostWithin(times, 1000),
  }
}

/** @param times ascending */
const mostWithin = (times: ReadonlyArray<EpochMillis>, millis: number): number => {
  let first = 0
  let most = 0
  for (const [index, time] of times.entries()) {
    while ((times[first] as number) <= time - millis) first += 1
    most = Math.max(most, index - first + 1)
  }
  return most
}

const tally = (names: ReadonlyArray<string>): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}
