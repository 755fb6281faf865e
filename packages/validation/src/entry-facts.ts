import {
  type Adjustment,
  type Coverage,
  type EpochMillis,
  type Instrument,
  isoTime,
  nominalMillis,
  subtractRanges,
  type Timeframe,
  type TimeRange,
} from "@barkeep/market-data"
import type { Halt } from "@barkeep/trading-calendar"
import type { CorporateEvents } from "./corporate-events.ts"
import type { Explanation } from "./explain-gaps.ts"
import type { MissingRun } from "./gap.ts"
import type { Outage } from "./outage.ts"
import { rulesFor } from "./rules.ts"
import type { ScanContext } from "./scan-context.ts"

/** When an instrument was traded at its venue; what is absent is not known. */
export interface Listing {
  /** The first instant at which it could be traded. */
  readonly listedAt?: EpochMillis
  readonly delistedAt?: EpochMillis
}

/** What is known of an entry from outside its bars. */
export interface EntryFacts extends Listing {
  readonly instrument: Instrument
  readonly timeframe: Timeframe
  readonly adjustment?: Adjustment | "unknown"
  readonly coverage?: Coverage
  /** Stops of the venue that the bars come from. */
  readonly outages?: ReadonlyArray<Outage>
  /** Stops of the market inside its sessions. */
  readonly halts?: ReadonlyArray<Halt>
  /** True where the venue gives a bar for every expected time, also without a trade. @default false */
  readonly givesEveryBar?: boolean
  readonly events?: CorporateEvents
  /** Open time of the first row; a listing later than that is wrong. */
  readonly firstOpenTime?: EpochMillis
}

export const toScanContext = (facts: EntryFacts, timeZone: string, maxPlaces: number): ScanContext => {
  const rules = rulesFor(facts.instrument.assetClass, facts.timeframe)
  return {
    timeframe: facts.timeframe,
    timeZone,
    rules,
    events: facts.events ?? {},
    adjustment: facts.adjustment ?? "unknown",
    longestThinBars:
      facts.givesEveryBar === true ? 0 : Math.floor(rules.longestThinMillis / nominalMillis(facts.timeframe)),
    stops: [...(facts.outages ?? []), ...(facts.halts ?? [])],
    maxPlaces,
  }
}

/** The facts that explain absent bars, the ones that count first first. */
export const explanationsOf = (facts: EntryFacts): ReadonlyArray<Explanation> => [
  ...listingExplanations(facts),
  ...(facts.halts ?? []).map((halt): Explanation => ({
    from: halt.from,
    to: halt.to,
    reason: "halt",
    evidence: withSource(halt.reason, halt.source),
  })),
  ...(facts.outages ?? []).map((outage): Explanation => ({
    from: outage.from,
    to: outage.to,
    reason: "outage",
    evidence: withSource(outage.reason, outage.source),
  })),
  ...emptyAnswers(facts),
]

const withSource = (reason: string, source: string | undefined): string =>
  source === undefined ? reason : `${reason} (${source})`

const listingExplanations = ({
  listedAt,
  delistedAt,
  firstOpenTime,
}: EntryFacts): ReadonlyArray<Explanation> => {
  const listed = listedAt === undefined ? undefined : Math.min(listedAt, firstOpenTime ?? listedAt)
  return [
    ...(listed === undefined
      ? []
      : [
          {
            from: Number.NEGATIVE_INFINITY,
            to: listed,
            reason: "before-listing" as const,
            evidence: `listed ${isoTime(listed)}`,
          },
        ]),
    ...(delistedAt === undefined
      ? []
      : [
          {
            from: delistedAt,
            to: Number.POSITIVE_INFINITY,
            reason: "after-delisting" as const,
            evidence: `delisted ${isoTime(delistedAt)}`,
          },
        ]),
  ]
}

/** Ranges that a provider was asked for and has nothing in; before the first row they are the time before listing. */
const emptyAnswers = ({ coverage = [], firstOpenTime }: EntryFacts): ReadonlyArray<Explanation> =>
  joinEmpty(coverage).map(({ from, to, provider, askedAt }) => ({
    from,
    to,
    reason: firstOpenTime !== undefined && to <= firstOpenTime ? "before-listing" : "not-offered",
    evidence: `${provider} was asked ${isoTime(askedAt)} and has no bars there`,
  }))

interface EmptyAnswer extends TimeRange {
  readonly provider: string
  readonly askedAt: EpochMillis
}

const joinEmpty = (coverage: Coverage): ReadonlyArray<EmptyAnswer> => {
  const joined: Array<EmptyAnswer> = []
  for (const { from, to, provider, askedAt, empty, settled } of coverage) {
    if (!empty || !settled) continue
    const last = joined.at(-1)
    if (last?.to === from && last.provider === provider)
      joined[joined.length - 1] = { ...last, to, askedAt: Math.max(last.askedAt, askedAt) }
    else joined.push({ from, to, provider, askedAt })
  }
  return joined
}

/** What to say of absent bars that nothing explains: whether anybody was asked for them. */
export const unexplainedText =
  ({ coverage }: Pick<EntryFacts, "coverage">) =>
  (run: MissingRun): string => {
    if (coverage === undefined || coverage.length === 0) return "nothing tells why"
    const asked = coverage.filter((span) => span.from < run.end && span.to > run.start)
    if (asked.length === 0) return neverAsked
    const provider = [...new Set(asked.map((span) => span.provider))].join(", ")
    return subtractRanges([{ from: run.start, to: run.end }], asked).length > 0
      ? `asked of ${provider} only in part`
      : `${provider} was asked and left these bars out`
  }

export const neverAsked = "never asked for"
