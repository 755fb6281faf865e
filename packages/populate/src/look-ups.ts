import {
  type BarStore,
  type Coverage,
  type EpochMillis,
  isEmptyRange,
  isoTime,
  openTimeOf,
  type ProvenanceSpan,
  type TimeRange,
} from "@barkeep/market-data"
import { type CallOptions, type Clock, type PlannedCall, ProviderError } from "@barkeep/provider-kit"
import type { PopulateTask } from "./populate-task.ts"

type Lookups = ReadonlyArray<Pick<PlannedCall, "endpoint" | "cost">>

/** Where a provider's history begins, if the store could not tell. */
export interface Beginning {
  readonly firstOpenTime?: EpochMillis
  /** It has no bar at all. */
  readonly isSilent: boolean
  readonly lookups: Lookups
}

/** Asks for the provider's first bar where something is wanted from before the first stored row. */
export const findBeginning = async (
  { instrument, timeframe, provider }: PopulateTask,
  wantedFrom: EpochMillis,
  [firstSpan]: ReadonlyArray<ProvenanceSpan>,
  options: CallOptions | undefined,
): Promise<Beginning> => {
  const { firstBar } = provider
  const isBeforeKnownRows = firstSpan === undefined || wantedFrom < firstSpan.from
  if (firstBar === undefined || !isBeforeKnownRows) return { isSilent: false, lookups: [] }
  const found = await firstBar.find(instrument, timeframe, options)
  if (found !== undefined && firstSpan?.provider === provider.id && found > firstSpan.from)
    throw new ProviderError(
      { provider: provider.id, operation: "first bar", symbol: instrument.symbol, timeframe },
      {
        _tag: "MalformedResponse",
        issue: `its history is said to begin with ${isoTime(found)}, and it has given a bar of ${isoTime(firstSpan.from)} before`,
      },
    )
  return {
    ...(found !== undefined && { firstOpenTime: found }),
    isSilent: found === undefined,
    lookups: [firstBar.call],
  }
}

/** Ranges after what has been looked up about them. */
export interface Ends {
  /** To ask. */
  readonly missing: ReadonlyArray<TimeRange>
  /** Known to hold no bar. */
  readonly provenEmpty: ReadonlyArray<TimeRange>
  readonly lookups: Lookups
}

export interface StoredFacts {
  readonly coverage: Coverage
  readonly spans: ReadonlyArray<ProvenanceSpan>
  readonly store: BarStore
  readonly clock: Clock
  readonly options: CallOptions | undefined
}

/** A vendor may be late by so much; that nothing follows does not count for what is younger. */
const latestMillis = 3_600_000

/**
 * Asks what follows the last stored bar before a range that an earlier run was answered without a bar: the answer has to
 * hold that bar, so that it cannot have lost what comes after it unnoticed.
 */
export const findEnds = async (
  { instrument, timeframe, provider }: PopulateTask,
  ranges: ReadonlyArray<TimeRange>,
  { coverage, spans, store, clock, options }: StoredFacts,
): Promise<Ends> => {
  const { nextBar } = provider
  if (nextBar === undefined) return { missing: ranges, provenEmpty: [], lookups: [] }
  const missing: Array<TimeRange> = []
  const provenEmpty: Array<TimeRange> = []
  const lookups: Array<Lookups[number]> = []
  for (const range of ranges) {
    const span = spans.findLast(({ from, provider: source }) => from < range.from && source === provider.id)
    const isDoubted = coverage.some(
      (answer) => answer.empty && !answer.settled && answer.from <= range.from && answer.to > range.from,
    )
    const rows =
      isDoubted && span !== undefined
        ? await store.read(instrument.symbol, timeframe, { from: span.from, to: range.from })
        : undefined
    const known = rows?.openTime.at(-1)
    if (known === undefined) {
      missing.push(range)
      continue
    }
    lookups.push(nextBar.call)
    const next = await nextBar.find(instrument, timeframe, known, options)
    const silentUntil = next ?? openTimeOf(timeframe, clock.now() - latestMillis, instrument.timeZone)
    const end = Math.max(range.from, Math.min(range.to, silentUntil))
    for (const [part, list] of [
      [{ from: range.from, to: end }, provenEmpty],
      [{ from: end, to: range.to }, missing],
    ] as const)
      if (!isEmptyRange(part)) list.push(part)
  }
  return { missing, provenEmpty, lookups }
}
