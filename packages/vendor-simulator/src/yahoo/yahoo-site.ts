import { type EpochMillis } from "@barkeep/market-data"
import { createCallLimiter } from "../call-limiter.ts"
import type { FaultPlan } from "../fault-plan.ts"
import { type Fault, isPageFault, isSessionFault } from "../faults.ts"
import { faultOfReply, inForm, type ShapedAnswer } from "../shaped-answer.ts"
import { hashPair } from "../random.ts"
import type { SessionMarket } from "../session-market/session-market.ts"
import type { Answer, VendorReply, VendorRequest, VendorSite } from "../vendor-site.ts"
import { type Chart, makeChart, writeChart } from "./chart.ts"
import { type ChartContext, faultyChart } from "./chart-faults.ts"
import { type ChartQuestion, readChartQuestion } from "./chart-question.ts"
import type { ChartRow } from "./chart-rows.ts"
import { consentPage, redirectedPath } from "./consent-pages.ts"
import { crumb, edgeLimited, jsonContentType, notFound } from "./failures.ts"
import { answerOfFault } from "./fault-answers.ts"

/** What precedes Yahoo's own paths. */
export const yahooPath = "/yahoo"
const chartPath = `${yahooPath}/v8/finance/chart/`
const crumbPath = `${yahooPath}/v1/test/getcrumb`

/** How the simulated Yahoo treats its visitors. */
export interface YahooManners {
  /** Clients whose `User-Agent` contains one of these are refused; an empty text means those that send none. */
  readonly refusedAgents?: ReadonlyArray<string>
  /** Calls a minute, above which Yahoo refuses for a minute. Nobody knows the real number. @default no limit */
  readonly callsPerMinute?: number
}

/** Yahoo Finance's chart endpoint, with the crumb and the consent pages around it. */
export const yahooSite = (options: {
  readonly market: SessionMarket
  readonly faultPlan: () => FaultPlan
  readonly seed: number
  readonly manners?: YahooManners
}): VendorSite => {
  const { market, faultPlan, seed } = options
  const { refusedAgents = [], callsPerMinute = Number.POSITIVE_INFINITY } = options.manners ?? {}
  const limiter = createCallLimiter({ calls: callsPerMinute, pauseMillis: 60_000 })
  /** The last honest chart of each symbol and granularity. */
  const previous = new Map<string, Chart>()
  let answers = 0

  const chartAnswer = (request: VendorRequest, symbol: string, fault: Fault | undefined): ShapedAnswer => {
    const read = readChartQuestion(symbol, request.parameters, market, request.time)
    if ("refused" in read) return { answer: read.refused, faulty: false }
    const { asked } = read
    const series = `${symbol} ${asked.granularity.name}`
    const honest = makeChart(asked, request.time)
    const context = contextOf(asked, previous.get(series), request.time)
    previous.set(series, honest)
    const faulty =
      fault !== undefined && (isPageFault(fault) || isSessionFault(fault))
        ? faultyChart(fault, honest, context)
        : undefined
    answers += 1
    const text = writeChart(faulty?.chart ?? honest, hashPair(seed, answers), faulty?.shorten)
    const answer = { status: 200, headers: { "Content-Type": jsonContentType }, body: text }
    return { answer, faulty: faulty !== undefined }
  }

  const shapedAnswer = (request: VendorRequest, place: Place, fault: Fault | undefined): ShapedAnswer => {
    if (request.path.startsWith(redirectedPath))
      return { answer: consentPage(hostOf(request), request.path), faulty: false }
    const asks = { time: request.time, host: hostOf(request), endpoint: place.endpoint }
    const instead = fault === undefined ? undefined : answerOfFault(fault, asks, limiter)
    if (instead !== undefined) return { answer: instead, faulty: true }
    const asked: ShapedAnswer =
      place.endpoint === "chart"
        ? chartAnswer(request, place.symbol, fault)
        : { answer: place.endpoint === "getcrumb" ? crumb() : notFound(), faulty: false }
    return inForm(asked, fault)
  }

  const reply = (request: VendorRequest): VendorReply => {
    const { time, parameters } = request
    const place = placeOf(request)
    const admission = limiter.admit("everybody", time)
    const isRefused = admission.verdict !== "served" || isRefusedAgent(request, refusedAgents)
    const fault = isRefused
      ? undefined
      : faultPlan().next({
          vendor: "yahoo-finance",
          endpoint: place.endpoint,
          parameters: withSymbol(parameters, place.symbol),
        })
    const shaped = isRefused ? { answer: edgeLimited(), faulty: false } : shapedAnswer(request, place, fault)
    const { answer } = shaped
    return {
      endpoint: place.endpoint,
      weight: 1,
      answer: { ...answer, headers: { ...commonHeaders(answer), ...answer.headers } },
      ...faultOfReply(shaped, fault),
      insidePause: admission.insidePause,
      insideBan: admission.insideBan,
    }
  }
  return { vendor: "yahoo-finance", claims: (path) => path.startsWith(`${yahooPath}/`), reply }
}

