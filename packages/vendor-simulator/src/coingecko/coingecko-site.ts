import { type EpochMillis } from "@barkeep/market-data"
import { retryAfter } from "../retry-after.ts"
import { createCallLimiter } from "../call-limiter.ts"
import type { FaultPlan } from "../fault-plan.ts"
import { type Fault, isPageFault, isSessionFault } from "../faults.ts"
import { faultOfReply, inForm, type ShapedAnswer } from "../shaped-answer.ts"
import type { Answer, VendorReply, VendorRequest, VendorSite } from "../vendor-site.ts"
import { cacheHeaders, cachedAt, lifetimeOf } from "./answer-cache.ts"
import type { CoinMarket } from "./coin-market.ts"
import { aheadRow, coarserPage, makePage } from "./coin-pages.ts"
import { type CoinEndpoint, readCoinQuestion } from "./coin-question.ts"
import { createCreditAccount } from "./credit-account.ts"
import { cloudflare, jsonContentType, limited, pathUnknown, planRestricted, wrongKey } from "./failures.ts"
import { answerOfFault, pauseMillis } from "./fault-answers.ts"
import { type Access, type CoingeckoPlan, planFacts, readAccess, type Root, roots } from "./plans.ts"
import { faultyRows, type Row } from "./row-faults.ts"

/** How the simulated CoinGecko treats its visitors. */
export interface CoingeckoManners {
  /** The keys that there are, and their plans. Without it every key is good for what its header says. */
  readonly keys?: { readonly [key: string]: CoingeckoPlan }
  /** Instead of what the plans have. */
  readonly callsPerMinute?: number
  readonly creditsPerMonth?: number
  /** Answers come from a cache: 15 minutes old at most for candles, 30 s to 12 h for points. @default true */
  readonly cached?: boolean
}

const vendor = "coingecko"

/** CoinGecko's two addresses: `/ping`, `/key`, `/coins/list`, and of a coin `/ohlc(/range)` and `/market_chart(/range)`. */
export const coingeckoSite = (options: {
  readonly market: CoinMarket
  readonly faultPlan: () => FaultPlan
  readonly manners?: CoingeckoManners
}): VendorSite => {
  const { market, faultPlan, manners = {} } = options
  const limiter = createCallLimiter({ calls: 0, pauseMillis })
  const credits = createCreditAccount()
  /** The last honest page of each endpoint, coin and step. */
  const previous = new Map<string, ReadonlyArray<Row>>()

  const coinAnswer = (
    request: VendorRequest,
    place: CoinPlace,
    plan: CoingeckoPlan,
    fault: Fault | undefined,
  ): ShapedAnswer => {
    const { parameters, time } = request
    const read = readCoinQuestion(place.endpoint, place.coin, parameters, market, planFacts[plan], time)
    if ("refused" in read) return { answer: read.refused, faulty: false }
    const { asked } = read
    const lifetime = lifetimeOf(place.endpoint, asked.stepMillis)
    const at = manners.cached === false ? time : cachedAt(`${place.coin} ${place.endpoint}`, lifetime, time)
    const page = makePage(place.endpoint, asked, at)
    const series = `${place.endpoint} ${place.coin} ${asked.stepMillis}`
    const before = previous.get(series)
    previous.set(series, page.rows)
    const rows =
      fault !== undefined && (isPageFault(fault) || isSessionFault(fault))
        ? faultyRows(fault, page.rows, {
            previous: before,
            coarser: () => coarserPage(place.endpoint, asked, at)?.rows,
            ahead: () => aheadRow(place.endpoint, asked, at, page.rows),
            endsNow: page.rows.at(-1)?.[0] === at,
          })
        : undefined
    const answer = {
      status: 200,
      headers: { "Content-Type": jsonContentType, ...cacheHeaders(series, lifetime, at, time) },
      body: JSON.stringify(page.wrap(rows ?? page.rows)),
    }
    return { answer, faulty: rows !== undefined }
  }

  const askedAnswer = (
    request: VendorRequest,
    place: Place,
    access: Access,
    fault: Fault | undefined,
  ): ShapedAnswer => {
    const honest = (answer: Answer): ShapedAnswer => ({ answer, faulty: false })
    if ("refused" in access) return honest(wrongKey(request.time, access.refused))
    if ("coin" in place) return coinAnswer(request, place, access.plan, fault)
    switch (place.endpoint) {
      case "ping":
        return honest(json({ gecko_says: "(V3) To the Moon!" }))
      case "coins-list":
        return honest(
          json(
            request.parameters.get("include_platform") === "true"
              ? market.coins.map((coin) => ({ ...coin, platforms: {} }))
              : market.coins,
            cacheHeaders("list", 300_000, cachedAt("list", 300_000, request.time), request.time),
          ),
        )
      case "key":
        return honest(keyAnswer(access, request.time))
      case "unknown":
        return honest(pathUnknown())
    }
  }

  const keyAnswer = (access: Exclude<Access, { readonly refused: unknown }>, now: EpochMillis): Answer => {
    const { isPaid } = planFacts[access.plan]
    if (!isPaid) return planRestricted(now)
    const { callsPerMinute, creditsPerMonth } = limitsOf(access.plan, manners)
    const used = credits.used(access.client, now)
    return json({
      plan: access.plan[0]?.toUpperCase() + access.plan.slice(1),
      rate_limit_request_per_minute: callsPerMinute,
      monthly_call_credit: creditsPerMonth,
      current_total_monthly_calls: used,
      current_remaining_monthly_calls: Math.max(0, creditsPerMonth - used),
    })
  }

  const shapedAnswer = (
    request: VendorRequest,
    place: Place,
    access: Access,
    fault: Fault | undefined,
  ): ShapedAnswer => {
    const instead = fault && answerOfFault(fault, request.time, limiter)
    if (instead !== undefined) return { answer: instead, faulty: true }
    const asked = askedAnswer(request, place, access, fault)
    return inForm(asked, fault)
  }

  const reply = (request: VendorRequest): VendorReply => {
    const { time, parameters } = request
    const root = roots.find(({ path }) => request.path.startsWith(path)) as Root
    const place = placeOf(request, root)
    const access = readAccess(request, root.host, manners.keys)
    // Calls with a wrong key are counted with those without one.
    const { client, plan } = "refused" in access ? { client: "keyless", plan: "keyless" as const } : access
    const limits = limitsOf(plan, manners)
    const admission = limiter.admit(client, time, limits.callsPerMinute)
    const hasCredit = credits.spend(client, time, limits.creditsPerMonth)
    const refused =
      admission.verdict === "banned"
        ? cloudflare(1015)
        : admission.verdict === "limited"
          ? limited(retryAfter(time, admission.retryAt))
          : hasCredit
            ? undefined
            : limited({})
    const fault =
      refused === undefined
        ? faultPlan().next({ vendor, endpoint: place.endpoint, parameters: withCoin(parameters, place) })
        : undefined
    const shaped =
      refused === undefined ? shapedAnswer(request, place, access, fault) : { answer: refused, faulty: false }
    return {
      endpoint: place.endpoint,
      weight: 1,
      answer: { ...shaped.answer, headers: { Server: "cloudflare", ...shaped.answer.headers } },
      ...faultOfReply(shaped, fault),
      insidePause: admission.insidePause,
      insideBan: admission.insideBan,
    }
  }
  return { vendor, claims: (path) => roots.some((root) => path.startsWith(root.path)), reply }
}

