import {
  barCount,
  type EntryDescription,
  InvalidInput,
  sliceCoverage,
  subtractRanges,
  takeRows,
  zoneOfDays,
} from "@barkeep/market-data"
import { recoverEntry } from "./commit.ts"
import type { ContentHashes } from "./content-hash.ts"
import { readEmptyAnswers, writeEmptyAnswers } from "./empty-answers.ts"
import { type FillNote, readFillNote } from "./fill-note.ts"
import { checkFillId, type FillRequest, type FillResult, splitFill } from "./fill-request.ts"
import { keepYear } from "./keep-year.ts"
import { type EntryLocation, locateEntry } from "./layout.ts"
import { yearRange } from "./local-years.ts"
import { withPartition } from "./open-partition.ts"
import { checkNotLost } from "./partition-files.ts"
import { putYear } from "./put-year.ts"
import { describeEntry } from "./read-entry.ts"
import { readRows } from "./read-rows.ts"
import type { Run, YearPages } from "./split-pages.ts"
import type { StoreContext } from "./store-context.ts"

/** What a step under an entry's lock gets. */
export interface LockedStep {
  readonly hashes: ContentHashes
  readonly checkLock: () => void
}

/**
 * Adds rows where the entry has none; rows that are there stay as they are, settled or not. What the entry was asked
 * for (its coverage) stays, too: that its own provider has nothing there is still true. Before a year is committed its
 * files as they were are kept for `undoFill`. Only under the entry's lock.
 * @throws {InvalidInput} for an id of another or an undone fill, an entry without rows, rows that cannot be stored
 * @throws {CacheError}
 */
export const fillEntry = async (
  context: StoreContext,
  request: FillRequest,
  step: LockedStep,
): Promise<FillResult> => {
  const { symbol, timeframe, fillId } = request
  const location = locateEntry(context, symbol, timeframe)
  await recoverEntry(context, location.folder)
  const stored = await describeEntry(context, symbol, timeframe)
  if (stored === undefined)
    throw new InvalidInput({
      field: "symbol",
      value: `${symbol} ${timeframe}`,
      expected: "an entry with rows",
    })
  const { instrument, adjustment, anchor } = stored
  const entry = { instrument, timeframe, adjustment, ...(anchor === undefined ? {} : { anchor }) }
  const { pages, years } = splitFill(request, entry)
  const fill = { context, request, entry, pages, location, step }
  let note = openNote(context, request)
  const added: Array<{ readonly year: number; readonly rows: number }> = []
  for (const incoming of years) {
    const outcome = await fillYear(fill, note, incoming)
    note = outcome.note
    if (outcome.rows > 0) added.push({ year: incoming.year, rows: outcome.rows })
  }
  const rowsAdded = added.reduce((sum, { rows }) => sum + rows, 0)
  const rowsAsked = pages.reduce((sum, { bars }) => sum + barCount(bars), 0)
  return { fillId, rowsAdded, rowsPresent: rowsAsked - rowsAdded, years: added.map(({ year }) => year) }
}

interface Fill {
  readonly context: StoreContext
  readonly request: FillRequest
  readonly entry: EntryDescription
  readonly pages: ReturnType<typeof splitFill>["pages"]
  readonly location: EntryLocation
  readonly step: LockedStep
}

const openNote = (context: StoreContext, { fillId, symbol, timeframe }: FillRequest): FillNote => {
  const note = readFillNote(context, checkFillId(fillId))
  if (note === undefined) return { id: fillId, symbol, timeframe, at: context.clock.now(), years: [] }
  const isOther = note.symbol !== symbol || note.timeframe !== timeframe
  if (isOther || note.undone !== undefined)
    throw new InvalidInput({
      field: "fillId",
      value: fillId,
      expected: isOther
        ? `a new id: ${note.symbol} ${note.timeframe} has it`
        : "a new id: this one was undone",
    })
  return note
}

const fillYear = async (
  { context, request, entry, pages, location, step }: Fill,
  note: FillNote,
  incoming: YearPages,
): Promise<{ readonly note: FillNote; readonly rows: number }> => {
  const { year, runs } = incoming
  const present = await readPresent(context, request, location, incoming)
  const absent = runs.flatMap((run) => withoutTimes(run, present.times))
  const rows = new Set(absent.flatMap(({ bars }) => [...bars.openTime])).size
  if (rows === 0) return { note, rows }
  const isKept = present.hasFill && note.years.some((kept) => kept.year === year)
  const kept = isKept ? note : await keepYear(context, note, location, year)
  const answers = readEmptyAnswers(context, request.symbol, request.timeframe, "write")
  const range = yearRange(year, zoneOfDays(entry.instrument))
  await putYear({
    // A fill adds to what is whole; it is not the place to repair.
    context: { ...context, onDamaged: "refuse" },
    hashes: step.hashes,
    location,
    request: { entry, pages },
    incoming: { year, runs: absent, answers: [] },
    earlierAnswers: sliceCoverage(answers, range),
    checkLock: step.checkLock,
  })
  const unplaced = answers.flatMap((span) =>
    subtractRanges([span], [range]).map((rest) => ({ ...span, ...rest })),
  )
  // The partition has them from now on.
  if (sliceCoverage(answers, range).length > 0)
    await writeEmptyAnswers(context, request.symbol, request.timeframe, unplaced)
  return { note: kept, rows }
}

/** The open times that exist between the first and the last row to add, and whether this fill has rows in the year. */
const readPresent = async (
  context: StoreContext,
  { fillId, timeframe }: FillRequest,
  location: EntryLocation,
  { year, runs }: YearPages,
): Promise<{ readonly times: ReadonlySet<number>; readonly hasFill: boolean }> => {
  const from = Math.min(...runs.map(({ bars }) => bars.openTime[0] as number))
  const to = Math.max(...runs.map(({ bars }) => bars.openTime.at(-1) as number)) + 1
  const found = await withPartition(context, location, year, async (partition) => ({
    times: new Set((await readRows(context, partition, timeframe, { from, to })).openTime),
    hasFill:
      partition.kind === "indexed" && partition.metadata.provenance.some((span) => span.fillId === fillId),
  }))
  if (found === undefined) checkNotLost(context, location, year)
  return found ?? { times: new Set(), hasFill: false }
}

const withoutTimes = ({ bars, pageOf }: Run, present: ReadonlySet<number>): ReadonlyArray<Run> => {
  const rows = Array.from(bars.openTime.keys()).filter((row) => !present.has(bars.openTime[row] as number))
  if (rows.length === 0) return []
  return [{ bars: takeRows(bars, rows), pageOf: Int32Array.from(rows, (row) => pageOf[row] as number) }]
}
