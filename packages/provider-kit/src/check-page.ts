import {
  type Anchor,
  type Bars,
  barCount,
  type EpochMillis,
  findBarsIssue,
  hasSessions,
  isIntraday,
  isoTime,
  nominalMillis,
  openTimeOf,
  toLocalMillis,
  zoneOffsets,
  zoneOfDays,
} from "@barkeep/market-data"
import type { BarRequest } from "./bar-provider.ts"

/**
 * The first reason why these bars cannot be the answer to the request: inconsistent or unsorted rows, an open time
 * outside the range or off the timeframe's grid. `undefined` when there is none. Fails the page as a whole, since a
 * vendor that sends one wrong row has misunderstood the question.
 * @param anchor where intraday bars of session markets start; `session` allows any whole minute, but no overlap
 */
export const checkPage = (request: BarRequest, bars: Bars, anchor: Anchor = "clock"): string | undefined => {
  const found = findBarsIssue(bars)
  if (found !== undefined) return found.row < 0 ? found.issue : `row ${found.row}: ${found.issue}`
  const { range, timeframe } = request
  const isOnGrid = gridOf(request, anchor)
  for (let row = 0; row < barCount(bars); row += 1) {
    const time = bars.openTime[row] as number
    const issue =
      time < range.from || time >= range.to
        ? `lies outside ${isoTime(range.from)}..${isoTime(range.to)}`
        : isOnGrid(time, bars.openTime[row - 1])
          ? undefined
          : `is no open time of ${timeframe}`
    if (issue !== undefined) return `row ${row}: ${showTime(time)} ${issue}`
  }
  return undefined
}

type Grid = (time: EpochMillis, previous: EpochMillis | undefined) => boolean

const minute = 60_000

const gridOf = ({ instrument, timeframe, range }: BarRequest, anchor: Anchor): Grid => {
  const length = nominalMillis(timeframe)
  if (!isIntraday(timeframe)) {
    const timeZone = zoneOfDays(instrument)
    return (time) => openTimeOf(timeframe, time, timeZone) === time
  }
  if (!hasSessions(instrument)) return (time) => time % length === 0
  if (anchor === "session")
    return (time, previous = Number.NEGATIVE_INFINITY) => time % minute === 0 && time - previous >= length
  const zone = zoneOffsets(instrument.timeZone, range)
  return (time) => toLocalMillis(zone, time) % length === 0
}

/** Temporal knows times up to the year 275760 only; a vendor's slip of units lies beyond. */
const showTime = (time: EpochMillis): string => (Math.abs(time) <= 8.64e15 ? isoTime(time) : String(time))
