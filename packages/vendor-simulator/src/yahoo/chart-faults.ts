import type { PageFault } from "../faults.ts"
import type { Chart } from "./chart.ts"
import type { ChartRow } from "./chart-rows.ts"
import type { SessionFault } from "./yahoo-faults.ts"

/** What a faulty chart is made from. */
export interface ChartContext {
  /** The chart answered before for the same symbol and granularity. */
  readonly previous: Chart | undefined
  /** The same question answered in coarser rows. */
  readonly coarser: () => Chart | undefined
  /** The same question answered when half of the last finished row's time had passed. */
  readonly early: (row: ChartRow) => Chart | undefined
}

/** A chart with a fault in it, and how many cells of a column are missing. */
export interface FaultyChart {
  readonly chart: Chart
  readonly shorten?: number
}

/** `undefined` when the chart offers no room for the fault. */
export const faultyChart = (
  fault: PageFault | SessionFault,
  chart: Chart,
  context: ChartContext,
): FaultyChart | undefined => {
  const middle = chart.rows.length >> 1
  const row = chart.rows[middle]
  const withRow = (changed: Partial<ChartRow>): FaultyChart | undefined =>
    row && { chart: { ...chart, rows: chart.rows.with(middle, { ...row, ...changed }) } }
  switch (fault.type) {
    case "empty-page":
      return row && { chart: { ...chart, rows: [], events: undefined } }
    case "duplicated-page":
      return context.previous && { chart: context.previous }
    case "unordered-page": {
      const before = chart.rows[middle - 1]
      if (row === undefined || before === undefined) return undefined
      return { chart: { ...chart, rows: chart.rows.with(middle, before).with(middle - 1, row) } }
    }
    case "bad-row":
      switch (fault.defect ?? "null") {
        case "null":
          return withRow(noValues)
        case "short":
          return row && { chart, shorten: 1 }
        case "text":
          return withRow({ high: "n/a" as unknown as number })
        case "off-grid":
          return withRow({ time: (row?.time ?? 0) + 17 })
        case "inconsistent":
          return withRow({ close: (row?.high ?? 0) * 2 })
      }
    // falls through is impossible: every defect returns
    case "open-bar":
      return oddLastRow(fault.oddity, chart, context)
    case "null-rows":
      return row && { chart: { ...chart, rows: withNulls(chart.rows, fault.every ?? 10) } }
    case "hundredfold-row":
      return withRow({
        open: hundredfold(row?.open),
        high: hundredfold(row?.high),
        low: hundredfold(row?.low),
        close: hundredfold(row?.close),
      })
    case "coarser-rows": {
      const coarser = context.coarser()
      return coarser && { chart: coarser }
    }
  }
}

const noValues = { open: null, high: null, low: null, close: null, volume: null }

const hundredfold = (value: number | null | undefined): number | null =>
  value === null || value === undefined ? null : Math.fround(value * 100)

const withNulls = (rows: ReadonlyArray<ChartRow>, every: number): ReadonlyArray<ChartRow> =>
  rows.map((row, index) =>
    index % every === every - 1 && row.isLive === undefined ? { ...row, ...noValues } : row,
  )

const daySeconds = 86_400

const oddLastRow = (
  oddity: "absent" | "repeated" | "ahead" | "unsettled",
  chart: Chart,
  { early }: ChartContext,
): FaultyChart | undefined => {
  const { rows } = chart
  const last = rows.at(-1)
  if (last === undefined) return undefined
  if (oddity === "unsettled") {
    const index = rows.findLastIndex(({ isLive }) => isLive === undefined)
    const done = rows[index]
    const unfinished =
      done && early(done)?.rows.find(({ time, isLive }) => time === done.time || isLive === true)
    return unfinished === undefined || done === undefined
      ? undefined
      : { chart: { ...chart, rows: rows.with(index, { ...unfinished, time: done.time }) } }
  }
  // A quote of a later session, beyond the end of the question.
  if (oddity === "ahead")
    return {
      chart: withLast(chart, [
        ...rows,
        {
          time: last.time + daySeconds,
          open: last.close,
          high: last.close,
          low: last.close,
          close: last.close,
          volume: 0,
          isLive: true,
        },
      ]),
    }
  if (last.isLive === undefined) return undefined
  return { chart: withLast(chart, oddity === "absent" ? rows.slice(0, -1) : [...rows, last]) }
}

/** As many adjusted closes as rows. */
const withLast = (chart: Chart, rows: ReadonlyArray<ChartRow>): Chart => ({
  ...chart,
  rows,
  adjustedCloses:
    chart.adjustedCloses && rows.map((row, index) => chart.adjustedCloses?.[index] ?? row.close),
})
