import { instantsOfLocal, type ProvenanceSpan, zoneOffsets } from "@barkeep/market-data"
import type { CorporateEvents, Split } from "./corporate-events.ts"
import { midnightOf } from "./civil-time.ts"

/**
 * The splits that providers told of when the rows were fetched: the `splits` of a span's evidence, as
 * `2020-08-31 4:1, 2014-06-09 7:1`. Ascending, each once.
 * @param timeZone that of the market: a split takes effect at midnight there
 */
export const knownSplits = (spans: ReadonlyArray<ProvenanceSpan>, timeZone: string): ReadonlyArray<Split> => {
  const byTime = new Map<number, Split>()
  const texts = new Set(spans.flatMap(({ evidence }) => evidence?.["splits"] ?? []))
  for (const text of texts)
    for (const split of parseSplits(String(text), timeZone)) byTime.set(split.time, split)
  return [...byTime.values()].toSorted((a, b) => a.time - b.time)
}

// What is not of this form tells of no split; the jump it would explain is then a finding.
const splitText = /(\d{4})-(\d{2})-(\d{2}) (\d+(?:\.\d+)?):(\d+(?:\.\d+)?)/g

const parseSplits = (text: string, timeZone: string): ReadonlyArray<Split> =>
  [...text.matchAll(splitText)].flatMap(([, year, month, day, numerator, denominator]) => {
    const local = midnightOf(Number(year), Number(month), Number(day))
    const zone = zoneOffsets(timeZone, { from: local - dayMillis, to: local + dayMillis })
    const [time] = instantsOfLocal(zone, local)
    const ratio = Number(numerator) / Number(denominator)
    return time === undefined || !(ratio > 0 && ratio < Number.POSITIVE_INFINITY) ? [] : [{ time, ratio }]
  })

const dayMillis = 86_400_000

/** What is known from elsewhere together with what was told with the rows; `undefined` when that is nothing. */
export const withSplits = (
  events: CorporateEvents | undefined,
  splits: ReadonlyArray<Split>,
): CorporateEvents | undefined => {
  if (splits.length === 0) return events
  const known = new Set(events?.splits?.map((split) => split.time))
  const all = [...(events?.splits ?? []), ...splits.filter((split) => !known.has(split.time))]
  return { ...events, splits: all.toSorted((a, b) => a.time - b.time) }
}
