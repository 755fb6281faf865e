import {
  barCount,
  type Bars,
  emptyBars,
  type EpochMillis,
  isEmptyRange,
  openTimeOf,
  type Provenance,
  sliceBars,
  type TimeRange,
} from "@barkeep/market-data"
import {
  type BarRequest,
  checkPage,
  type Clock,
  closedPages,
  type JsonAnswer,
  type ProviderError,
  serverTime,
  type VendorCall,
  type VendorClient,
} from "@barkeep/provider-kit"
import { callJson } from "@barkeep/provider-kit/effect"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { binanceCapabilities } from "./capabilities.ts"
import { firstKlineCall, klinesCall, serverTimeCall } from "./calls.ts"
import { endpoints, pageBars } from "./endpoints.ts"
import { parseServerTime } from "./exchange-info.ts"
import { openTimesIn } from "./grid.ts"
import { klinesToBars } from "./klines-to-bars.ts"
import { type WindowStep, windowSteps } from "./plan-steps.ts"
import { ScannedKlines } from "./scan-klines.ts"
import { type Answer, joinAnswers, nothing, type Stretch } from "./stretch.ts"

/** Bars of Binance's REST API. */
export interface RestSource {
  /** The checked rows of one call about the request's range, the running bar too. */
  readonly rows: (request: BarRequest, call: VendorCall) => Effect.Effect<Rows, ProviderError>
  /** The closed bars of one window. @param because why they are asked here, for their evidence */
  readonly window: (
    request: BarRequest,
    step: WindowStep,
    because?: string,
  ) => Effect.Effect<Answer, ProviderError>
  /** Whether there is a bar in a range: what is known of it up to the first one, in one call. */
  readonly start: (
    request: BarRequest,
    keep: TimeRange,
    because?: string,
  ) => Effect.Effect<RangeStart, ProviderError>
  /**
   * The closed bars of a range of any length, overlapping its neighbours inside `within`; one call when there are none.
   */
  readonly range: (
    request: BarRequest,
    keep: TimeRange,
    within: TimeRange,
    because: string,
  ) => Effect.Effect<Answer, ProviderError>
  readonly serverTime: Effect.Effect<EpochMillis, ProviderError>
}

/** Rows, and the answer that brought them. */
export interface Rows {
  readonly bars: Bars
  readonly answer: JsonAnswer
}

/** A range up to its first bar. */
export interface RangeStart {
  /** Without a bar; everything that is closed, when there is no bar at all. */
  readonly answer: Answer
  readonly firstTime: EpochMillis | undefined
}

/** Calls of one question in flight at once, below the limit of the client. */
const atOnce = 4

export const makeRestSource = (client: VendorClient, clock: Clock): RestSource => {
  const distrust = (call: VendorCall, issue: string): Effect.Effect<never, ProviderError> =>
    Effect.fail(client.error(call.operation, { _tag: "MalformedResponse", issue }))

  const askServerTime = Effect.flatMap(callJson(client, serverTimeCall), ({ body }) => {
    const time = parseServerTime(body)
    return Result.isSuccess(time) ? Effect.succeed(time.success) : distrust(serverTimeCall, time.failure)
  })

  /** Binance's clock when it made the answer, or earlier: what is running then must not pass for closed. */
  const timeOfAnswer = (
    answer: JsonAnswer,
    askedAt: EpochMillis,
  ): Effect.Effect<EpochMillis, ProviderError> => {
    const told = serverTime(answer.headers)
    if (told !== undefined) return Effect.succeed(told)
    // A proxy may remove the Date header. Asked now, the clock is later than the answer by at most the time since.
    return Effect.map(askServerTime, (time) => time - Math.max(0, clock.now() - askedAt))
  }

  const rows: RestSource["rows"] = Effect.fnUntraced(function* (request, call) {
    const answer = yield* callJson(client, call)
    const read =
      answer.body instanceof ScannedKlines ? Result.succeed(answer.body.bars) : klinesToBars(answer.body)
    if (Result.isFailure(read)) return yield* distrust(call, read.failure)
    const issue = checkPage(request, read.success)
    if (issue !== undefined) return yield* distrust(call, issue)
    return { bars: read.success, answer }
  })

  /** The same with Binance's clock. */
  const ask = Effect.fnUntraced(function* (request: BarRequest, call: VendorCall) {
    const askedAt = clock.now()
    const { bars, answer } = yield* rows(request, call)
    const now = yield* timeOfAnswer(answer, askedAt)
    return { range: request.range, bars, now, receivedAt: answer.receivedAt } satisfies WindowAnswer
  })

  const window: RestSource["window"] = Effect.fnUntraced(function* (request, { asked, keep }, because) {
    const call = klinesCall(request.instrument, request.timeframe, asked)
    return toAnswer(request, yield* ask({ ...request, range: asked }, call), keep, because)
  })

  const start: RestSource["start"] = Effect.fnUntraced(function* (request, keep, because) {
    const call = firstKlineCall(request.instrument, request.timeframe, keep)
    const answer = yield* ask({ ...request, range: keep }, call)
    if (barCount(answer.bars) > 1)
      return yield* distrust(call, `${barCount(answer.bars)} rows instead of one`)
    const firstTime = answer.bars.openTime[0]
    const empty = { from: keep.from, to: firstTime ?? keep.to }
    return {
      answer: isEmptyRange(empty)
        ? nothing
        : toAnswer(request, { ...answer, range: empty, bars: emptyBars }, empty, because),
      firstTime,
    }
  })

  return {
    rows,
    window,
    start,
    range: Effect.fnUntraced(function* (request, keep, within, because) {
      const { timeframe } = request
      const begin: RangeStart =
        openTimesIn(timeframe, keep) > pageBars
          ? yield* start(request, keep, because)
          : { answer: nothing, firstTime: keep.from }
      if (begin.firstTime === undefined) return begin.answer
      const steps = windowSteps(timeframe, { from: begin.firstTime, to: keep.to }, within)
      const answers = yield* Effect.forEach(steps, (step) => window(request, step, because), {
        concurrency: atOnce,
      })
      return joinAnswers([begin.answer, ...answers])
    }),
    serverTime: askServerTime,
  }
}

/** The checked answer to one window. */
interface WindowAnswer {
  readonly range: TimeRange
  /** All rows of the answer, the running bar too. */
  readonly bars: Bars
  /** Binance's clock when it answered, or earlier. */
  readonly now: EpochMillis
  /** Our clock when the answer had come. */
  readonly receivedAt: EpochMillis
}

const toAnswer = (
  { instrument, timeframe }: BarRequest,
  { range: { from, to }, bars, now, receivedAt }: WindowAnswer,
  keep: TimeRange,
  because: string | undefined,
): Answer => {
  const { provider, adjustment, settleMillis } = binanceCapabilities
  const provenance: Provenance = {
    provider,
    endpoint: endpoints.klines.path,
    method: "direct",
    adjustment,
    fetchedAt: receivedAt,
    settled: true,
    ...(because !== undefined && { evidence: { because } }),
  }
  const page = { range: keep, bars: sliceBars(bars, keep), provenance }
  const { pages, reachesPresent } = closedPages(page, { instrument, timeframe, now, settleMillis })
  const seen = { from, to: Math.max(from, Math.min(to, openTimeOf(timeframe, now))) }
  const name = endpoints.klines.path
  const stretch: Stretch = { source: "rest", name, pages, bars: sliceBars(bars, seen), seen }
  return { stretches: [stretch], reachesPresent }
}
