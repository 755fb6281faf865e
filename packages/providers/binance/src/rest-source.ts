import {
  barCount,
  emptyBars,
  type EpochMillis,
  isEmptyRange,
  isoTime,
  type TimeRange,
} from "@barkeep/market-data"
import {
  type BarRequest,
  checkPage,
  type Clock,
  type JsonAnswer,
  type ProviderError,
  serverTime,
  type VendorCall,
  type VendorClient,
} from "@barkeep/provider-kit"
import { callJson } from "@barkeep/provider-kit/effect"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { klinesCall, klinesFromCall, serverTimeCall } from "./calls.ts"
import { pageBars } from "./endpoints.ts"
import { parseServerTime } from "./exchange-info.ts"
import { openTimesIn } from "./grid.ts"
import { klinesToBars } from "./klines-to-bars.ts"
import { type WindowStep, windowSteps } from "./plan-steps.ts"
import { ScannedKlines } from "./scan-klines.ts"
import { type Answer, joinAnswers, nothing } from "./stretch.ts"
import { toAnswer, type WindowAnswer, withProvenPages, withRunningBar } from "./window-answer.ts"

/** Bars of Binance's REST API. */
export interface RestSource {
  /** The open time of the first bar at or after `from`, wherever it is. */
  readonly next: (
    request: BarRequest,
    from: EpochMillis,
  ) => Effect.Effect<EpochMillis | undefined, ProviderError>
  /** That of the first bar after the one at `known`; fails when the answer does not hold that one. */
  readonly after: (
    request: BarRequest,
    known: EpochMillis,
  ) => Effect.Effect<EpochMillis | undefined, ProviderError>
  /** Fails when there is a bar at or after `from` and before `next`, or none at `next`. */
  readonly checkAbsence: (
    request: BarRequest,
    from: EpochMillis,
    next: EpochMillis,
  ) => Effect.Effect<void, ProviderError>
  /** The closed bars of one window. @param because why they are asked here, for their evidence */
  readonly window: (
    request: BarRequest,
    step: WindowStep,
    because?: string,
  ) => Effect.Effect<Answer, ProviderError>
  /** Whether there is a bar in a range: what is known of it up to the first one, in one call. An answer without any bar leaves all of it doubtful. */
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

/** A range up to its first bar. */
export interface RangeStart {
  /** Without a bar; everything that is closed, when there is no bar at all. */
  readonly answer: Answer
  readonly firstTime: EpochMillis | undefined
}

/** The last instant that Temporal knows. */
const endOfTime = 8.64e15

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

  /** The checked answer to one call about the request's range, the running bar too, with Binance's clock. */
  const ask = Effect.fnUntraced(function* (request: BarRequest, call: VendorCall) {
    const askedAt = clock.now()
    const answer = yield* callJson(client, call)
    const read =
      answer.body instanceof ScannedKlines ? Result.succeed(answer.body.bars) : klinesToBars(answer.body)
    if (Result.isFailure(read)) return yield* distrust(call, read.failure)
    const issue = checkPage(request, read.success)
    if (issue !== undefined) return yield* distrust(call, issue)
    const now = yield* timeOfAnswer(answer, askedAt)
    const { receivedAt } = answer
    return { range: request.range, bars: read.success, now, receivedAt } satisfies WindowAnswer
  })

  /** At most so many bars that open at or after `from`. */
  const askFrom = Effect.fnUntraced(function* (request: BarRequest, from: EpochMillis, limit: number) {
    const call = klinesFromCall(request.instrument, request.timeframe, from, limit)
    const answer = yield* ask({ ...request, range: { from, to: endOfTime } }, call)
    const rows = barCount(answer.bars)
    if (rows > limit) return yield* distrust(call, `${rows} rows instead of ${limit}`)
    return { ...answer, call }
  })

  const window: RestSource["window"] = Effect.fnUntraced(function* (request, { asked, keep }, because) {
    const { instrument, timeframe } = request
    const range = withRunningBar(timeframe, asked, clock.now())
    const answer = yield* ask({ ...request, range }, klinesCall(instrument, timeframe, range))
    return toAnswer(request, answer, keep, because)
  })

  const start: RestSource["start"] = Effect.fnUntraced(function* (request, keep, because) {
    const found = yield* askFrom(request, keep.from, 1)
    const [next] = found.bars.openTime
    const firstTime = next !== undefined && next < keep.to ? next : undefined
    const empty = { from: keep.from, to: firstTime ?? keep.to }
    if (isEmptyRange(empty)) return { answer: nothing, firstTime }
    const answer = toAnswer(request, { ...found, range: empty, bars: emptyBars }, empty, because)
    return { answer: next === undefined ? answer : withProvenPages(answer), firstTime }
  })

  return {
    next: (request, from) => Effect.map(askFrom(request, from, 1), ({ bars }) => bars.openTime[0]),
    after: Effect.fnUntraced(function* (request, known) {
      const { bars, call } = yield* askFrom(request, known, 2)
      const [first, next] = bars.openTime
      if (first !== known) return yield* distrust(call, `the bar of ${isoTime(known)} is not in the answer`)
      return next
    }),
    checkAbsence: Effect.fnUntraced(function* (request, from, next) {
      const { bars, call } = yield* askFrom(request, from, 1)
      const [found] = bars.openTime
      if (found === next) return
      const told = found === undefined ? "no bar" : `the bar of ${isoTime(found)}`
      return yield* distrust(
        call,
        `asked for what comes from ${isoTime(from)} on Binance gives ${told}, in a longer answer that of ${isoTime(next)}: one of the two has lost bars`,
      )
    }),
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
