import type {
  Bars,
  BarPage,
  BarStore,
  EpochMillis,
  Provenance,
  Timeframe,
  TimeRange,
} from "@barkeep/market-data"

/** Rows for places that have none, each part with where it comes from. */
export interface FillRequest {
  /** Names the fill. Requests with the same id are one fill, which is undone as one. */
  readonly fillId: string
  readonly symbol: string
  readonly timeframe: Timeframe
  readonly rows: ReadonlyArray<{
    readonly bars: Bars
    readonly provenance: Omit<Provenance, "fillId" | "adjustment">
  }>
}

/** The store whose gaps are filled: reading, and adding rows where there are none. `@barkeep/cache-core` is one. */
export interface FillStore extends Pick<
  BarStore,
  "read" | "provenance" | "coverage" | "describe" | "listTimeframes"
> {
  /** Adds rows durably, only at open times that have none; every existing row stays byte for byte. */
  readonly fill: (request: FillRequest) => Promise<{ readonly rowsAdded: number }>
}

/** One answered call of a donor. */
export interface DonorAnswer {
  readonly donor: string
  readonly symbol: string
  readonly timeframe: Timeframe
  /** The range it answers completely. */
  readonly range: TimeRange
  readonly bars: Bars
  readonly provenance: Provenance
  readonly askedAt: EpochMillis
}

/** Remembers what donors answered, also when they had nothing, so that no run asks for the same again. */
export interface AnswerJournal {
  readonly answers: (symbol: string, timeframe: Timeframe) => Promise<ReadonlyArray<DonorAnswer>>
  /** The answer survives a crash once this resolves. */
  readonly remember: (answer: DonorAnswer) => Promise<void>
  /** Drops answers that were asked before that moment. */
  readonly forget: (before: EpochMillis) => Promise<void>
}

/** A page as an answer of a donor. */
export const toAnswer = (
  donor: string,
  symbol: string,
  timeframe: Timeframe,
  { range, bars, provenance }: BarPage,
  askedAt: EpochMillis,
): DonorAnswer => ({ donor, symbol, timeframe, range, bars, provenance, askedAt })
