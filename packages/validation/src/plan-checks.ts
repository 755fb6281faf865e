import {
  type Anchor,
  type EntryDescription,
  hasSessions,
  type Instrument,
  isIntraday,
  nominalMillis,
  type Timeframe,
  timeframes,
} from "@barkeep/market-data"

/** What is known of an entry before its bars are held against those of another timeframe. */
export interface Checkable extends EntryDescription {
  /** The provider of most rows. */
  readonly provider: string | undefined
}

/** Two entries of one symbol that can be held against each other. */
export interface PlannedCheck {
  readonly instrument: Instrument
  readonly anchor: Anchor
  readonly fine: Timeframe
  readonly coarse: Timeframe
  readonly fineProvider: string | undefined
  readonly coarseProvider: string | undefined
}

/**
 * Which entries of a symbol are checked: each against the next finer one that tiles it and has the same price basis.
 * Days of session markets are not: a day has the auctions and the official close, which minutes have not.
 */
export const planChecks = (entries: ReadonlyArray<Checkable>): ReadonlyArray<PlannedCheck> =>
  entries.flatMap((coarse): ReadonlyArray<PlannedCheck> => {
    const finer = entries
      .filter((entry) => canCheck(entry, coarse))
      .toSorted((a, b) => timeframes.indexOf(b.timeframe) - timeframes.indexOf(a.timeframe))
    const [fine] = finer
    if (fine === undefined) return []
    return [
      {
        instrument: coarse.instrument,
        anchor: coarse.anchor ?? "session",
        fine: fine.timeframe,
        coarse: coarse.timeframe,
        fineProvider: fine.provider,
        coarseProvider: coarse.provider,
      },
    ]
  })

const canCheck = (fine: Checkable, coarse: Checkable): boolean =>
  timeframes.indexOf(fine.timeframe) < timeframes.indexOf(coarse.timeframe) &&
  isIntraday(fine.timeframe) &&
  tiles(fine.timeframe, coarse.timeframe) &&
  fine.adjustment !== "unknown" &&
  fine.adjustment === coarse.adjustment &&
  fine.instrument.market === coarse.instrument.market &&
  (!hasSessions(coarse.instrument) ||
    (isIntraday(coarse.timeframe) && fine.anchor !== undefined && fine.anchor === coarse.anchor))

const tiles = (fine: Timeframe, coarse: Timeframe): boolean =>
  !isIntraday(coarse) || nominalMillis(coarse) % nominalMillis(fine) === 0
