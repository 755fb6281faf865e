/**
 * Takes one bar out of a complete year, at random, in every market and timeframe, and looks whether exactly one gap with
 * its bounds is found: `node --conditions=@barkeep/source bench/removals.ts [--runs 2000] [--seed 1]`. Prints a line for
 * each market and ends with 1 when one was found otherwise.
 */
import { parseArgs } from "node:util"
import {
  barEnd,
  type Instrument,
  isIntraday,
  nominalMillis,
  type Timeframe,
  timeframes,
} from "@barkeep/market-data"
import { markets, type TradingCalendar, tradingCalendar } from "@barkeep/trading-calendar"
import { validateBars } from "../src/index.ts"
import { apple, bitcoin, seeded, walk } from "../test/make-bars.ts"

const { values } = parseArgs({ options: { runs: { type: "string" }, seed: { type: "string" } } })
const runs = Number(values.runs ?? 2000)

const random = seeded(Number(values.seed ?? 1))
const pick = <A>(list: ReadonlyArray<A>): A => list[Math.floor(random() * list.length)] as A

/** Random places, and as often the ones where something is special: edges of the year and of days, both sides of each. */
const pickSlot = (expected: Float64Array, calendar: TradingCalendar): number => {
  if (random() < 0.5) return Math.floor(random() * expected.length)
  const anyTime = expected[Math.floor(random() * expected.length)] as number
  const [session] = calendar.sessions({ from: anyTime, to: anyTime + 1 })
  const edge = pick([expected[0] as number, expected.at(-1) as number, session?.open, session?.close])
  const slot = expected.findIndex((time) => time >= (edge ?? anyTime))
  return Math.min(expected.length - 1, Math.max(0, slot - pick([0, 1])))
}

const problems: Array<string> = []
for (const market of markets) {
  const calendar = tradingCalendar(market)
  const { timeZone } = calendar
  const instrument: Instrument =
    market === "24/7"
      ? bitcoin
      : { ...apple, assetClass: market === "24/5" ? "fx" : "stock", market, timeZone }
  const share = Math.ceil(runs / markets.length)
  for (let run = 0; run < share; run += 1) {
    const timeframe: Timeframe = pick(timeframes)
    const year = 2001 + Math.floor(random() * 26)
    const anchor = pick(["session", "clock"] as const)
    // Minutes of a whole year take long; a quarter has as many edges.
    const months = nominalMillis(timeframe) < 900_000 ? pick(["01-03", "04-06", "07-09", "10-12"]) : "01-12"
    const [first, last] = months.split("-") as [string, string]
    const end = { "03": "31", "06": "30", "09": "30", "12": "31" }[last] as string
    const dates = { start: `${year}-${first}-01`, end: `${year}-${last}-${end}` }
    const expected = calendar.expectedOpenTimes(timeframe, dates, { anchor })
    const slot = pickSlot(expected, calendar)
    const lost = expected[slot] as number
    const report = validateBars({
      instrument,
      timeframe,
      bars: walk(expected.filter((_, index) => index !== slot)),
      expected,
      range: { from: expected[0] as number, to: (expected.at(-1) as number) + 1 },
    })
    const nominal = isIntraday(timeframe)
      ? lost + nominalMillis(timeframe)
      : barEnd(timeframe, lost, timeZone)
    const [gap] = report.gaps
    const isRight =
      report.gaps.length === 1 &&
      report.thin.gaps === 0 &&
      gap?.start === lost &&
      gap.end === Math.min(nominal, expected[slot + 1] ?? nominal) &&
      gap.missingBars === 1 &&
      gap.reason === "unknown" &&
      report.findings.length === 0 &&
      report.score.value < 1
    if (!isRight)
      problems.push(
        `${market} ${timeframe} ${anchor} ${new Date(lost).toISOString()}: ${JSON.stringify(report.gaps)} ${JSON.stringify(report.findings)}`,
      )
  }
  console.log(`${market.padEnd(5)} ${share} removals, ${problems.length} problems so far`)
}
for (const problem of problems.slice(0, 20)) console.log(problem)
process.exitCode = problems.length === 0 ? 0 : 1
