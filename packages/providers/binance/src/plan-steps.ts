import {
  barEnd,
  type EpochMillis,
  intersectRanges,
  nominalMillis,
  subtractRanges,
  type Timeframe,
  type TimeRange,
} from "@barkeep/market-data"
import type { BarRequest, PlannedCall, ProviderError } from "@barkeep/provider-kit"
import * as Result from "effect/Result"
import { type ArchiveFile, archiveStart, dailyFiles, isPublished, monthlyFile } from "./archive-file.ts"
import { archiveEndpoints, pageBars } from "./endpoints.ts"
import { openTimesIn } from "./grid.ts"
import type { ArchiveMode } from "./options.ts"
import { checkRequest, evenWindows, klinesCost, klineWindows } from "./plan-klines.ts"
import { toVendorSymbol } from "./symbols.ts"

/** One klines call. */
export interface WindowStep {
  readonly _tag: "window"
  /** What is asked: what is kept, and bars that the archive has too, to see whether both say the same. */
  readonly asked: TimeRange
  readonly keep: TimeRange
}

/** One file of the archive with its checksum. */
export interface FileStep {
  readonly _tag: "file"
  readonly file: ArchiveFile
  /** The part of its period that is wanted, with what lies beside it up to the next open time. */
  readonly keep: TimeRange
}

export type Step = WindowStep | FileStep

export interface PlanContext {
  readonly archive: ArchiveMode
  /** The host's clock. */
  readonly now: EpochMillis
}

/** A request of more pages is long: below, the REST API alone answers within a second, for 1/60 of a minute's weight. */
export const longRequestPages = 50

/** Where a page and a file meet, so many bars are asked of both. */
export const seamBars = 100

/**
 * How a request is answered, or why Binance cannot.
 * @throws {InvalidInput} when its range is none
 */
export const planRequest = (
  request: BarRequest,
  context: PlanContext,
): Result.Result<ReadonlyArray<Step>, ProviderError> =>
  Result.map(checkRequest(request), (checked) => planSteps(checked, context))

/**
 * How a checked request is answered, ascending; what the steps keep tiles the range. With `auto`, a request of more
 * than 50 REST pages takes from the archive what its published files hold, as far as the wanted part of a file has more
 * rows than one page; with `always`, whatever they hold. Everything else is asked of the REST API.
 */
const planSteps = (request: BarRequest, { archive, now }: PlanContext): ReadonlyArray<Step> => {
  const { timeframe, range } = request
  const files = isWorthwhile(request, archive, now)
    ? withEdges(request, fileSteps(request, archive, now))
    : []
  if (files.length === 0)
    return klineWindows(timeframe, range).map((asked) => ({ _tag: "window", asked, keep: asked }))
  const rest = subtractRanges(
    [range],
    files.map(({ keep }) => keep),
  )
  const windows = rest.flatMap((keep) => {
    const before = files.find((step) => step.keep.to === keep.from)
    const after = files.find((step) => step.keep.from === keep.to)
    return windowSteps(timeframe, keep, {
      from: before === undefined ? keep.from : before.keep.from,
      to: after === undefined ? keep.to : after.keep.to,
    })
  })
  return [...files, ...windows].toSorted((a, b) => a.keep.from - b.keep.from)
}

/** What the steps ask when every file is there, whole and clean: a file costs two calls, the zip and its checksum. */
export const plannedCalls = (steps: ReadonlyArray<Step>): ReadonlyArray<PlannedCall> =>
  steps.flatMap((step) => {
    if (step._tag === "window") return [klinesCost(step.asked)]
    const call: PlannedCall = { endpoint: archiveEndpoints[step.file.kind], range: step.keep, cost: {} }
    return [call, call]
  })

/**
 * Windows that keep `keep` and overlap its neighbours inside `within` by `seamBars`; every one of them keeps something.
 */
export const windowSteps = (
  timeframe: Timeframe,
  keep: TimeRange,
  within: TimeRange,
): ReadonlyArray<WindowStep> => {
  const overlap = seamBars * nominalMillis(timeframe)
  const asked = {
    from: Math.max(within.from, keep.from - overlap),
    to: Math.min(within.to, keep.to + overlap),
  }
  // Even windows are longer than an overlap, so that none lies outside of what is kept.
  return evenWindows(timeframe, asked).flatMap((window) => {
    const kept = intersectRanges(window, keep)
    return kept === undefined ? [] : [{ _tag: "window", asked: window, keep: kept }]
  })
}

const isWorthwhile = ({ timeframe, range }: BarRequest, archive: ArchiveMode, now: EpochMillis): boolean => {
  if (archive !== "auto") return archive === "always"
  const closed = intersectRanges(range, { from: archiveStart, to: now })
  return closed !== undefined && openTimesIn(timeframe, closed) > longRequestPages * pageBars
}

/** Nothing has to be asked where no bar opens: a range that begins or ends between two weeks ends with the file. */
const withEdges = (
  { timeframe, range }: BarRequest,
  steps: ReadonlyArray<FileStep>,
): ReadonlyArray<FileStep> =>
  steps.map((step, index) => {
    const { from, to } = step.keep
    const isEmpty = (gap: TimeRange): boolean => openTimesIn(timeframe, gap) === 0
    const start = index === 0 && isEmpty({ from: range.from, to: from }) ? range.from : from
    const end = index === steps.length - 1 && isEmpty({ from: to, to: range.to }) ? range.to : to
    return { ...step, keep: { from: start, to: end } }
  })

const fileSteps = (
  { instrument, timeframe, range }: BarRequest,
  archive: ArchiveMode,
  now: EpochMillis,
): ReadonlyArray<FileStep> => {
  const vendorSymbol = toVendorSymbol(instrument) ?? ""
  const closed = intersectRanges(range, { from: archiveStart, to: now })
  if (closed === undefined) return []
  const files: Array<ArchiveFile> = []
  let time = closed.from
  while (time < closed.to) {
    const month = monthlyFile(vendorSymbol, timeframe, time)
    const inMonth = { from: time, to: Math.min(month.period.to, closed.to) }
    files.push(...(isPublished(month, now) ? [month] : dailyFiles(vendorSymbol, timeframe, inMonth)))
    time = barEnd("1mo", month.period.from)
  }
  const leastRows = archive === "always" ? 1 : pageBars + 1
  return files.flatMap((file) => {
    const keep = intersectRanges(file.period, range)
    return keep !== undefined && isPublished(file, now) && openTimesIn(timeframe, keep) >= leastRows
      ? [{ _tag: "file", file, keep }]
      : []
  })
}
