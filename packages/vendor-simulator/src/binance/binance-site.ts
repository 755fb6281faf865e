import type { EpochMillis } from "@barkeep/market-data"
import type { FaultPlan } from "../fault-plan.ts"
import { type Fault, isAnswerFault, isPageFault } from "../faults.ts"
import { retryAfter } from "../retry-after.ts"
import { faultOfReply, inForm, type ShapedAnswer } from "../shaped-answer.ts"
import type { Market } from "../market/market.ts"
import type { Answer, VendorReply, VendorRequest, VendorSite } from "../vendor-site.ts"
import { exchangeInfo } from "./exchange-info.ts"
import { banned, invalidTimeUnit, limited, notFound, tooManyParameters } from "./failures.ts"
import { answerOfFault } from "./fault-answers.ts"
import { jsonAnswer } from "./json-answer.ts"
import { createKlinePages } from "./kline-pages.ts"
import { askedTimeUnit } from "./time-unit.ts"
import type { Admission, WeightLimiter } from "./weight-limiter.ts"

const root = "/api/v3/"

/** @see https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md */
const weights = new Map([
  ["ping", 1],
  ["time", 1],
  ["exchangeInfo", 20],
  ["klines", 2],
])

/** Binance's spot REST API: `/api/v3/ping`, `/time`, `/exchangeInfo`, `/klines`. */
export const binanceSite = (options: {
  readonly market: Market
  readonly limiter: WeightLimiter
  readonly faultPlan: () => FaultPlan
}): VendorSite => {
  const { market, limiter, faultPlan } = options
  const klinePages = createKlinePages(market)

  const askedAnswer = (request: VendorRequest, endpoint: string, fault: Fault | undefined): ShapedAnswer => {
    const { parameters, time } = request
    const unit = askedTimeUnit(request.headers)
    if (unit === undefined) return { answer: invalidTimeUnit(), faulty: false }
    switch (endpoint) {
      case "klines":
        return klinePages.answer(parameters, time, unit, fault && isPageFault(fault) ? fault : undefined)
      case "exchangeInfo":
        return {
          answer: exchangeInfo(parameters, market, time, unit, limiter.weightPerMinute),
          faulty: false,
        }
      case "time":
        return { answer: withoutParameters(parameters, { serverTime: time * unit }), faulty: false }
      case "ping":
        return { answer: withoutParameters(parameters, {}), faulty: false }
      default:
        return { answer: notFound(), faulty: false }
    }
  }

  const shapedAnswer = (request: VendorRequest, endpoint: string, fault: Fault | undefined): ShapedAnswer => {
    if (fault !== undefined && isAnswerFault(fault))
      return { answer: answerOfFault(fault, request.time, limiter), faulty: true }
    const asked = askedAnswer(request, endpoint, fault)
    return inForm(asked, fault)
  }

  const reply = (request: VendorRequest): VendorReply => {
    const { parameters, time } = request
    const endpoint = endpointOf(request)
    const weight = weights.get(endpoint) ?? 1
    const admission = limiter.admit(time, weight)
    const refused = refusalOf(admission, time, limiter.weightPerMinute)
    const fault =
      refused === undefined ? faultPlan().next({ vendor: "binance", endpoint, parameters }) : undefined
    const shaped =
      refused === undefined ? shapedAnswer(request, endpoint, fault) : { answer: refused, faulty: false }
    return {
      endpoint,
      weight,
      answer: withCommonHeaders(shaped.answer, admission.usedWeight),
      ...faultOfReply(shaped, fault),
      insidePause: admission.insidePause,
      insideBan: admission.insideBan,
    }
  }
  return { vendor: "binance", claims: (path) => path.startsWith("/api/"), reply }
}

const endpointOf = ({ path, method }: VendorRequest): string => {
  const name = path.startsWith(root) ? path.slice(root.length) : ""
  return method === "GET" && weights.has(name) ? name : "unknown"
}

const refusalOf = (admission: Admission, now: EpochMillis, weightPerMinute: number): Answer | undefined => {
  if (admission.verdict === "served") return undefined
  return admission.verdict === "banned"
    ? banned(now, admission.until)
    : limited(weightPerMinute, retryAfter(now, admission.retryAt))
}

const withoutParameters = (parameters: URLSearchParams, value: object): Answer =>
  parameters.size > 0 ? tooManyParameters(parameters.size) : jsonAnswer(JSON.stringify(value))

/** What the API itself adds, as recorded in ccxt/ccxt#11033; pages of the network in front of it have none of it. */
const withCommonHeaders = (answer: Answer, usedWeight: number): Answer =>
  answer.status !== 200 && answer.headers["Content-Type"] === "text/html"
    ? answer
    : {
        ...answer,
        headers: {
          Server: "nginx",
          "X-MBX-USED-WEIGHT": String(usedWeight),
          "X-MBX-USED-WEIGHT-1M": String(usedWeight),
          "Cache-Control": "no-cache, no-store, must-revalidate",
          ...answer.headers,
        },
      }
