import type { Cache } from "@barkeep/cache-core"
import { type AbsentDonor, type Donor, explainMissing } from "@barkeep/fill-gaps"
import { barEnd, type EntryDescription, nominalMillis, type Timeframe } from "@barkeep/market-data"
import { type CalendarAdditions, tradingCalendar } from "@barkeep/trading-calendar"
import { type Gap, settingsOf, type StoreReport } from "@barkeep/validation"
import { explanationText, type FullExplanation } from "./explain-output.ts"

/** Who could fill a missing bar, and the report whose gaps are known. */
export interface ExplainContext {
  readonly donors: ReadonlyArray<Donor>
  readonly absentDonors?: ReadonlyArray<AbsentDonor>
  readonly report?: StoreReport
}

/** Everything that is known of one moment of an entry; asks nobody. */
export const explainMoment = async (
  cache: Cache,
  context: ExplainContext,
  symbol: string,
  timeframe: Timeframe,
  time: number,
): Promise<FullExplanation> => {
  const explanation = await cache.explain(symbol, timeframe, time)
  const { provenance, bar } = explanation
  const stored = await cache.describe(symbol, timeframe)
  if (bar === undefined && stored !== undefined)
    return { ...explanation, ...(await explainAbsence(cache, context, stored, time)) }
  const fill =
    provenance?.fillId === undefined
      ? undefined
      : (await cache.listFills()).find(({ id }) => id === provenance.fillId)
  return { ...explanation, ...(fill === undefined ? {} : { fill }), isExpected: true, sources: [] }
}

/** `explainMoment` as text. */
export const explainText = async (
  cache: Cache,
  donors: ReadonlyArray<Donor>,
  symbol: string,
  timeframe: Timeframe,
  time: number,
): Promise<string> => explanationText(await explainMoment(cache, { donors }, symbol, timeframe, time))

/** Why there is no bar: the calendar, the gap in the report, who was asked and what would fill it. */
const explainAbsence = async (
  cache: Cache,
  { report, ...donors }: ExplainContext,
  stored: EntryDescription,
  time: number,
): Promise<Pick<FullExplanation, "gap" | "isExpected" | "sources">> => {
  const { instrument, timeframe } = stored
  // Closures that were told to barkeep validate.
  const additions = report && settingsOf(report).calendarAdditions?.[instrument.market]
  const bin = findBin(stored, time, additions)
  if (bin === undefined) return { isExpected: false, sources: [] }
  const gap = report?.entries
    .find((entry) => entry.symbol === instrument.symbol && entry.timeframe === timeframe)
    ?.gaps.find(({ start, end }) => start <= bin.start && end > bin.start)
  return {
    isExpected: true,
    sources: await explainMissing({
      ...donors,
      store: cache,
      journal: cache.answerJournal,
      symbol: instrument.symbol,
      timeframe,
      gap: gap ?? bin,
      ...(additions && { calendarAdditions: additions }),
    }),
    ...(gap === undefined || report === undefined
      ? {}
      : { gap: { ...gap, validatedAt: report.validatedAt } }),
  }
}

/** The bar that would hold the moment, as a gap of its own; `undefined` when the market has none there. */
const findBin = (
  { instrument, timeframe, anchor }: EntryDescription,
  time: number,
  additions: CalendarAdditions | undefined,
): Gap | undefined => {
  const reach = nominalMillis(timeframe) + 3_600_000
  const times = tradingCalendar(instrument.market, additions).expectedOpenTimes(
    timeframe,
    { from: time - reach, to: time + 1 },
    anchor === undefined ? {} : { anchor },
  )
  const start = times.at(-1)
  if (start === undefined) return undefined
  const end = barEnd(timeframe, start, instrument.timeZone)
  return end > time ? { start, end, missingBars: 1, reason: "unknown", evidence: "" } : undefined
}
