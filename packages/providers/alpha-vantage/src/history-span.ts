import { barEnd, type Bars, type Instrument, type TimeRange } from "@barkeep/market-data"

/** From the start of the first month with a bar to the end of the last one; empty without bars. */
export const historySpan = ({ openTime }: Bars, { timeZone }: Instrument): TimeRange => {
  const [first = 0] = openTime
  const last = openTime.at(-1)
  return { from: first, to: last === undefined ? first : barEnd("1mo", last, timeZone) }
}

/** True when no instant of the range lies in the span. */
export const isOutside = (range: TimeRange, span: TimeRange): boolean =>
  range.to <= span.from || range.from >= span.to
