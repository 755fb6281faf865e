/**
 * How well outages, holes and thin minutes are told apart, on labelled cases: precision and recall. Uses recorded series
 * where they are present, seeded ones where not. Run: node --conditions=@barkeep/source bench/outages.ts
 */
import { type Bars, type ProvenanceSpan } from "@barkeep/market-data"
import { tradingCalendar } from "@barkeep/trading-calendar"
import { validateBars, validateStore, venueFacts } from "../src/index.ts"
import { bitcoin, keepRows, seeded, thinWalk, walk } from "../test/make-bars.ts"
import { memorySource } from "../test/memory-source.ts"
import { loadSeries } from "../test/series.ts"
import { hasSharedData, readSharedJson } from "../test/shared-data.ts"

const minute = 60_000
const day = 1440 * minute
const calendar = tradingCalendar("24/7")

interface Stretch {
  readonly from: number
  readonly to: number
}

const overlaps = (a: Stretch, b: Stretch): boolean => a.from < b.to && b.from < a.to
const without = (bars: Bars, holes: ReadonlyArray<Stretch>): Bars =>
  keepRows(bars, (_, time) => !holes.some((hole) => time >= hole.from && time < hole.to))
const percent = (part: number, whole: number): string =>
  whole === 0 ? "-" : `${((100 * part) / whole).toFixed(1)} %`
const print = (name: string, truePositive: number, falsePositive: number, falseNegative: number): void =>
  console.log(
    `${name.padEnd(58)} precision ${percent(truePositive, truePositive + falsePositive).padStart(8)}  recall ${percent(truePositive, truePositive + falseNegative).padStart(8)}  (${truePositive} right, ${falsePositive} wrong, ${falseNegative} not found)`,
  )

/** Known stops of Binance, and as many holes at other times: which are called outages? */
const ledger = (): void => {
  const { outages, givesEveryBar } = venueFacts("binance")
  const stops: ReadonlyArray<Stretch> = hasSharedData ? recordedStops() : outages
  let [right, wrong, lost] = [0, 0, 0]
  for (const stop of stops) {
    const range = { from: stop.from - 3 * day, to: stop.to + 3 * day }
    const expected = calendar.expectedOpenTimes("1m", range)
    const hole = { from: stop.from - 2 * day, to: stop.from - 2 * day + (stop.to - stop.from) }
    const isKnown = stops.some((other) => overlaps(other, hole))
    const bars = without(walk(expected), isKnown ? [stop] : [stop, hole])
    const { gaps } = validateBars({
      instrument: bitcoin,
      timeframe: "1m",
      bars,
      range,
      expected,
      outages,
      givesEveryBar,
    })
    for (const gap of gaps) {
      const isStop = stops.some((other) => overlaps(other, { from: gap.start, to: gap.end }))
      if (gap.reason === "outage" && isStop) right += 1
      else if (gap.reason === "outage") wrong += 1
      else if (isStop) lost += 1
    }
  }
  print("outages by the ledger of Binance", right, wrong, lost)
}

const recordedStops = (): ReadonlyArray<Stretch> => {
  const known = readSharedJson("providers/binance/known-gaps.json") as {
    readonly apiScan: { readonly gaps: ReadonlyArray<{ firstMissing: string; lastMissing: string }> }
    readonly haltsBefore2019: { readonly gaps: ReadonlyArray<{ from: string; to: string }> }
  }
  return [
    ...known.apiScan.gaps.map((gap) => ({
      from: Date.parse(gap.firstMissing),
      to: Date.parse(gap.lastMissing) + minute,
    })),
    ...known.haltsBefore2019.gaps.map((gap) => ({
      from: Math.ceil(Date.parse(gap.from) / minute) * minute,
      to: Math.floor(Date.parse(gap.to) / minute) * minute,
    })),
  ]
}

