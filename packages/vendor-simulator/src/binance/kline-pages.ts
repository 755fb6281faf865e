import { barEnd, type EpochMillis } from "@barkeep/market-data"
import type { PageFault } from "../faults.ts"
import type { Market } from "../market/market.ts"
import type { BarSlice } from "../market/symbol-market.ts"
import type { Answer } from "../vendor-site.ts"
import { jsonAnswer } from "./json-answer.ts"
import { type KlineParameters, readKlineParameters } from "./kline-parameters.ts"
import { faultyPage, type KlineRow } from "./page-faults.ts"
import { renderKlines } from "./render-klines.ts"
import type { TimeUnit } from "./time-unit.ts"

/** Answers of `/api/v3/klines`. */
export interface KlinePages {
  readonly answer: (
    parameters: URLSearchParams,
    now: EpochMillis,
    unit: TimeUnit,
    fault: PageFault | undefined,
  ) => { readonly answer: Answer; readonly faulty: boolean }
}

export const createKlinePages = (market: Market): KlinePages => {
  /** The last honest page of each symbol and interval. */
  const previous = new Map<string, Buffer>()
  return {
    answer: (parameters, now, unit, fault) => {
      const read = readKlineParameters(parameters, market)
      if ("refused" in read) return { answer: read.refused, faulty: false }
      const asked = read.accepted
      const series = `${asked.market.symbol} ${asked.interval}`
      const before = previous.get(series)
      const honest = renderKlines(pageSlices(asked, now), asked.timeframe)
      previous.set(series, honest)
      if (fault === undefined && unit === 1) return { answer: jsonAnswer(honest), faulty: false }

      const rows = parseRows(honest)
      const faulty =
        fault &&
        faultyPage(fault, rows, {
          timeframe: asked.timeframe,
          now,
          previous: before && parseRows(before),
          halfDone: (openTime) => halfDoneRow(asked, openTime),
        })
      const page = (faulty ?? rows).map((row) => inUnit(row, unit))
      return { answer: jsonAnswer(JSON.stringify(page)), faulty: faulty !== undefined }
    },
  }
}

/**
 * The bars a question is about. Without times the newest; from `startTime` on the oldest; up to `endTime` the
 * newest; with both the oldest. A start after the end finds none.
 */
const pageSlices = (asked: KlineParameters, now: EpochMillis): ReadonlyArray<BarSlice> =>
  asked.market.slices({
    timeframe: asked.timeframe,
    from: asked.startTime ?? 0,
    to: (asked.endTime ?? now) + 1,
    limit: asked.limit,
    take: asked.startTime === undefined ? "newest" : "oldest",
    now,
  })

const halfDoneRow = ({ market, timeframe }: KlineParameters, openTime: EpochMillis): KlineRow | undefined => {
  const now = openTime + Math.floor((barEnd(timeframe, openTime) - openTime) / 2)
  const slices = market.slices({ timeframe, from: openTime, to: openTime + 1, limit: 1, take: "oldest", now })
  return parseRows(renderKlines(slices, timeframe))[0]
}

const inUnit = (row: KlineRow, unit: TimeUnit): KlineRow =>
  unit === 1 ? row : row.with(0, Number(row[0]) * unit).with(6, (Number(row[6]) + 1) * unit - 1)

const parseRows = (page: Buffer): ReadonlyArray<KlineRow> =>
  JSON.parse(page.toString()) as ReadonlyArray<KlineRow>
