import {
  type Adjustment,
  type Bars,
  emptyBars,
  type EntryDescription,
  type EpochMillis,
  type Instrument,
  type Timeframe,
} from "@barkeep/market-data"
import { addFates, countFates, refusalsOf, type SourceRows } from "./count-fates.ts"
import type { EntryPlan, RowFates, SourcePlan } from "./entry-plan.ts"
import { type BasisCandidate, type BasisDecision, decideBasis } from "./price-basis.ts"
import { mergeSources, type MergedSources } from "./merge-sources.ts"
import { isRawDaily } from "./providers.ts"
import { type ResolvedTimes, resolveTimes } from "./resolve-times.ts"
import { sumOfBars } from "./row-hash.ts"
import { type Series, seriesBars, toSeries } from "./series.ts"
import type { SourceFile } from "./source-file.ts"
import type { SourceText } from "./source-text.ts"

/** A source with what is in it. */
export interface LoadedSource {
  readonly file: SourceFile
  readonly provider: string
  readonly sha256: string
  readonly sizeBytes: number
  readonly writtenAt: EpochMillis
  /** What the file holds, or why it cannot be read. */
  readonly content: SourceText | { readonly cannotRead: string }
}

/** What the new cache has of an entry. */
export interface PresentEntry {
  readonly bars: Bars
  /** `undefined` for an entry that is not there. */
  readonly description: EntryDescription | undefined
}

export interface EntryInput {
  readonly instrument: Instrument
  readonly instrumentEvidence: string
  readonly timeframe: Timeframe
  /** In the order of preference. */
  readonly sources: ReadonlyArray<LoadedSource>
  readonly present: PresentEntry
  readonly adjustments: StatedAdjustments
}

/** What the user says of the prices of providers: which corporate actions they are adjusted for. */
export type StatedAdjustments = { readonly [provider: string]: Adjustment }

/** A plan with the rows that it is about. */
export interface PlannedEntry {
  readonly plan: EntryPlan
  readonly merged: MergedSources
  /** For each source its rows and what their times mean; absent for unreadable files. */
  readonly texts: ReadonlyArray<SourceRows | undefined>
}

/** Decides what every row of an entry's sources becomes. Pure: the same input gives the same plan. */
export const planEntry = (input: EntryInput): PlannedEntry => {
  const { timeframe, sources, present } = input
  const instrument = present.description?.instrument ?? input.instrument
  const texts = sources.map(({ content, file }) =>
    "cannotRead" in content
      ? undefined
      : { text: content, times: resolveTimes(content, instrument, timeframe, file.year) },
  )
  const series = texts.map((each) => toSeries(each?.times.openTime ?? new Float64Array(0)))
  const candidates = candidatesOf(input, instrument, texts, series)
  const basis = decideWithPresent(candidates, present, timeframe)
  const excludedOf = (index: number): string | undefined => {
    const at = candidates.findIndex((candidate) => candidate.at === index)
    return at < 0 ? undefined : basis.excluded[at]
  }
  const merged = mergeSources(
    sources.map((_, index) => ({
      rows: texts[index]?.text.bars ?? emptyBars,
      series: series[index] as Series,
      openTime: texts[index]?.times.openTime ?? new Float64Array(0),
      excluded: excludedOf(index),
    })),
    present.bars,
  )
  const fates = countFates(texts, merged)
  const plan: EntryPlan = {
    symbol: instrument.symbol,
    timeframe,
    instrument,
    instrumentEvidence: input.instrumentEvidence,
    adjustment: basis.adjustment,
    adjustmentEvidence: basis.evidence,
    anchor: basis.anchor,
    present: sumOfBars(present.bars),
    fates: addFates(fates),
    sources: sources.map((source, index) =>
      toSourcePlan(source, {
        times: texts[index]?.times,
        excluded: excludedOf(index),
        fates: fates[index] as RowFates,
        refusals: refusalsOf(index, texts, merged),
      }),
    ),
  }
  return { plan, merged, texts }
}

/** The sources that have rows to judge by. */
const candidatesOf = (
  { timeframe, sources, adjustments }: EntryInput,
  instrument: Instrument,
  texts: PlannedEntry["texts"],
  series: ReadonlyArray<Series>,
): ReadonlyArray<BasisCandidate & { readonly at: number }> =>
  sources.flatMap(({ provider }, at) => {
    const each = texts[at]
    const own = series[at]
    if (each === undefined || own === undefined || own.row.length === 0) return []
    const stated = adjustments[provider]
    return [
      {
        at,
        provider,
        bars: seriesBars(own, each.text.bars),
        anchor: each.times.anchor,
        known: knownBasis(instrument, provider, timeframe),
        ...(stated !== undefined && { stated }),
      },
    ]
  })

const knownBasis = (
  instrument: Instrument,
  provider: string,
  timeframe: Timeframe,
): BasisCandidate["known"] => {
  if (instrument.assetClass === "crypto" || instrument.assetClass === "fx")
    return { adjustment: "none", why: `${instrument.assetClass} has no corporate actions` }
  return isRawDaily(provider, timeframe)
    ? { adjustment: "none", why: "the original only asked for its unadjusted daily bars" }
    : undefined
}

/** What the new cache has decides before all sources. */
const decideWithPresent = (
  candidates: ReadonlyArray<BasisCandidate>,
  { bars, description }: PresentEntry,
  timeframe: Timeframe,
): BasisDecision => {
  if (candidates.length === 0) return nothingToDecide(description)
  if (description === undefined) return decideBasis(candidates, timeframe)
  const own: BasisCandidate = {
    provider: "the new cache",
    bars,
    anchor: description.anchor,
    known: { adjustment: description.adjustment, why: "its entry says so" },
  }
  const decision = decideBasis([own, ...candidates], timeframe)
  return { ...decision, excluded: decision.excluded.slice(1) }
}

const nothingToDecide = (description: EntryDescription | undefined): BasisDecision => ({
  adjustment: description?.adjustment ?? "unknown",
  evidence: "there is no row to judge by",
  anchor: description?.anchor,
  excluded: [],
})

const toSourcePlan = (
  source: LoadedSource,
  {
    times,
    excluded,
    fates,
    refusals,
  }: Pick<SourcePlan, "excluded" | "fates" | "refusals"> & { readonly times: ResolvedTimes | undefined },
): SourcePlan => {
  const { content, file } = source
  const isReadable = !("cannotRead" in content)
  return {
    path: file.path,
    provider: source.provider,
    layout: file.layout,
    year: file.year,
    sha256: source.sha256,
    sizeBytes: source.sizeBytes,
    writtenAt: source.writtenAt,
    unreadable: isReadable ? undefined : content.cannotRead,
    timeZone: times?.timeZone ?? "",
    timeEvidence: times?.evidence ?? "",
    timeAssumed: times?.assumed ?? false,
    excluded,
    fates,
    refusals,
    extraColumns: isReadable ? content.extraColumns : [],
    notes: isReadable ? content.notes : [],
  }
}
