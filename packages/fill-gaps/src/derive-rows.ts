import {
  type Bars,
  barCount,
  barEnd,
  concatBars,
  type EntryDescription,
  hasSessions,
  isIntraday,
  nominalMillis,
  type ProvenanceSpan,
  resampleBars,
  sliceBars,
  spanIndexAt,
  takeRows,
  type Timeframe,
  type TimeRange,
  timeframes,
} from "@barkeep/market-data"
import { type CalendarAdditions, tradingCalendar } from "@barkeep/trading-calendar"
import { calibrate } from "./calibrate.ts"
import { type Calibration, toEvidence } from "./calibration.ts"
import type { FillRequest, FillStore } from "./fill-store.ts"
import { type GapTask, withAttempt } from "./gap-task.ts"
import { withoutVolume } from "./without-volume.ts"

/** Rows made from finer bars of the store, with what they rest on. */
export interface DerivedRows {
  readonly task: GapTask
  readonly rows: FillRequest["rows"]
}

/**
 * Makes missing bars from complete finer ones that the store has, the coarsest that serve first. A bar is only made
 * when none of its parts is absent, so it is the bar that the same source would give.
 */
export const deriveRows = async (
  store: FillStore,
  entry: EntryDescription,
  task: GapTask,
  additions?: CalendarAdditions,
): Promise<DerivedRows> => {
  const { symbol } = entry.instrument
  let current = task
  const rows: Array<FillRequest["rows"][number]> = []
  for (const finer of await finerTimeframes(store, symbol, entry.timeframe)) {
    if (current.missing.length === 0) break
    const made = await deriveFrom(store, entry, finer, current, additions)
    if (made === undefined) continue
    current = made.task
    rows.push(...made.rows)
  }
  return { task: current, rows }
}

const finerTimeframes = async (
  store: FillStore,
  symbol: string,
  timeframe: Timeframe,
): Promise<ReadonlyArray<Timeframe>> => {
  const stored = await store.listTimeframes(symbol)
  const index = timeframes.indexOf(timeframe)
  return timeframes.filter((name, at) => at < index && stored.includes(name)).toReversed()
}

const deriveFrom = async (
  store: FillStore,
  entry: EntryDescription,
  finer: Timeframe,
  task: GapTask,
  additions: CalendarAdditions | undefined,
): Promise<DerivedRows | undefined> => {
  const { symbol } = entry.instrument
  const source = await store.describe(symbol, finer)
  if (source === undefined || source.adjustment !== entry.adjustment) return undefined
  const isIntradayOfSessions = hasSessions(entry.instrument) && isIntraday(entry.timeframe)
  if (isIntradayOfSessions && source.anchor !== entry.anchor && finer !== "1m") return undefined
  const makes = makerOf(entry, finer, additions)
  if (makes === undefined) return undefined
  const parts = await store.read(symbol, finer, task.window)
  const wanted = makes(parts, task.missing)
  if (barCount(wanted) === 0) return undefined
  const donor = concatBars([
    makes(sliceBars(parts, { from: Number.NEGATIVE_INFINITY, to: task.range.from }), before(task)),
    wanted,
    makes(sliceBars(parts, { from: task.range.to, to: Number.POSITIVE_INFINITY }), after(task)),
  ])
  const spans = await store.provenance(symbol, finer, task.window)
  const calibration = calibrate({
    timeframe: entry.timeframe,
    gap: task.range,
    existing: task.existing,
    donor,
  })
  const donorName = `derived from ${finer}`
  if (!isProven(calibration, await providersOf(store, entry, task.window), spans, entry))
    return {
      task: withAttempt(task, {
        donor: donorName,
        reason: "calibration",
        text: calibration._tag === "Refused" ? calibration.text : "",
        figures: calibration.figures,
        rows: 0,
      }),
      rows: [],
    }
  const keepsVolume = calibration._tag !== "Accepted" || calibration.volume === "kept"
  return {
    task: withAttempt(
      { ...task, missing: task.missing.filter((time) => !wanted.openTime.includes(time)) },
      {
        donor: donorName,
        text: `made from complete ${finer} bars`,
        rows: barCount(wanted),
        figures: calibration.figures,
      },
    ),
    rows: toRows(keepsVolume ? wanted : withoutVolume(wanted), spans, entry, finer, calibration),
  }
}

