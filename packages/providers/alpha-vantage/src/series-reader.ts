import { type BarPage, type EpochMillis, type Instrument, isIntraday } from "@barkeep/market-data"
import {
  type BarRequest,
  type Capabilities,
  type Clock,
  type ProviderError,
  serverTime,
  type VendorClient,
} from "@barkeep/provider-kit"
import { callJson, callText, trusted } from "@barkeep/provider-kit/effect"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { answerPages, noBars } from "./answer-pages.ts"
import { type CallContext, seriesCall } from "./calls.ts"
import { functions } from "./endpoints.ts"
import { historySpan, isOutside } from "./history-span.ts"
import type { BarLabel, Datatype } from "./options.ts"
import { parseSeriesCsv } from "./parse-series-csv.ts"
import { parseSeriesJson } from "./parse-series-json.ts"
import type { SeriesCall } from "./plan-series.ts"
import { type SeriesAnswer, seriesToBars } from "./series-to-bars.ts"
import { toVendorSymbol } from "./symbols.ts"
import { monthlySeries } from "./timeframes.ts"

export interface SeriesReaderOptions {
  readonly client: VendorClient
  readonly context: CallContext
  readonly capabilities: Capabilities
  readonly datatype: Datatype
  readonly label: BarLabel
  readonly clock: Clock
}

/** Makes the calls for bars. */
export interface SeriesReader {
  /** The pages of one question, call by call; what it learns of the instrument's history serves its later calls. */
  readonly pagesOf: (
    request: BarRequest,
  ) => Effect.Effect<(call: SeriesCall) => Effect.Effect<ReadonlyArray<BarPage>, ProviderError>>
  /** All monthly bars of an instrument, which tell where its history begins and ends. One call. */
  readonly fetchHistory: (instrument: Instrument) => Effect.Effect<Answer, ProviderError>
}

/** A checked answer, and when it was made. */
export interface Answer extends SeriesAnswer {
  /** The vendor's clock when it answered, or earlier. */
  readonly now: EpochMillis
  readonly receivedAt: EpochMillis
}

/** All times of an epoch that Temporal knows. */
const allTime = { from: 0, to: 8.64e15 }

export const createSeriesReader = ({
  client,
  context,
  capabilities,
  datatype,
  label,
  clock,
}: SeriesReaderOptions): SeriesReader => {
  const fetchSeries = Effect.fnUntraced(function* (
    { instrument, timeframe }: Pick<BarRequest, "instrument" | "timeframe">,
    call: SeriesCall,
    form: Datatype = datatype,
  ) {
    const vendorCall = seriesCall(context, { instrument, timeframe }, call, form)
    const askedAt = clock.now()
    const answer = yield* form === "json" ? callJson(client, vendorCall) : callText(client, vendorCall)
    const series = yield* trusted(
      client,
      vendorCall,
      "body" in answer
        ? parseSeriesJson(answer.body, call.series.rowsKey)
        : parseSeriesCsv(answer, call.series),
    )
    const question = { instrument, timeframe, call, label, datatype: form }
    const { bars, reachesFrom } = yield* trusted(client, vendorCall, seriesToBars(series, question))
    if (reachesFrom !== undefined && reachesFrom >= call.range.to)
      return yield* Effect.fail(
        client.error(vendorCall.operation, { _tag: "OutsideHistory", earliest: reachesFrom }),
      )
    const { receivedAt, headers } = answer
    return {
      bars,
      ...(reachesFrom !== undefined && { reachesFrom }),
      now: serverTime(headers) ?? askedAt,
      receivedAt,
    } satisfies Answer
  })

  const fetchHistory: SeriesReader["fetchHistory"] = (instrument) => {
    const vendorSymbol = toVendorSymbol(instrument)
    return vendorSymbol === undefined
      ? Effect.fail(
          client.error(
            { operation: monthlySeries.name, symbol: instrument.symbol },
            { _tag: "SymbolNotFound", certain: true },
          ),
        )
      : // As JSON, of which a lost part would show: what comes before the first month is never asked for.
        fetchSeries(
          { instrument, timeframe: "1mo" },
          { vendorSymbol, series: monthlySeries, range: allTime },
          "json",
        )
  }

  const toPages = (request: BarRequest, { range, series }: SeriesCall, answer: Answer) => {
    const isShifted = label === "close" && isIntraday(request.timeframe)
    const facts = {
      endpoint: functions[series.name],
      now: answer.now,
      receivedAt: answer.receivedAt,
      ...(isShifted && { evidence: { vendorLabel: label } }),
    }
    return answerPages(request, range, answer, facts, capabilities)
  }

  /**
   * Months that hold nothing are refused with the words for an unknown symbol. The first such refusal is checked
   * against the monthly bars: outside of them there is nothing, and further months out there need no call.
   */
  const pagesOf: SeriesReader["pagesOf"] = Effect.fnUntraced(function* (request) {
    const history = yield* Effect.cached(fetchHistory(request.instrument))
    let known: Answer | undefined
    const nothingIn = (call: SeriesCall) =>
      call.month !== undefined &&
      known !== undefined &&
      isOutside(call.month.range, historySpan(known.bars, request.instrument))
        ? toPages(request, call, { ...noBars, now: known.now, receivedAt: known.receivedAt })
        : undefined
    return Effect.fnUntraced(function* (call) {
      const knownBefore = nothingIn(call)
      if (knownBefore !== undefined) return knownBefore
      const result = yield* Effect.result(fetchSeries(request, call))
      if (Result.isSuccess(result)) return toPages(request, call, result.success)
      const { failure } = result
      if (call.month === undefined || failure.reason._tag !== "SymbolNotFound")
        return yield* Effect.fail(failure)
      // When the symbol is unknown there too, the question itself failed, not the check.
      known = yield* Effect.mapError(history, (error) =>
        error.reason._tag === "SymbolNotFound" ? failure : error,
      )
      const knownNow = nothingIn(call)
      if (knownNow !== undefined) return knownNow
      const { operation } = seriesCall(context, request, call, datatype)
      const vendorMessage = `the month ${call.month.name} is called invalid, of which there is a monthly bar`
      return yield* Effect.fail(
        client.error(operation, { _tag: "RequestRejected", status: 200, vendorMessage }),
      )
    })
  })

  return { pagesOf, fetchHistory }
}
