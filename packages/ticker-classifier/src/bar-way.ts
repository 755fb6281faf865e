import {
  type Anchor,
  hasSessions,
  type Instrument,
  isIntraday,
  nominalMillis,
  type Timeframe,
  timeframes,
} from "@barkeep/market-data"
import type { ProviderCapabilities, Via } from "./provider-capabilities.ts"

/**
 * How a provider can give bars of a timeframe: as the vendor has them, else resampled from the coarsest finer ones
 * that fit. Days of session markets are never made from intraday bars (official open and close differ), weeks and
 * months only from days. `undefined` when there is no way.
 * @param anchor the anchor that the bars must have; without it the vendor's own, for resampled ones the session's
 */
export const findWay = (
  capabilities: ProviderCapabilities,
  timeframe: Timeframe,
  instrument: Instrument,
  anchor?: Anchor,
): Via | undefined => {
  const isAnchored = hasSessions(instrument) && isIntraday(timeframe) && !isOnBothGrids(timeframe, instrument)
  const fits = !isAnchored || anchor === undefined || anchor === capabilities.anchor
  if (capabilities.timeframes[timeframe] !== undefined && fits) return "direct"
  const source = timeframes
    .slice(0, timeframes.indexOf(timeframe))
    .toReversed()
    .find(
      (finer) =>
        capabilities.timeframes[finer] !== undefined &&
        canResample(finer, timeframe, instrument) &&
        (!hasSessions(instrument) ||
          !isIntraday(finer) ||
          capabilities.anchor === (anchor ?? "session") ||
          isOnBothGrids(finer, instrument)),
    )
  return source === undefined ? undefined : { resampledFrom: source }
}

const canResample = (finer: Timeframe, timeframe: Timeframe, instrument: Instrument): boolean => {
  if (timeframe === "1w" || timeframe === "1mo") return finer === "1d"
  if (timeframe === "1d" && instrument.market !== "24/7") return false
  return isIntraday(finer) && nominalMillis(timeframe) % nominalMillis(finer) === 0
}

const minute = 60_000

/** Sessions open at full or half hours, in India at a quarter past: bars that fine are the same under both anchors. */
const isOnBothGrids = (timeframe: Timeframe, { market }: Instrument): boolean => {
  const openGrid = market === "XNSE" || market === "XBOM" ? 15 * minute : 30 * minute
  return openGrid % nominalMillis(timeframe) === 0
}
