import type { FaultPlan } from "../fault-plan.ts"
import { type Fault, type FaultType, isPageFault, isSeriesFault } from "../faults.ts"
import { faultOfReply, inForm, type ShapedAnswer } from "../shaped-answer.ts"
import type { SessionMarket } from "../session-market/session-market.ts"
import type { Answer, VendorReply, VendorRequest, VendorSite } from "../vendor-site.ts"
import { dividendsAnswer, searchAnswer, splitsAnswer } from "./action-lists.ts"
import { htmlAnswer, invalidCall, jsonAnswer, notSimulated, refusal } from "./answers.ts"
import { type CallLimit, type KeyLimiter, createKeyLimiter } from "./key-limiter.ts"
import { isDemoQuestion } from "./demo-questions.ts"
import { type AlphaVantagePlans, type Caller, callerOf } from "./plans.ts"
import { type FunctionName, isKnownElsewhere, isSimulated, readSeriesQuery } from "./query.ts"
import { type SeriesTable, seriesTable } from "./series-table.ts"
import { createStocks } from "./stocks.ts"
import { faultyTable, truncatedCsv } from "./table-faults.ts"
import { vendorTexts } from "./vendor-texts.ts"
import { writeTable } from "./write-table.ts"

/** The one path of the API. */
const queryPath = "/query"

const vendor = "alpha-vantage"

/**
 * Alpha Vantage: stocks and funds of a market, refusals with status 200, limits by key.
 * @see https://www.alphavantage.co/documentation/
 */
export const alphaVantageSite = (options: {
  readonly market: SessionMarket
  readonly plans: AlphaVantagePlans
  readonly faultPlan: () => FaultPlan
}): VendorSite => {
  const { plans, faultPlan } = options
  const stocks = createStocks(options.market)
  const limiter = createKeyLimiter(plans)
  /** The last honest table of each series. */
  const previous = new Map<string, SeriesTable>()

  const seriesAnswer = (
    name: FunctionName,
    { parameters, time }: VendorRequest,
    caller: Caller,
    fault: Fault | undefined,
  ): ShapedAnswer => {
    const query = readSeriesQuery(name, parameters)
    const tierRefusal = caller === "free" ? premiumOnly(name, parameters) : undefined
    if (tierRefusal !== undefined) return honest(tierRefusal)
    const stock = query && stocks.find(query.symbol, time)
    if (query === undefined || stock === undefined) return honest(invalidCall(name))
    const isEndLabelled = fault?.type === "end-labels" && name === "TIME_SERIES_INTRADAY"
    const table = seriesTable(name, stock, query, time, isEndLabelled ? "close" : "open")
    if (table === undefined) return honest(invalidCall(name))
    const seriesKey = `${name} ${stock.vendorSymbol} ${query.interval}`
    const damaged =
      fault !== undefined && (isPageFault(fault) || isSeriesFault(fault))
        ? faultyTable(fault, table, previous.get(seriesKey))
        : undefined
    previous.set(seriesKey, table)
    const answer = writeTable(damaged ?? table, query.datatype)
    const cut = fault?.type === "truncated-csv" ? truncatedCsv(answer, fault.cut) : undefined
    return { answer: cut ?? answer, faulty: isEndLabelled || damaged !== undefined || cut !== undefined }
  }

  const askedAnswer = (
    name: string,
    request: VendorRequest,
    caller: Caller,
    fault: Fault | undefined,
  ): ShapedAnswer => {
    const { parameters, time } = request
    if (!isSimulated(name))
      return honest(
        isKnownElsewhere(name)
          ? notSimulated(name)
          : refusal("Error Message", vendorTexts.unknownFunction(name)),
      )
    if (caller === "demo" && !isDemoQuestion(parameters))
      return honest(refusal("Information", vendorTexts.demoKey))
    if (name.startsWith("TIME_SERIES_")) return seriesAnswer(name, request, caller, fault)
    const datatype = parameters.get("datatype") === "csv" ? "csv" : "json"
    if (name === "SYMBOL_SEARCH") {
      const keywords = parameters.get("keywords") ?? ""
      return honest(
        keywords === "" ? invalidCall(name) : searchAnswer(stocks.search(keywords, time), datatype),
      )
    }
    const symbol = parameters.get("symbol") ?? ""
    if (symbol === "") return honest(invalidCall(name))
    const stock = stocks.find(symbol, time)
    // An empty object is what the functions about companies say of one that they do not know.
    if (stock === undefined) return honest(jsonAnswer({}))
    const write = name === "SPLITS" ? splitsAnswer : dividendsAnswer
    return honest(write(symbol, stock, time, datatype))
  }

  const shapedAnswer = (
    name: string,
    request: VendorRequest,
    caller: Caller,
    fault: Fault | undefined,
  ): ShapedAnswer => {
    const instead = fault && answerOfFault(fault, request, limiter)
    if (instead !== undefined) return { answer: instead, faulty: true }
    const asked = askedAnswer(name, request, caller, fault)
    return inForm(asked, fault)
  }

  const reply = (request: VendorRequest): VendorReply => {
    const { parameters, time, method } = request
    const name = parameters.get("function") ?? ""
    const key = parameters.get("apikey") ?? ""
    const endpoint = isSimulated(name) || isKnownElsewhere(name) ? name : "unknown"
    const common = { endpoint, weight: 1, insidePause: false, insideBan: false }
    const refused = { ...common, delivery: undefined, fault: undefined }
    if (method !== "GET") return { ...refused, answer: htmlAnswer(405, "Method Not Allowed") }
    const caller = callerOf(plans, key)
    if (caller === undefined) return { ...refused, answer: refusal("Error Message", vendorTexts.invalidKey) }
    const limit = limiter.admit(key, caller, time)
    if (limit !== undefined) return { ...refused, answer: limited(limit, key, limiter), refusedBy: limit }
    const fault = faultPlan().next({ vendor, endpoint, parameters })
    const shaped = shapedAnswer(name, request, caller, fault)
    return {
      ...common,
      answer: shaped.answer,
      ...faultOfReply(shaped, fault),
    }
  }
  return { vendor, claims: (path) => path === queryPath, reply }
}