/** Holes put into sparse minutes: which are found, and what natural silence is taken for one? */
const thin = (name: string, bars: Bars): void => {
  const range = { from: bars.openTime[0] as number, to: (bars.openTime.at(-1) as number) + minute }
  const expected = calendar.expectedOpenTimes("1m", range)
  const judge = (some: Bars) =>
    validateBars({ instrument: bitcoin, timeframe: "1m", bars: some, range, expected }).gaps.map((gap) => ({
      from: gap.start,
      to: gap.end,
    }))
  const natural = judge(bars)
  const fill = bars.openTime.length / expected.length
  console.log(
    `\n${name}: ${percent(bars.openTime.length, expected.length)} of the minutes have a bar; ${natural.length} natural silences are called holes`,
  )
  for (const length of [5, 15, 30, 60, 120, 360]) {
    const random = seeded(length)
    const holes = Array.from({ length: 60 }, (_, index) => {
      const from = expected[Math.floor(((index + random()) / 61) * expected.length)] as number
      return { from, to: from + length * minute }
    }).filter(
      (hole) => !natural.some((gap) => overlaps(gap, { from: hole.from - 2 * day, to: hole.to + 2 * day })),
    )
    const found = judge(without(bars, holes))
    const right = holes.filter((hole) => found.some((gap) => overlaps(gap, hole))).length
    const wrong = found.filter(
      (gap) => !holes.some((hole) => overlaps(gap, hole)) && !natural.some((old) => overlaps(gap, old)),
    ).length
    print(
      `  holes of ${length} minutes (${(length * fill).toFixed(0)} bars expected)`,
      right,
      wrong,
      holes.length - right,
    )
  }
}

/** Silences of all symbols of a venue, and of one alone: which are called outages? */
const shared = async (): Promise<void> => {
  const range = { from: Date.UTC(2024, 0), to: Date.UTC(2024, 1) }
  const expected = calendar.expectedOpenTimes("1m", range)
  const random = seeded(11)
  const stretches = Array.from({ length: 40 }, (_, index) => {
    const from = expected[Math.floor(((index + 0.3 + random() * 0.4) / 41) * expected.length)] as number
    return { from, to: from + Math.floor(10 + random() * 300) * minute }
  })
  const stops = stretches.filter((_, index) => index % 2 === 0)
  const holes = stretches.filter((_, index) => index % 2 === 1)
  const span: ProvenanceSpan = {
    ...range,
    rows: 1,
    provider: "kraken",
    endpoint: "",
    method: "direct",
    adjustment: "none",
    fetchedAt: Date.UTC(2024, 5),
    settled: true,
  }
  const source = memorySource(
    [walk(expected, 1), thinWalk(expected, 3, 2), thinWalk(expected, 1, 3)].map((bars, index) => ({
      description: { instrument: { ...bitcoin, symbol: `S${index}` }, timeframe: "1m", adjustment: "none" },
      bars: without(bars, index === 0 ? [...stops, ...holes] : stops),
      spans: [span],
      coverage: [{ ...range, provider: "kraken", askedAt: Date.UTC(2024, 5), empty: false, settled: true }],
    })),
  )
  const report = await validateStore({ source, now: Date.UTC(2024, 6) })
  const gaps = report.entries[0]?.gaps ?? []
  const called = gaps
    .filter((gap) => gap.reason === "outage")
    .map((gap) => ({ from: gap.start, to: gap.end }))
  const right = called.filter((gap) => stops.some((stop) => overlaps(gap, stop))).length
  print(
    "outages inferred from three symbols of one venue",
    right,
    called.length - right,
    stops.length - right,
  )
}

ledger()
await shared()
thin(
  "seeded, 3 trades a minute",
  thinWalk(calendar.expectedOpenTimes("1m", { start: "2024-01-01", end: "2024-06-30" }), 3),
)
thin(
  "seeded, 1 trade a minute",
  thinWalk(calendar.expectedOpenTimes("1m", { start: "2024-01-01", end: "2024-06-30" }), 1),
)
if (hasSharedData)
  for (const symbol of ["BTCUSD_1m_2015", "LTCUSD_1m_2015"])
    thin(`Bitfinex ${symbol}`, loadSeries(`crypto/bitfinex_${symbol}.csv.gz`, "UTC").bars)
