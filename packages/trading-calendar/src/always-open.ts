import {
  barEnd,
  type EpochMillis,
  InvalidInput,
  isIntraday,
  isoTime,
  nominalMillis,
  openTimeAtOrAfter,
  openTimeOf,
  type Timeframe,
  type TimeRange,
} from "@barkeep/market-data"
import { checkTiles } from "./bins.ts"
import { calendarRange } from "./calendar-range.ts"
import { isoDate } from "./civil-day.ts"
import type { TradingCalendar } from "./trading-calendar.ts"
import { dayMillis } from "./wall-clock.ts"

/** The market that never closes: every UTC day is a session, bars lie on the UTC grid. */
export const alwaysOpen = (): TradingCalendar => {
  const { range, firstDate, lastDate, instants, findDays, checkTime } = calendarRange("24/7", 0, {
    midnightOf: (day) => day * dayMillis,
    dayAt: (time) => Math.floor(time / dayMillis),
  })
  return {
    market: "24/7",
    name: "Always open",
    timeZone: "UTC",
    range,
    firstDate,
    lastDate,
    announcedUntil: lastDate,
    sessions: (asked) => {
      const days = findDays(asked)
      if (days === undefined) return []
      return Array.from({ length: days.last - days.first + 1 }, (_, index) => {
        const day = days.first + index
        return { session: isoDate(day), open: day * dayMillis, close: (day + 1) * dayMillis }
      })
    },
    isOpen: (time) => {
      checkTime(time)
      return true
    },
    expectedOpenTimes: (timeframe, asked) => gridTimes(timeframe, instants(asked)),
    binOf: (timeframe) => (time) => openTimeOf(timeframe, time),
    barsInBin: (timeframe, openTime, finer) => {
      checkTiles(timeframe, finer)
      checkTime(openTime)
      if (openTimeOf(timeframe, openTime) !== openTime)
        throw new InvalidInput({
          field: "openTime",
          value: isoTime(openTime),
          expected: `the open time of a ${timeframe} bar of 24/7`,
        })
      return (barEnd(timeframe, openTime) - openTime) / nominalMillis(finer)
    },
    closures: (asked) => {
      instants(asked)
      return []
    },
    halts: (asked) => {
      instants(asked)
      return []
    },
  }
}

const gridTimes = (timeframe: Timeframe, range: TimeRange): Float64Array => {
  const first = openTimeAtOrAfter(timeframe, range.from)
  if (first >= range.to) return new Float64Array(0)
  if (isIntraday(timeframe) || timeframe !== "1mo") return steps(first, range.to, nominalMillis(timeframe))
  const times: Array<EpochMillis> = []
  for (let time = first; time < range.to; time = barEnd(timeframe, time)) times.push(time)
  return Float64Array.from(times)
}

const steps = (first: EpochMillis, end: EpochMillis, length: number): Float64Array => {
  const times = new Float64Array(Math.ceil((end - first) / length))
  for (let index = 0; index < times.length; index += 1) times[index] = first + index * length
  return times
}
