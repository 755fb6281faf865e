import type { VendorRequest } from "../vendor-site.ts"

/** What somebody pays for. */
export type CoingeckoPlan = "keyless" | "demo" | "basic" | "analyst"

/** What a plan has. */
export interface PlanFacts {
  readonly callsPerMinute: number
  /** Calls in a calendar month of UTC. */
  readonly creditsPerMonth?: number
  /** How far back anything reaches. */
  readonly historyDays?: number
  readonly isPaid: boolean
  /** Candles of a range, and intervals to choose. */
  readonly hasRangeCandles: boolean
}

/** @see https://docs.coingecko.com/docs/errors-and-rate-limits https://www.coingecko.com/en/api/pricing */
export const planFacts: { readonly [plan in CoingeckoPlan]: PlanFacts } = {
  keyless: { callsPerMinute: 10, historyDays: 365, isPaid: false, hasRangeCandles: false },
  demo: {
    callsPerMinute: 100,
    creditsPerMonth: 10_000,
    historyDays: 365,
    isPaid: false,
    hasRangeCandles: false,
  },
  basic: {
    callsPerMinute: 300,
    creditsPerMonth: 100_000,
    historyDays: 730,
    isPaid: true,
    hasRangeCandles: false,
  },
  analyst: { callsPerMinute: 500, creditsPerMonth: 500_000, isPaid: true, hasRangeCandles: true },
}

/** One of CoinGecko's two addresses, or both as one. */
export interface Root {
  readonly path: string
  readonly host: "public" | "pro" | "either"
}

/** Of the two, each refuses the other's keys; the first one here is whichever the key is for. */
export const roots: ReadonlyArray<Root> = [
  { path: "/coingecko/", host: "either" },
  { path: "/coingecko-public/", host: "public" },
  { path: "/coingecko-pro/", host: "pro" },
]

/** Who asks, or the number of CoinGecko's complaint about the key. */
export type Access =
  | { readonly client: string; readonly plan: CoingeckoPlan }
  | { readonly refused: 10_002 | 10_010 | 10_011 }

/**
 * Reads the key of a request.
 * @param keys the keys that there are; without them every key is good: a demo key's header makes it one, a paid key's one of
 *   the Analyst plan
 */
export const readAccess = (
  { headers, parameters }: VendorRequest,
  host: Root["host"],
  keys: { readonly [key: string]: CoingeckoPlan } | undefined,
): Access => {
  const keyOf = (kind: "demo" | "pro"): string | undefined => {
    const header = headers[`x-cg-${kind}-api-key`]
    return (typeof header === "string" ? header : parameters.get(`x_cg_${kind}_api_key`)) ?? undefined
  }
  const paidKey = keyOf("pro")
  const demoKey = keyOf("demo")
  const isPro = host === "pro" || (host === "either" && paidKey !== undefined)
  const key = isPro ? paidKey : demoKey
  if (key === undefined) {
    if (isPro) return { refused: demoKey === undefined ? 10_002 : 10_011 }
    return paidKey === undefined ? { client: "keyless", plan: "keyless" } : { refused: 10_010 }
  }
  const plan =
    keys === undefined ? (isPro ? "analyst" : "demo") : Object.hasOwn(keys, key) ? keys[key] : undefined
  if (plan === undefined) return { refused: 10_002 }
  if (planFacts[plan].isPaid === isPro) return { client: key, plan }
  return { refused: isPro ? 10_011 : 10_010 }
}
