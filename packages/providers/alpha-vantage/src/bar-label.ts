import { nominalMillis, type Timeframe } from "@barkeep/market-data"
import type { BarLabel } from "./options.ts"

const minute = 60_000
const day = 1440 * minute

// New York's clock, milliseconds after midnight.
export const sessionOpen = 570 * minute
export const sessionClose = 960 * minute
export const extendedOpen = 240 * minute
export const extendedClose = 1200 * minute

/** What the times of intraday rows tell. */
export interface LabelEvidence {
  /** The end of the bar that they mark; `undefined` when no row is telling. */
  readonly label: BarLabel | undefined
  /** Some rows lie outside the regular session, whichever end they mark. */
  readonly isExtended: boolean
}

/**
 * Which end of the bar the times of an answer mark, as far as the rows show it. Minutes of the regular session are named
 * 09:30 to 15:59 by their start and 09:31 to 16:00 by their end, with extended hours 04:00 to 19:59 and 04:01 to 20:00.
 * @param localTime New York's wall clock in milliseconds
 */
export const labelEvidence = (localTime: Float64Array, timeframe: Timeframe): LabelEvidence => {
  const length = nominalMillis(timeframe)
  const firstStart = sessionOpen - (sessionOpen % length)
  const times = Array.from(localTime, (time) => time % day)
  const isExtended = times.some((time) => time < firstStart || time > sessionClose)
  const [first, last] = isExtended ? [extendedOpen, extendedClose] : [firstStart, sessionClose]
  return { isExtended, label: times.includes(first) ? "open" : times.includes(last) ? "close" : undefined }
}
