import {
  type Bars,
  barCount,
  type BarPage,
  concatBars,
  type Coverage,
  type CoverageSpan,
  firstRowAtOrAfter,
  findStructureIssue,
  InvalidInput,
  sliceRows,
  timeRange,
} from "@barkeep/market-data"
import { splitByYear, yearRange, yearsOf } from "./local-years.ts"

/** Ascending rows of one or more pages. */
export interface Run {
  readonly bars: Bars
  /** For each row the index of its page. */
  readonly pageOf: Int32Array
}

/** What a put brings for one year. */
export interface YearPages {
  readonly year: number
  /** To be merged one after another. */
  readonly runs: ReadonlyArray<Run>
  /** The answers clipped to the year, in their order. */
  readonly answers: Coverage
}

/**
 * Sorts pages into the calendar years of a zone, ascending. Pages that follow one another become one run.
 * @throws {InvalidInput} when a page's rows are no ascending bars or lie outside its range
 */
export const splitPages = (pages: ReadonlyArray<BarPage>, timeZone: string): ReadonlyArray<YearPages> => {
  const years = new Map<number, { readonly parts: Array<Part>; readonly answers: Array<CoverageSpan> }>()
  const yearOf = (year: number): { readonly parts: Array<Part>; readonly answers: Array<CoverageSpan> } => {
    let found = years.get(year)
    if (found === undefined) years.set(year, (found = { parts: [], answers: [] }))
    return found
  }
  for (const [page, { range, bars, provenance }] of pages.entries()) {
    checkPage(pages[page] as BarPage, page)
    for (const part of splitByYear(bars, timeZone)) yearOf(part.year).parts.push({ page, bars: part.bars })
    for (const year of yearsOf(range, timeZone)) {
      const whole = yearRange(year, timeZone)
      const from = Math.max(range.from, whole.from)
      const to = Math.min(range.to, whole.to)
      yearOf(year).answers.push({
        from,
        to,
        provider: provenance.provider,
        askedAt: provenance.fetchedAt,
        empty: firstRowAtOrAfter(bars.openTime, from) === firstRowAtOrAfter(bars.openTime, to),
        settled: provenance.settled,
      })
    }
  }
  return [...years]
    .toSorted(([a], [b]) => a - b)
    .map(([year, { parts, answers }]) => ({ year, runs: toRuns(parts), answers }))
}

interface Part {
  readonly page: number
  readonly bars: Bars
}

const checkPage = (page: BarPage, index: number): void => {
  const issue = findStructureIssue(page.bars)
  if (issue !== undefined)
    throw new InvalidInput({
      field: `pages[${index}].bars`,
      value: issue.issue,
      expected: "ascending bars with integer open times",
    })
  timeRange(page.range.from, page.range.to)
  const rows = barCount(page.bars)
  const outside = [page.bars.openTime[0], page.bars.openTime[rows - 1]].find(
    (time) => time !== undefined && (time < page.range.from || time >= page.range.to),
  )
  if (outside !== undefined)
    throw new InvalidInput({
      field: `pages[${index}].bars`,
      value: outside,
      expected: `open times inside the page's range ${page.range.from} to ${page.range.to}`,
    })
}

const toRuns = (parts: ReadonlyArray<Part>): ReadonlyArray<Run> => {
  const runs: Array<Array<Part>> = []
  let end = Number.POSITIVE_INFINITY
  for (const part of parts) {
    const first = part.bars.openTime[0] as number
    if (first > end) (runs.at(-1) as Array<Part>).push(part)
    else runs.push([part])
    end = part.bars.openTime[barCount(part.bars) - 1] as number
  }
  return runs.map((run) => {
    const bars = concatBars(run.map((part) => part.bars))
    const pageOf = new Int32Array(barCount(bars))
    let row = 0
    for (const part of run) {
      pageOf.fill(part.page, row, row + barCount(part.bars))
      row += barCount(part.bars)
    }
    return { bars: sliceRows(bars, 0, row), pageOf }
  })
}
