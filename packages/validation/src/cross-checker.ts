import type { Bars, Timeframe } from "@barkeep/market-data"
import { OutsideCalendar, OutsideSession, type TradingCalendar } from "@barkeep/trading-calendar"
import { type BinnedBars, binBars } from "./binned-bars.ts"
import { checkBars } from "./check-bars.ts"
import { findCalendar, type AdditionsByMarket } from "./expected-times.ts"
import type { Finding } from "./finding.ts"
import { orderRows } from "./order-rows.ts"
import type { PlannedCheck } from "./plan-checks.ts"

/** Holds the timeframes of one symbol against each other while their years are judged, the finest first. */
export interface CrossChecker {
  /** Takes the rows of a year that is being judged. */
  readonly offer: (timeframe: Timeframe, year: number, bars: Bars) => void
  /** The findings of a year; `undefined` when its rows or the finer ones were not offered. */
  readonly findingsOf: (check: PlannedCheck, year: number) => ReadonlyArray<Finding> | undefined
}

export interface CrossCheckOptions {
  readonly checks: ReadonlyArray<PlannedCheck>
  readonly additions?: AdditionsByMarket
  readonly maxPlaces: number
}

/** Bars made of finer ones are kept until the coarser year comes, up to so many bytes; what had to go is read again. */
const mostKeptBytes = 64 * 2 ** 20

export const crossChecker = ({ checks, additions, maxPlaces }: CrossCheckOptions): CrossChecker => {
  const made = new Map<string, BinnedBars>()
  const findings = new Map<string, ReadonlyArray<Finding>>()
  let keptBytes = 0
  const drop = (key: string): void => {
    const dropped = made.get(key)
    if (dropped !== undefined) keptBytes -= bytesOf(dropped)
    made.delete(key)
  }
  const keep = (key: string, binned: BinnedBars): void => {
    drop(key)
    made.set(key, binned)
    keptBytes += bytesOf(binned)
    for (const oldest of made.keys()) {
      if (keptBytes <= mostKeptBytes || oldest === key) break
      drop(oldest)
    }
  }
  return {
    offer: (timeframe, year, raw) => {
      const concerned = checks.filter(({ fine, coarse }) => fine === timeframe || coarse === timeframe)
      if (concerned.length === 0) return
      const { bars } = orderRows(raw)
      for (const check of concerned) {
        const key = keyOf(check, year)
        const calendar = findCalendar(check.instrument.market, additions)
        if (calendar === undefined) continue
        if (check.fine === timeframe) {
          const binned = binFine(check, bars, calendar)
          if (binned === undefined) findings.set(key, [])
          else keep(key, binned)
          continue
        }
        const other = made.get(key)
        if (other === undefined) continue
        findings.set(key, checkBars({ check, coarse: bars, made: other, calendar, maxPlaces }))
        drop(key)
      }
    },
    findingsOf: (check, year) => findings.get(keyOf(check, year)),
  }
}

const keyOf = ({ coarse }: PlannedCheck, year: number): string => `${coarse} ${year}`

/** `undefined` when rows lie outside of sessions: they are a finding of their own, and belong to no bin. */
const binFine = (
  { coarse, anchor }: PlannedCheck,
  bars: Bars,
  calendar: TradingCalendar,
): BinnedBars | undefined => {
  try {
    return binBars(bars, calendar.binOf(coarse, { anchor }))
  } catch (error) {
    if (error instanceof OutsideSession || error instanceof OutsideCalendar) return undefined
    throw error
  }
}

const bytesOf = ({ bars, parts }: BinnedBars): number => 6 * bars.openTime.byteLength + parts.byteLength
