import type { Cache } from "@barkeep/cache-core"
import { explainMissing, type SourceAnswer } from "@barkeep/fill-gaps"
import {
  barEnd,
  type EntryDescription,
  hasSessions,
  InvalidInput,
  instantsOfLocal,
  nominalMillis,
  parseTimeframe,
  zoneOffsets,
} from "@barkeep/market-data"
import { tradingCalendar } from "@barkeep/trading-calendar"
import type { Gap } from "@barkeep/validation"
import { Temporal } from "temporal-polyfill"
import type { Configuration } from "../configuration.ts"
import type { Console } from "../console.ts"
import { makeDonors } from "../donors.ts"
import { explanationText, type FullExplanation } from "../explain-output.ts"
import { findSymbol } from "../find-symbol.ts"
import { readReport } from "../report-file.ts"
import type { Body } from "../run-command.ts"
import { withCache } from "../with-cache.ts"
import type { ExplainFlags } from "./explain.ts"

/** What `barkeep explain` does. */
export const run: Body<ExplainFlags> = async (input, { console }) => {
  const timeframe = parseTimeframe(input.timeframe)
  await withCache(input, async ({ configuration, cache }) => {
    const symbol = await findSymbol(cache, input.symbol, timeframe)
    const stored = await cache.describe(symbol, timeframe)
    const zone = stored !== undefined && hasSessions(stored.instrument) ? stored.instrument.timeZone : "UTC"
    const time = parseTime(input.time, zone)
    const explanation = await cache.explain(symbol, timeframe, time)
    const { provenance, bar } = explanation
    const fill =
      provenance?.fillId === undefined
        ? undefined
        : (await cache.listFills()).find(({ id }) => id === provenance.fillId)
    const full: FullExplanation = {
      ...explanation,
      ...(fill === undefined ? {} : { fill }),
      ...(bar === undefined && stored !== undefined
        ? await explainAbsence(cache, configuration, stored, time, console)
        : { isExpected: true, sources: [] }),
    }
    await console.write(input.json ? `${JSON.stringify(full)}\n` : explanationText(full))
  })
}

/** Why there is no bar: the calendar, the gap in the report, who was asked and what would fill it. */
const explainAbsence = async (
  cache: Cache,
  configuration: Configuration,
  stored: EntryDescription,
  time: number,
  console: Console,
): Promise<Pick<FullExplanation, "gap" | "isExpected" | "sources">> => {
  const { instrument, timeframe } = stored
  const bin = findBin(stored, time)
  if (bin === undefined) return { isExpected: false, sources: [] }
  const report = await readReport(cache.folder, console)
  const entry = report?.entries.find(
    (each) => each.symbol === instrument.symbol && each.timeframe === timeframe,
  )
  const reported = entry?.gaps.find((gap) => gap.start <= bin.start && gap.end > bin.start)
  const sources: ReadonlyArray<SourceAnswer> = await explainMissing({
    ...makeDonors(configuration, {}, { allowSampled: false, provider: undefined }),
    store: cache,
    journal: cache.answerJournal,
    symbol: instrument.symbol,
    timeframe,
    gap: reported ?? bin,
  })
  return {
    isExpected: true,
    sources,
    ...(reported === undefined || report === undefined
      ? {}
      : { gap: { ...reported, validatedAt: report.validatedAt } }),
  }
}

/** The bar that would hold the moment, as a gap of its own; `undefined` when the market has none there. */
const findBin = ({ instrument, timeframe, anchor }: EntryDescription, time: number): Gap | undefined => {
  const reach = nominalMillis(timeframe) + 3_600_000
  const times = tradingCalendar(instrument.market).expectedOpenTimes(
    timeframe,
    { from: time - reach, to: time + 1 },
    anchor === undefined ? {} : { anchor },
  )
  const start = times.at(-1)
  if (start === undefined) return undefined
  const end = barEnd(timeframe, start, instrument.timeZone)
  return end > time ? { start, end, missingBars: 1, reason: "unknown", evidence: "" } : undefined
}

const parseTime = (text: string, timeZone: string): number => {
  const expected = "a time such as 2023-06-01T12:00:00Z or 2023-06-01 12:00:00"
  try {
    return Temporal.Instant.from(text).epochMilliseconds
  } catch {
    // No offset: a time as the files have it.
  }
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(text)
  if (match === null) throw new InvalidInput({ field: "time", value: text, expected })
  const local = Temporal.PlainDateTime.from(text.replace(" ", "T")).toZonedDateTime("UTC").epochMilliseconds
  const instants = instantsOfLocal(
    zoneOffsets(timeZone, { from: local - 86_400_000, to: local + 86_400_000 }),
    local,
  )
  const [instant] = instants
  if (instant === undefined || instants.length > 1)
    throw new InvalidInput({ field: "time", value: text, expected: `a time that ${timeZone} has once` })
  return instant
}
