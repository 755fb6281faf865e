/**
 * CPU time of a second validation of 250 files when nothing has changed: reading the report, comparing fingerprints, making
 * the new report. Run: node --conditions=@barkeep/source bench/unchanged.ts
 */
import { tradingCalendar } from "@barkeep/trading-calendar"
import { parseReportDocument, toReportDocument, validateStore } from "../src/index.ts"
import { bitcoin, walk } from "../test/make-bars.ts"
import { memorySource } from "../test/memory-source.ts"

const timeframes = ["1h", "2h", "4h", "12h", "1d"] as const
const dates = { start: "2019-01-01", end: "2023-12-31" }
const stored = Array.from({ length: 10 }, (_, index) => `S${index}`).flatMap((symbol) =>
  timeframes.map((timeframe) => ({
    description: { instrument: { ...bitcoin, symbol }, timeframe, adjustment: "none" as const },
    bars: walk(tradingCalendar("24/7").expectedOpenTimes(timeframe, dates)),
  })),
)
const now = Date.UTC(2025, 0)
const source = memorySource(stored)
const listed = await source.entries()
const quick = { ...source, entries: async () => listed }
const text = JSON.stringify(toReportDocument(await validateStore({ source: quick, now })))
const cpuMillis = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

for (let round = 0; round < 5; round += 1) {
  const started = cpuMillis()
  const previous = parseReportDocument(JSON.parse(text))
  const parsed = cpuMillis()
  const report = await validateStore({ source: quick, now, previous })
  const judged = cpuMillis()
  const size = JSON.stringify(toReportDocument(report)).length
  const ended = cpuMillis()
  console.log(
    `report of ${(size / 1024).toFixed(0)} kB, CPU: read ${(parsed - started).toFixed(1)} ms, compare ${(judged - parsed).toFixed(1)} ms, make ${(ended - judged).toFixed(1)} ms`,
  )
}