interface Place {
  readonly endpoint: "chart" | "getcrumb" | "consent" | "unknown"
  readonly symbol: string
}

const placeOf = ({ path, method }: VendorRequest): Place => {
  if (path.startsWith(redirectedPath)) return { endpoint: "consent", symbol: "" }
  if (method !== "GET") return { endpoint: "unknown", symbol: "" }
  if (path === crumbPath) return { endpoint: "getcrumb", symbol: "" }
  if (!path.startsWith(chartPath)) return { endpoint: "unknown", symbol: "" }
  return { endpoint: "chart", symbol: decode(path.slice(chartPath.length)) }
}

/** A text that is no path component names no symbol. */
const decode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const hostOf = ({ headers }: VendorRequest): string => headers.host ?? "127.0.0.1"

const isRefusedAgent = ({ headers }: VendorRequest, refused: ReadonlyArray<string>): boolean => {
  const agent = headers["user-agent"] ?? ""
  return refused.some((text) => (text === "" ? agent === "" : agent.includes(text)))
}

/** For fault rules that are about one symbol, which stands in the path. */
const withSymbol = (parameters: URLSearchParams, symbol: string): URLSearchParams => {
  const all = new URLSearchParams(parameters)
  all.set("symbol", symbol)
  return all
}

/** Yahoo corrects bars overnight, and some days later; an older one is what it will stay. */
const correctedWithinMillis = 5 * 86_400_000

const contextOf = (asked: ChartQuestion, previous: Chart | undefined, now: EpochMillis): ChartContext => ({
  previous,
  coarser: () => {
    const step = asked.granularity.step
    const coarser =
      step === "day"
        ? ({ name: "3mo", step, period: "quarter" } as const)
        : { name: step < 60 ? "1h" : "1d", step: step < 60 ? 60 : ("day" as const) }
    return asked.granularity.name === coarser.name
      ? undefined
      : makeChart({ ...asked, granularity: coarser }, now)
  },
  early: (row: ChartRow) => {
    if (row.time * 1000 < now - correctedWithinMillis) return undefined
    const length = asked.granularity.step === "day" ? 6 * 3_600_000 : asked.granularity.step * 60_000
    return makeChart(asked, row.time * 1000 + Math.floor(length / 2))
  },
})

/** What Yahoo's own servers add, as recorded by others. */
const commonHeaders = ({ status, headers }: Answer): Answer["headers"] =>
  status === 200 && headers["Content-Type"] === jsonContentType
    ? {
        Server: "ATS",
        "Cache-Control": "public, max-age=10, stale-while-revalidate=20",
        Age: "0",
        Vary: "Origin,Accept-Encoding",
        "y-rid": "simulated",
      }
    : { Server: "ATS" }