const before = ({ existing, range }: GapTask): ReadonlyArray<number> =>
  Array.from(existing.openTime).filter((time) => time < range.from)
const after = ({ existing, range }: GapTask): ReadonlyArray<number> =>
  Array.from(existing.openTime).filter((time) => time >= range.to)

/** Where no row can be compared, the same source on both sides and a market without auctions is proof enough. */
const isProven = (
  calibration: Calibration,
  own: ReadonlySet<string>,
  spans: ReadonlyArray<ProvenanceSpan>,
  { instrument }: EntryDescription,
): boolean =>
  calibration._tag === "Accepted" ||
  (calibration.issue === "overlap" &&
    !hasSessions(instrument) &&
    own.size === 1 &&
    spans.every(({ provider, method }) => own.has(provider) && (method === "direct" || method === "archive")))

const providersOf = async (
  store: FillStore,
  { instrument, timeframe }: EntryDescription,
  range: TimeRange,
): Promise<ReadonlySet<string>> =>
  new Set((await store.provenance(instrument.symbol, timeframe, range)).map(({ provider }) => provider))

/** Makes the bars that open at the given times and have all their parts; `undefined` when `finer` does not tile them. */
const makerOf = (
  { instrument, timeframe, anchor }: EntryDescription,
  finer: Timeframe,
  additions: CalendarAdditions | undefined,
): ((parts: Bars, times: ReadonlyArray<number>) => Bars) | undefined => {
  const calendar = tradingCalendar(instrument.market, additions)
  const option = anchor === undefined ? {} : { anchor }
  if (nominalMillis(timeframe) % nominalMillis(finer) !== 0 && timeframe !== "1mo") return undefined
  if (timeframe === "1mo" && finer === "1w") return undefined
  const partsIn = (time: number): number => calendar.barsInBin(timeframe, time, finer, option)
  return (parts, times) => {
    const complete = times.flatMap((time) => {
      const inside = sliceBars(parts, { from: time, to: barEnd(timeframe, time, instrument.timeZone) })
      return barCount(inside) > 0 && barCount(inside) === partsIn(time) ? [inside] : []
    })
    if (complete.length === 0) return takeRows(parts, [])
    return concatBars(
      complete.map((inside) => {
        const first = inside.openTime[0] as number
        const time = times.findLast((each) => each <= first) as number
        return resampleBars(inside, () => time)
      }),
    )
  }
}

/** The rows by where their parts come from. */
const toRows = (
  bars: Bars,
  spans: ReadonlyArray<ProvenanceSpan>,
  entry: EntryDescription,
  finer: Timeframe,
  calibration: Calibration,
): FillRequest["rows"] => {
  const spanAt = (row: number): ProvenanceSpan | undefined =>
    spans[spanIndexAt(spans, bars.openTime[row] as number)]
  return Array.from({ length: barCount(bars) }, (_, row) => row).flatMap((row) => {
    const span = spanAt(row)
    if (span === undefined) return []
    const inBin = spans.filter(
      ({ from, to }) =>
        from < barEnd(entry.timeframe, bars.openTime[row] as number, entry.instrument.timeZone) &&
        to > (bars.openTime[row] as number),
    )
    return [
      {
        bars: takeRows(bars, [row]),
        provenance: {
          provider: span.provider,
          endpoint: span.endpoint,
          method: "resampled" as const,
          fetchedAt: Math.min(...inBin.map(({ fetchedAt }) => fetchedAt)),
          settled: inBin.every(({ settled }) => settled),
          evidence: {
            resampledFrom: finer,
            ...(inBin.some(({ method }) => method === "donor") ? { partsFrom: "donor" } : {}),
            ...toEvidence(calibration.figures),
          },
        },
      },
    ]
  })
}
