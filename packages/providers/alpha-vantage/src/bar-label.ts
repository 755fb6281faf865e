import { nominalMillis, type Timeframe } from "@barkeep/market-data"
import type { BarLabel } from "./options.ts"

const minute = 60_000
const day = 1440 * minute

/** New York's clock, milliseconds after midnight. */
export const sessionOpen = 570 * minute
export const sessionClose = 960 * minute
const extendedOpen = 240 * minute
const extendedClose = 1200 * minute

/**
 * Which end of the bar the times of an answer mark, as far as the rows show it. Bars of the regular session are named
 * 09:30 to 15:59 by their start and 09:31 to 16:00 by their end, and with extended hours 04:00 to 19:59 and 04:01 to
 * 20:00. `undefined` when no row is telling.
 * @param localTime New York's wall clock, ascending
 */
export const labelOf = (localTime: Float64Array, timeframe: Timeframe): BarLabel | undefined => {
  const length = nominalMillis(timeframe)
  const firstStart = sessionOpen - (sessionOpen % length)
  const times = Array.from(localTime, (time) => time % day)
  const isExtended = times.some((time) => time < firstStart || time > sessionClose)
  if (isExtended)
    return times.includes(extendedOpen) ? "open" : times.includes(extendedClose) ? "close" : undefined
  return times.includes(firstStart) ? "open" : times.includes(sessionClose) ? "close" : undefined
}