interface CoinPlace {
  readonly endpoint: CoinEndpoint
  readonly coin: string
}

type Place = CoinPlace | { readonly endpoint: "ping" | "key" | "coins-list" | "unknown" }

const coinEndpoints: ReadonlyMap<string, CoinEndpoint> = new Map([
  ["ohlc", "ohlc"],
  ["ohlc/range", "ohlc-range"],
  ["market_chart", "market-chart"],
  ["market_chart/range", "market-chart-range"],
])

const placeOf = ({ path, method }: VendorRequest, root: Root): Place => {
  const [, rest = ""] = /^api\/v3\/(.*)$/.exec(path.slice(root.path.length)) ?? []
  if (method !== "GET") return { endpoint: "unknown" }
  if (rest === "ping" || rest === "key") return { endpoint: rest }
  if (rest === "coins/list") return { endpoint: "coins-list" }
  const [, coin = "", name = ""] = /^coins\/([^/]+)\/(.+)$/.exec(rest) ?? []
  const endpoint = coinEndpoints.get(name)
  return endpoint === undefined ? { endpoint: "unknown" } : { endpoint, coin: decode(coin) }
}

/** A text that is no path component names no coin. */
const decode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** For fault rules that are about one coin, which stands in the path. */
const withCoin = (parameters: URLSearchParams, place: Place): URLSearchParams => {
  const all = new URLSearchParams(parameters)
  if ("coin" in place) all.set("id", place.coin)
  return all
}

const limitsOf = (plan: CoingeckoPlan, manners: CoingeckoManners) => ({
  callsPerMinute: manners.callsPerMinute ?? planFacts[plan].callsPerMinute,
  creditsPerMonth: manners.creditsPerMonth ?? planFacts[plan].creditsPerMonth ?? Number.POSITIVE_INFINITY,
})

const json = (value: unknown, headers: Answer["headers"] = {}): Answer => ({
  status: 200,
  headers: { "Content-Type": jsonContentType, ...headers },
  body: JSON.stringify(value),
})
