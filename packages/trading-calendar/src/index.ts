export { type AnchorOption, type TradingCalendar, tradingCalendar } from "./trading-calendar.ts"
export { type Market, markets } from "./market-list.ts"
export type { Closure, DateRange, Halt, Session } from "./session.ts"
export type { HaltScope } from "./market-rules.ts"
export type {
  AddedClosure,
  AddedEarlyClose,
  AddedLateOpen,
  AddedSession,
  CalendarAdditions,
} from "./calendar-additions.ts"
export { parseCalendarAdditions } from "./parse-additions.ts"
export { InvalidCalendarAdditions, OutsideCalendar, OutsideSession, UnknownMarket } from "./errors.ts"
