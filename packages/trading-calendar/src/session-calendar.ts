import { barsInBin, binOf } from "./bins.ts"
import { calendarRange, isDateRange } from "./calendar-range.ts"
import { isoDate } from "./civil-day.ts"
import { expectedOpenTimes, stretchesOf } from "./expected-open-times.ts"
import { haltsIn } from "./halts.ts"
import type { Market } from "./market-list.ts"
import type { MarketRules } from "./market-rules.ts"
import type { Closure } from "./session.ts"
import { sessionTable } from "./session-table.ts"
import type { TradingCalendar } from "./trading-calendar.ts"

/** A calendar made of rules. */
export const sessionCalendar = (market: Market, rules: MarketRules): TradingCalendar => {
  const table = sessionTable(rules)
  const { range, firstDate, lastDate, instants, findDays, checkTime } = calendarRange(
    market,
    rules.firstDay,
    table,
  )
  return {
    market,
    name: rules.name,
    timeZone: rules.timeZone,
    range,
    firstDate,
    lastDate,
    announcedUntil: isoDate(rules.announcedUntil),
    sessions: (asked) => {
      const days = findDays(asked)
      if (days === undefined) return []
      if (isDateRange(asked)) return table.between(days.first, days.last).map((row) => row.session)
      // A session may begin the evening before its date.
      return table
        .between(days.first, days.last + 1)
        .map((row) => row.session)
        .filter((session) => session.close > asked.from && session.open < asked.to)
    },
    isOpen: (time) => {
      checkTime(time)
      const day = table.dayAt(time)
      return table
        .between(day, day + 1)
        .flatMap(stretchesOf)
        .some((stretch) => time >= stretch.from && time < stretch.to)
    },
    expectedOpenTimes: (timeframe, asked, options = {}) =>
      expectedOpenTimes(table, timeframe, instants(asked), options.anchor ?? "session"),
    binOf: (timeframe, options = {}) => binOf(table, timeframe, options.anchor ?? "session", checkTime),
    barsInBin: (timeframe, openTime, finer, options = {}) => {
      checkTime(openTime)
      return barsInBin(table, timeframe, openTime, finer, options.anchor ?? "session")
    },
    closures: (asked) => {
      const closures: Array<Closure> = []
      const days = findDays(asked)
      if (days === undefined) return closures
      for (let day = days.first; day <= days.last; day += 1) {
        const fact = table.findClosure(day)
        if (fact !== undefined)
          closures.push({
            date: isoDate(day),
            ...fact,
            ...(day > rules.announcedUntil && { projected: true }),
          })
      }
      return closures
    },
    halts: (asked) => haltsIn(table, instants(asked)),
  }
}
