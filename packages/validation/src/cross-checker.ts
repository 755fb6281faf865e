import type { Bars, Timeframe } from "@barkeep/market-data"
import { type BinnedBars, binBars, releaseBinned } from "./binned-bars.ts"
import { checkBars } from "./check-bars.ts"
import { findCalendar, type AdditionsByMarket } from "./expected-times.ts"
import type { Finding } from "./finding.ts"
import type { PlannedCheck } from "./plan-checks.ts"

/** Holds the timeframes of one symbol against each other while their years are judged, the finest first. */
export interface CrossChecker {
  /** Takes the rows of a year that is being judged, ascending. */
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
const mostKeptBytes = 32 * 2 ** 20

export const crossChecker = ({ checks, additions, maxPlaces }: CrossCheckOptions): CrossChecker => {
  const made = new Map<string, BinnedBars>()
  const findings = new Map<string, ReadonlyArray<Finding>>()
  let keptBytes = 0
  const drop = (key: string): void => {
    const dropped = made.get(key)
    if (dropped === undefined) return
    keptBytes -= bytesOf(dropped)
    made.delete(key)
    releaseBinned(dropped)
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
    offer: (timeframe, year, bars) => {
      const concerned = checks.filter(({ fine, coarse }) => fine === timeframe || coarse === timeframe)
      if (concerned.length === 0) return
      for (const check of concerned) {
        const key = keyOf(check, year)
        const calendar = findCalendar(check.instrument.market, additions)
        if (calendar === undefined) continue
        if (check.fine === timeframe) {
          keep(key, binBars(bars, check.coarse, calendar, check.anchor))
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

const bytesOf = ({ bars, parts }: BinnedBars): number => 6 * bars.openTime.byteLength + parts.byteLength
