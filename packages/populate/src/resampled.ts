import {
  type BarPage,
  type Bars,
  barCount,
  concatBars,
  emptyBars,
  type EpochMillis,
  resampleBars,
  sliceBars,
  type Timeframe,
  type TimeRange,
} from "@barkeep/market-data"
import type { BarProvider, BarRequest, CallOptions } from "@barkeep/provider-kit"
import { OutsideSession, tradingCalendar } from "@barkeep/trading-calendar"

/**
 * A provider that builds the bars of `timeframe` from the `finer` ones of another provider, anchored as the market's
 * calendar says (at the session's open, or on the clock's grid, whichever the provider's own bars use).
 *
 * Pages are cut so that no bar is built from a part of its bin. Rows have the method `resampled` and say in their
 * evidence from which timeframe; a bin in which expected finer bars are absent says how many.
 */
export const resampled = (provider: BarProvider, timeframe: Timeframe, finer: Timeframe): BarProvider => {
  const { firstBar, nextBar: _, ...base } = provider
  const finerRequest = ({ instrument, range }: BarRequest): BarRequest => ({
    instrument,
    timeframe: finer,
    range,
  })
  return {
    ...base,
    capabilities: {
      ...provider.capabilities,
      timeframes: {
        ...provider.capabilities.timeframes,
        ...pick(timeframe, provider.capabilities.timeframes[finer]),
      },
    },
    plan: (request) => provider.plan(finerRequest(request)),
    bars: (request, options) => coarsePages(provider, request, finerRequest(request), options),
    ...(firstBar === undefined
      ? {}
      : {
          firstBar: {
            call: firstBar.call,
            find: async (instrument, _timeframe, options) => {
              const first = await firstBar.find(instrument, finer, options)
              if (first === undefined) return undefined
              const range = { from: first, to: first + longestClosureMillis }
              return firstBin(binsOf(provider, { instrument, timeframe, range }), range)
            },
          },
        }),
  }
}

const pick = <A>(timeframe: Timeframe, capability: A | undefined): { readonly [name in Timeframe]?: A } =>
  capability === undefined ? {} : { [timeframe]: capability }

/** No market has been closed for longer. */
const longestClosureMillis = 60 * 86_400_000

/** The bin of the range's beginning; where that lies outside the sessions (a vendor's first of January), the next one. */
const firstBin = (bins: ReturnType<typeof binsOf>, range: TimeRange): EpochMillis => {
  try {
    return bins.binOf(range.from)
  } catch (error) {
    if (!(error instanceof OutsideSession)) throw error
    return bins.expected(range)[0] ?? range.from
  }
}

/** The bins of the coarse timeframe in a market. */
const binsOf = (provider: BarProvider, { instrument, timeframe }: BarRequest) => {
  const calendar = tradingCalendar(instrument.market)
  const anchor = provider.capabilities.anchor === undefined ? {} : { anchor: provider.capabilities.anchor }
  return {
    binOf: calendar.binOf(timeframe, anchor),
    barsInBin: (bin: EpochMillis, finer: Timeframe) => calendar.barsInBin(timeframe, bin, finer, anchor),
    expected: (range: TimeRange) => calendar.expectedOpenTimes(timeframe, range, anchor),
  }
}

async function* coarsePages(
  provider: BarProvider,
  request: BarRequest,
  finer: BarRequest,
  options: CallOptions | undefined,
): AsyncGenerator<BarPage> {
  const bins = binsOf(provider, request)
  /** Finer rows of the bin that the page before ended in. */
  let rest: Bars = emptyBars
  let unusable: ReadonlyArray<EpochMillis> = []
  let from = request.range.from
  /** Before it there is nothing, although a bin may have begun. */
  let knownUntil = Number.NEGATIVE_INFINITY
  for await (const page of provider.bars(finer, options)) {
    const bars = concatBars([rest, page.bars])
    const cut = isLast(page.range, request.range)
      ? page.range.to
      : lastBinStart(bins.expected, from, page.range.to)
    const whole = sliceBars(bars, { from: Number.NEGATIVE_INFINITY, to: cut })
    rest = sliceBars(bars, { from: cut, to: Number.POSITIVE_INFINITY })
    unusable = unusable.concat(page.unusable ?? [])
    if (page.absence === "known" && barCount(bars) === 0) knownUntil = page.range.to
    if (cut <= from) continue
    const [first] = whole.openTime
    if (
      page.absence === undefined &&
      knownUntil > from &&
      knownUntil < cut &&
      first !== undefined &&
      bins.binOf(first) >= knownUntil
    ) {
      const known: BarPage = { ...page, range: { from, to: knownUntil }, bars: emptyBars, absence: "known" }
      yield* toPages({ ...known, unusable: [] }, known.range, emptyBars, bins, finer.timeframe)
      from = knownUntil
    }
    yield* toPages({ ...page, unusable }, { from, to: cut }, whole, bins, finer.timeframe)
    unusable = unusable.filter((time) => time >= cut)
    from = cut
  }
}

const isLast = (page: TimeRange, request: TimeRange): boolean => page.to >= request.to

/** Where the last bin that begins before `to` starts: finer bars of it may still come with the next page. */
const lastBinStart = (
  expected: (range: TimeRange) => Float64Array,
  from: EpochMillis,
  to: EpochMillis,
): EpochMillis => expected({ from, to }).at(-1) ?? to

/** The bins that suffer from finer rows without usable values, each once. */
const binsOfTimes = (
  times: ReadonlyArray<EpochMillis>,
  { from, to }: TimeRange,
  bins: ReturnType<typeof binsOf>,
): ReadonlyArray<EpochMillis> => [
  ...new Set(times.filter((time) => time >= from && time < to).map((time) => bins.binOf(time))),
]

/** The coarse bars of one stretch, those of incomplete bins in pages of their own. */
function* toPages(
  page: BarPage,
  range: TimeRange,
  finerBars: Bars,
  bins: ReturnType<typeof binsOf>,
  finer: Timeframe,
): Generator<BarPage> {
  const bars = resampleBars(finerBars, bins.binOf)
  const absent = Array.from(bars.openTime, (bin, row) => {
    const end = bars.openTime[row + 1] ?? Number.POSITIVE_INFINITY
    return bins.barsInBin(bin, finer) - barCount(sliceBars(finerBars, { from: bin, to: end }))
  })
  let start = 0
  let from = range.from
  while (start < absent.length || from < range.to) {
    const missing = absent[start] ?? 0
    let end = start + 1
    while (end < absent.length && absent[end] === missing) end += 1
    const to = end < absent.length ? (bars.openTime[end] as number) : range.to
    const unusable = binsOfTimes(page.unusable ?? [], { from, to }, bins)
    yield {
      range: { from, to },
      ...(unusable.length > 0 && { unusable }),
      ...(page.absence !== undefined && barCount(bars) === 0 && { absence: page.absence }),
      bars: sliceBars(bars, { from, to }),
      provenance: {
        ...page.provenance,
        method: "resampled",
        evidence: {
          ...page.provenance.evidence,
          resampledFrom: finer,
          ...(missing > 0 ? { absentParts: missing } : {}),
        },
      },
    }
    from = to
    start = end
  }
}
