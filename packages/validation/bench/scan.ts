/**
 * Time of the gap and sanity scan for one row, beside a loop over row objects and beside a bare walk over the columns.
 * Ratios of CPU time inside one run count, not milliseconds. Run: node --conditions=@barkeep/source bench/scan.ts
 */
import { type Bar, barRows, type Bars } from "@barkeep/market-data"
import { tradingCalendar } from "@barkeep/trading-calendar"
import { validateBars } from "../src/index.ts"
import { ratioToLookAt } from "../src/judge-moves.ts"
import { scanRows, startState } from "../src/scan-rows.ts"
import { bitcoin, keepRows, walk } from "../test/make-bars.ts"

const rounds = 9
const range = { from: Date.UTC(2024, 0, 1), to: Date.UTC(2025, 0, 1) }
const expected = tradingCalendar("24/7").expectedOpenTimes("1m", range)
const bars = keepRows(walk(expected), (row) => row % 50_000 < 49_990)
const rows = bars.openTime.length
const objects: ReadonlyArray<Bar> = [...barRows(bars)]

/** What a validator does that keeps a row as an object and a date as an object. */
const naive = (): number => {
  let gaps = 0
  let errors = 0
  for (let index = 1; index < objects.length; index += 1) {
    const before = objects[index - 1] as Bar
    const bar = objects[index] as Bar
    if (new Date(bar.openTime).getTime() - new Date(before.openTime).getTime() > 60_000) gaps += 1
    const prices = [bar.open, bar.high, bar.low, bar.close]
    if (prices.some((price) => !Number.isFinite(price) || price <= 0)) errors += 1
    if (bar.high < Math.max(...prices) || bar.low > Math.min(...prices)) errors += 1
    if (bar.volume < 0) errors += 1
    if (Math.abs(bar.close / before.close - 1) > 0.25) errors += 1
  }
  return gaps + errors
}

const bareWalk = ({ openTime, open, high, low, close, volume }: Bars): number => {
  let sum = 0
  for (let row = 0; row < openTime.length; row += 1)
    sum +=
      (openTime[row] as number) +
      (open[row] as number) +
      (high[row] as number) +
      (low[row] as number) +
      (close[row] as number) +
      (volume[row] as number)
  return sum
}

const limit = ratioToLookAt(bars, 1.25)
const subjects: { readonly [name: string]: () => unknown } = {
  "bare walk over the columns": () => bareWalk(bars),
  "gap and sanity scan": () => scanRows(bars, expected, limit, startState, true).absent.length,
  "validateBars, everything": () =>
    validateBars({ bars, expected, range, instrument: bitcoin, timeframe: "1m" }).gaps.length,
  "row objects": naive,
}

const times = new Map<string, Array<number>>(Object.keys(subjects).map((name) => [name, []]))
for (let round = -3; round < rounds; round += 1)
  for (const [name, run] of Object.entries(subjects)) {
    const start = process.cpuUsage()
    run()
    const used = process.cpuUsage(start)
    if (round >= 0) times.get(name)?.push((used.user + used.system) * 1000)
  }

const median = (values: ReadonlyArray<number>): number =>
  values.toSorted((a, b) => a - b)[values.length >>> 1] as number
const perRow = (name: string): number => median(times.get(name) ?? []) / rows
for (const name of times.keys())
  console.log(
    `${name.padEnd(28)} ${perRow(name).toFixed(1).padStart(7)} ns/row ${(perRow(name) / perRow("gap and sanity scan")).toFixed(2).padStart(7)}x`,
  )
