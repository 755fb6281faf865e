import {
  barEnd,
  type EpochMillis,
  nominalMillis,
  openTimeAtOrAfter,
  type Timeframe,
  type TimeRange,
} from "@barkeep/market-data"

/** How many bars of the timeframe open inside the range. */
export const openTimesIn = (timeframe: Timeframe, { from, to }: TimeRange): number => {
  const first = openTimeAtOrAfter(timeframe, from)
  if (timeframe !== "1mo")
    return Math.max(0, openTimeAtOrAfter(timeframe, to) - first) / nominalMillis(timeframe)
  let count = 0
  for (let time = first; time < to; time = barEnd(timeframe, time)) count += 1
  return count
}

/** The open time so many bars after the first one at or after `from`. */
export const openTimeAfter = (timeframe: Timeframe, from: EpochMillis, bars: number): EpochMillis => {
  let time = openTimeAtOrAfter(timeframe, from)
  if (timeframe !== "1mo") return time + bars * nominalMillis(timeframe)
  for (let month = 0; month < bars; month += 1) time = barEnd(timeframe, time)
  return time
}