const honest = (answer: Answer): ShapedAnswer => ({ answer, faulty: false })

/** What a free key is told where only premium ones are served. */
const premiumOnly = (name: FunctionName, parameters: URLSearchParams): Answer | undefined => {
  if (name === "TIME_SERIES_INTRADAY" || name === "TIME_SERIES_DAILY_ADJUSTED")
    return refusal("Information", vendorTexts.premiumEndpoint)
  return name === "TIME_SERIES_DAILY" && parameters.get("outputsize") === "full"
    ? refusal("Information", vendorTexts.premiumParameter(name))
    : undefined
}

const limited = (limit: CallLimit, key: string, limiter: KeyLimiter): Answer => {
  const { callsPerDay, callsPerMinute, callsPerSecond } = limiter
  switch (limit) {
    case "second":
      return refusal("Information", vendorTexts.burst(callsPerSecond, callsPerDay))
    case "minute":
      return refusal("Information", vendorTexts.minuteLimit(callsPerMinute))
    case "day":
      return refusal("Information", vendorTexts.dailyLimit(key, callsPerDay))
  }
}

/** The answer that a fault gives instead; Alpha Vantage bans nobody and serves all countries. */
const answerOfFault = (
  fault: Fault,
  { parameters }: VendorRequest,
  limiter: KeyLimiter,
): Answer | undefined => {
  const answers: { readonly [type in FaultType]?: () => Answer } = {
    "rate-limited": () => limited("second", "", limiter),
    "key-echo": () => limited("day", parameters.get("apikey") ?? "", limiter),
    "old-note": () => refusal("Note", vendorTexts.oldNote),
    "empty-object": () => jsonAnswer({}),
    "unknown-symbol": () => invalidCall(parameters.get("function") ?? ""),
    firewall: () => htmlAnswer(403, "Attention Required! | Cloudflare"),
    "server-error": () =>
      htmlAnswer((fault as { readonly status?: number }).status ?? 500, "Application Error"),
    overloaded: () => htmlAnswer(503, "Application Error"),
    "right-back": () => htmlAnswer(200, "Will be right back"),
  }
  return answers[fault.type]?.()
}
