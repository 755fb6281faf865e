import {
  type Anchor,
  type BarPage,
  type EpochMillis,
  type Instrument,
  isEmptyRange,
  isIntraday,
  hasSessions,
  nominalMillis,
  openTimeOf,
  sliceBars,
  type Timeframe,
  zoneOfDays,
} from "@barkeep/market-data"

/** From which open time on bars are provisional. */
export interface Settling {
  readonly instrument: Instrument
  readonly timeframe: Timeframe
  /** The vendor's clock when it answered. */
  readonly now: EpochMillis
  /** How long after its end a bar may still be corrected. */
  readonly settleMillis: number
  /** Where intraday bars of session markets start. @default "clock" */
  readonly anchor?: Anchor
}

/**
 * The page as one or two: what the vendor may still correct comes in a page of its own with `provenance.settled`
 * false. The ranges of the parts tile the page's range; an empty page gives none.
 */
export const splitSettled = (page: BarPage, settling: Settling): ReadonlyArray<BarPage> => {
  const { from, to } = page.range
  const end = Math.min(Math.max(settledUntil(settling), from), to)
  return [
    { range: { from, to: end }, settled: true },
    { range: { from: end, to }, settled: false },
  ]
    .filter(({ range }) => !isEmptyRange(range))
    .map(({ range, settled }) => ({
      range,
      bars: sliceBars(page.bars, range),
      provenance: { ...page.provenance, settled },
    }))
}

const minute = 60_000

/** Bars that open before this instant ended at least `settleMillis` ago. */
const settledUntil = ({
  instrument,
  timeframe,
  now,
  settleMillis,
  anchor = "clock",
}: Settling): EpochMillis => {
  const time = now - settleMillis
  if (!isIntraday(timeframe)) return openTimeOf(timeframe, time, zoneOfDays(instrument))
  if (!hasSessions(instrument) && anchor === "clock") return openTimeOf(timeframe, time)
  // Bars of session markets start at some whole minute.
  return openTimeOf("1m", time - nominalMillis(timeframe)) + minute
}
