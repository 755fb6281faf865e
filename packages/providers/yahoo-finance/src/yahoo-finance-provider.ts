import { emptyBars, type EpochMillis, hasSessions, type Instrument, InvalidInput } from "@barkeep/market-data"
import {
  type BarRequest,
  type CallRecord,
  checkPage,
  createLimiter,
  createVendorClient,
  type JsonAnswer,
  type ProviderError,
  serverTime,
  systemClock,
} from "@barkeep/provider-kit"
import { callJson, type EffectBarProvider, trusted, windowPages } from "@barkeep/provider-kit/effect"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { chartCall } from "./calls.ts"
import { yahooFinanceCapabilities } from "./capabilities.ts"
import { chartPages } from "./chart-pages.ts"
import { type ChartBars, chartToBars } from "./chart-to-bars.ts"
import { type CorporateEvents, type EventsRequest, eventsIn } from "./corporate-events.ts"
import { defaultPace, yahooFinanceUrl } from "./endpoints.ts"
import { failureOfAnswer, isEmptyWindow } from "./failures.ts"
import type { YahooFinanceOptions, YahooSession } from "./options.ts"
import { parseChart } from "./parse-chart.ts"
import { penaltyMillis } from "./penalties.ts"
import { type ChartWindow, planChart, planWindows } from "./plan-chart.ts"

/** Yahoo Finance in Effect's terms. */
export interface EffectYahooFinance extends EffectBarProvider {
  /** Splits, dividends and capital gains that take effect in the range. One call. */
  readonly events: (request: EventsRequest) => Effect.Effect<CorporateEvents, ProviderError>
}

/** @throws {InvalidInput} for an unusable base URL, session, pace or concurrency */
export const makeYahooFinance = (options: YahooFinanceOptions = {}): EffectYahooFinance => {
  const { clock = systemClock, concurrency = 1, session, onDroppedRows } = options
  checkSession(session)
  let refusals = 0
  const client = createVendorClient({
    ...options,
    vendor: yahooFinanceCapabilities.provider,
    baseUrl: options.baseUrl ?? yahooFinanceUrl,
    limiter: options.limiter ?? createLimiter(yahooFinanceCapabilities.budgets, clock),
    pace: options.pace ?? defaultPace,
    concurrency,
    headers: {
      accept: "application/json",
      "user-agent": options.userAgent ?? "barkeep-provider-yahoo-finance",
      ...(session && { cookie: session.cookie }),
    },
    secrets: session === undefined ? [] : [session.cookie, session.crumb],
    classify: (answer) => failureOfAnswer(answer, penaltyMillis(refusals)),
    onCall: (record: CallRecord) => {
      if (record.outcome === "RateLimited") refusals += 1
      else if (record.outcome === "ok") refusals = 0
      options.onCall?.(record)
    },
  })

  /** The chart of a window; `undefined` when Yahoo knows the symbol and has nothing there. */
  const askChart = Effect.fnUntraced(function* (instrument: Instrument, window: ChartWindow) {
    const call = chartCall(instrument, window, session?.crumb)
    const answer = yield* callJson(client, call).pipe(
      Effect.catchIf(
        ({ reason }) => isEmptyWindow(reason),
        () => Effect.void,
      ),
    )
    if (answer === undefined) return { now: clock.now(), receivedAt: clock.now(), chart: undefined }
    const chart = yield* trusted(client, call, parseChart(answer.body, window))
    return { now: timeOfAnswer(answer), receivedAt: answer.receivedAt, chart }
  })

  const fetchWindow = Effect.fnUntraced(function* (request: BarRequest, window: ChartWindow) {
    const { instrument, timeframe } = request
    const { range, asked } = window
    const { chart, now, receivedAt } = yield* askChart(instrument, window)
    if (chart === undefined) return chartPages(request, { ...nothing, range, now, receivedAt })
    const rows = yield* trusted(
      client,
      chartCall(instrument, window),
      Result.flatMap(chartToBars(chart, { instrument, timeframe, range, asked, now }), (found) => {
        const anchor = hasSessions(instrument) ? "session" : "clock"
        const issue = checkPage({ instrument, timeframe, range }, found.bars, anchor)
        return issue === undefined ? Result.succeed(found) : Result.fail(issue)
      }),
    )
    const result = chartPages(request, { ...rows, chart, range, now, receivedAt })
    if (result.dropped.length > 0)
      onDroppedRows?.({ symbol: instrument.symbol, timeframe, rows: result.dropped })
    return result
  })

  return {
    id: yahooFinanceCapabilities.provider,
    capabilities: yahooFinanceCapabilities,
    plan: (request) => planChart(request, clock.now()),
    bars: (request) =>
      windowPages(
        () => planWindows(request, clock.now()),
        (window) => fetchWindow(request, window),
      ),
    events: Effect.fnUntraced(function* ({ instrument, range }) {
      const windows = yield* Effect.fromResult(
        planWindows({ instrument, timeframe: "1d", range }, clock.now()),
      )
      const [window] = windows
      if (window === undefined) return eventsIn(instrument, range, undefined)
      const { chart } = yield* askChart(instrument, window)
      return eventsIn(instrument, range, chart)
    }),
  }
}

const nothing: ChartBars = { bars: emptyBars, dropped: [], missingFrom: Number.POSITIVE_INFINITY }

/** Yahoo's clock when it made the answer, or earlier; ours where a proxy removed the header. */
const timeOfAnswer = ({ headers, receivedAt }: JsonAnswer): EpochMillis => serverTime(headers) ?? receivedAt

/** The page that hands out crumbs answers `Too Many Requests` with status 200 to hosts that it refuses. */
const checkSession = (session: YahooSession | undefined): void => {
  if (session === undefined) return
  if (!/^[\x21-\x7e]{1,100}$/.test(session.crumb) || /[<>]/.test(session.crumb))
    throw new InvalidInput({ field: "session.crumb", value: "the given text", expected: "a crumb of Yahoo" })
  if (!/^[\x20-\x7e]+$/.test(session.cookie))
    throw new InvalidInput({ field: "session.cookie", value: "the given text", expected: "a cookie header" })
}
